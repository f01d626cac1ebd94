"""All invariants that a query can tell, in the order in which they are told."""

from portal.records.invariants.asked import ASKED
from portal.records.invariants.budgets import BUDGETS
from portal.records.invariants.credit import CREDIT
from portal.records.invariants.elsewhere import ELSEWHERE
from portal.records.invariants.finance import FINANCE
from portal.records.invariants.flow import FLOW
from portal.records.invariants.journey import JOURNEY
from portal.records.invariants.ledger import LEDGER
from portal.records.invariants.money import MONEY
from portal.records.invariants.people import PEOPLE
from portal.records.invariants.policies import POLICIES
from portal.records.invariants.provider import PROVIDER
from portal.records.invariants.reached import REACHED
from portal.records.invariants.recovered import RECOVERED
from portal.records.invariants.stock import STOCK

# What our own rows tell, and what takes the provider's books beside them.
_LEDGER = (*LEDGER, *RECOVERED, *CREDIT)
OURS = (*MONEY, *ELSEWHERE, *_LEDGER, *FLOW, *ASKED, *JOURNEY, *REACHED, *STOCK, *BUDGETS, *PEOPLE, *POLICIES, *FINANCE)
EVERY = (*OURS, *PROVIDER)
