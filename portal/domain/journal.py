"""The book: entries of an occasion, each with postings that sum to zero per currency.

One function per occasion builds its entry; see the table "Occasions and postings" of the architecture record.
Debit is positive, credit negative.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.errors import BadAmount
from portal.domain.money import Money


class Account(StrEnum):
    """Where an amount counts."""

    REMEDY_COST = "remedy_cost"
    OWED_TO_CUSTOMERS = "owed_to_customers"
    REFUNDS_IN_FLIGHT = "refunds_in_flight"
    STRIPE_BALANCE = "stripe_balance"
    STORE_CREDIT_LIABILITY = "store_credit_liability"
    SALES = "sales"
    INVENTORY = "inventory"
    BREAKAGE = "breakage"
    UNCLAIMED_PROPERTY = "unclaimed_property"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    DISPUTE_LOSSES = "dispute_losses"
    BANK = "bank"
    RECOVERY_INCOME = "recovery_income"


class Occasion(StrEnum):
    """Why something was booked."""

    REMEDY_PROMISED = "remedy_promised"
    REMEDY_RELEASED = "remedy_released"
    REFUND_SENT = "refund_sent"
    REFUND_SETTLED = "refund_settled"
    REFUND_FAILED = "refund_failed"
    CREDIT_ISSUED = "credit_issued"
    CREDIT_SPENT = "credit_spent"
    CREDIT_GIVEN_BACK = "credit_given_back"
    CREDIT_EXPIRED = "credit_expired"
    CREDIT_REVERSED = "credit_reversed"
    REMEDY_REVERSED = "remedy_reversed"
    REPLACEMENT_SENT = "replacement_sent"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    REFUND_ELSEWHERE_FAILED = "refund_elsewhere_failed"
    REFUND_ELSEWHERE_IS_OURS = "refund_elsewhere_is_ours"
    DISPUTE_LOST = "dispute_lost"
    DISPUTE_REVERSED = "dispute_reversed"
    RECOVERY_RECEIVED = "recovery_received"
    RECOVERY_REVERSED = "recovery_reversed"


@dataclass(frozen=True, slots=True)
class Posting:
    """One signed line of an entry."""

    account: Account
    amount: Money
    policy_class: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The entry that another one takes back, wholly or in part."""

    occasion: Occasion
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One occasion: balanced, or it cannot be made. source: the ref of what caused it; reverses: what it takes back."""

    occasion: Occasion
    source: str
    postings: tuple[Posting, ...]
    claim_ref: str | None = None
    dimensions: Mapping[str, str | None] = field(default_factory=dict)
    reverses: Original | None = None

    def __post_init__(self) -> None:
        """Refuse an entry that is empty or does not sum to zero in each currency."""
        sums: dict[str, int] = defaultdict(int)
        for posting in self.postings:
            sums[posting.amount.currency] += posting.amount.minor
        if not self.postings or any(sums.values()):
            raise BadAmount(f"the postings of {self.occasion} {self.source} do not balance: {dict(sums)}")


def _move(occasion: Occasion, source: str, amount: Money, debit: Account, credit: Account, about: "About") -> Entry:
    return Entry(
        occasion,
        source,
        (Posting(debit, amount), Posting(credit, -amount)),
        about.claim_ref,
        about.dimensions,
    )


@dataclass(frozen=True, slots=True)
class About:
    """What an entry is about: the claim, and what finance groups by. No personal data."""

    claim_ref: str | None
    dimensions: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """A remedy as it was promised: its ref, and the class that its cost was booked under."""

    source: str
    policy_class: str


def remedy_promised(source: str, entitlement: Money, bonus: Money, policy_class: str, about: About) -> Entry:
    """Book that we owe the customer a remedy: its cost by policy class, a bonus always as goodwill."""
    costs = [(entitlement, policy_class), (bonus, "goodwill")]
    postings = [Posting(Account.REMEDY_COST, amount, name) for amount, name in costs if amount]
    owed = Posting(Account.OWED_TO_CUSTOMERS, -(entitlement + bonus))
    return Entry(Occasion.REMEDY_PROMISED, source, (*postings, owed), about.claim_ref, about.dimensions)


def remedy_released(source: str, amount: Money, policy_class: str, about: About) -> Entry:
    """Book that a promise, or a part of it, is taken back because another way takes its place."""
    postings = (Posting(Account.OWED_TO_CUSTOMERS, amount), Posting(Account.REMEDY_COST, -amount, policy_class))
    return Entry(Occasion.REMEDY_RELEASED, source, postings, about.claim_ref, about.dimensions)


def refund_sent(source: str, amount: Money, about: About) -> Entry:
    """Book that Stripe accepted a refund."""
    return _move(Occasion.REFUND_SENT, source, amount, Account.OWED_TO_CUSTOMERS, Account.REFUNDS_IN_FLIGHT, about)


def refund_settled(source: str, amount: Money, about: About) -> Entry:
    """Book that a refund left the Stripe balance for good."""
    return _move(Occasion.REFUND_SETTLED, source, amount, Account.REFUNDS_IN_FLIGHT, Account.STRIPE_BALANCE, about)


def refund_failed(source: str, amount: Money, *, after_success: bool, about: About) -> Entry:
    """Book that a refund came back: we owe the customer again."""
    came_from = Account.STRIPE_BALANCE if after_success else Account.REFUNDS_IN_FLIGHT
    return _move(Occasion.REFUND_FAILED, source, amount, came_from, Account.OWED_TO_CUSTOMERS, about)


def credit_issued(source: str, amount: Money, about: About) -> Entry:
    """Book that store credit took the place of what we owed."""
    return _move(
        Occasion.CREDIT_ISSUED, source, amount, Account.OWED_TO_CUSTOMERS, Account.STORE_CREDIT_LIABILITY, about
    )


def credit_spent(source: str, amount: Money) -> Entry:
    """Book that a checkout took store credit."""
    about = About(None)
    return _move(Occasion.CREDIT_SPENT, source, amount, Account.STORE_CREDIT_LIABILITY, Account.SALES, about)


def credit_given_back(source: str, amount: Money, spent: str) -> Entry:
    """Book that a cancelled order gave back what a checkout had taken. spent: the ref of the hold that took it."""
    postings = (Posting(Account.SALES, amount), Posting(Account.STORE_CREDIT_LIABILITY, -amount))
    original = Original(Occasion.CREDIT_SPENT, spent)
    return Entry(Occasion.CREDIT_GIVEN_BACK, source, postings, reverses=original)


def credit_expired(lot: str, amount: Money, rest: Account, about: About) -> Entry:
    """Book that the time of a lot is over: what was left of it is owed no longer, or to the state."""
    return _move(Occasion.CREDIT_EXPIRED, lot, amount, Account.STORE_CREDIT_LIABILITY, rest, about)


def credit_reversed(source: str, amount: Money, lot: str, about: About) -> Entry:
    """Book that credit was issued in error and taken back: for this moment it is owed again, as a promise."""
    postings = (Posting(Account.STORE_CREDIT_LIABILITY, amount), Posting(Account.OWED_TO_CUSTOMERS, -amount))
    original = Original(Occasion.CREDIT_ISSUED, lot)
    return Entry(Occasion.CREDIT_REVERSED, source, postings, about.claim_ref, about.dimensions, original)


def remedy_reversed(source: str, amount: Money, promise: Promise, about: About) -> Entry:
    """Book that a remedy was promised in error, as far as it was taken back: it is owed no longer, and cost nothing."""
    postings = (
        Posting(Account.OWED_TO_CUSTOMERS, amount),
        Posting(Account.REMEDY_COST, -amount, promise.policy_class),
    )
    original = Original(Occasion.REMEDY_PROMISED, promise.source)
    return Entry(Occasion.REMEDY_REVERSED, source, postings, about.claim_ref, about.dimensions, original)


def replacement_sent(source: str, promised: Money, cost: Money, policy_class: str, about: About) -> Entry:
    """Book that goods left: what we promised at their price turns into what they cost us."""
    difference = promised - cost
    postings = [Posting(Account.OWED_TO_CUSTOMERS, promised)]
    postings += [Posting(Account.INVENTORY, -cost)] if cost else []
    postings += [Posting(Account.REMEDY_COST, -difference, policy_class)] if difference else []
    return Entry(Occasion.REPLACEMENT_SENT, source, tuple(postings), about.claim_ref, about.dimensions)


def refunded_elsewhere(source: str, amount: Money, about: About) -> Entry:
    """Book a refund that somebody made at the provider itself: it left the balance, and no remedy of ours cost it."""
    return _move(Occasion.REFUNDED_ELSEWHERE, source, amount, Account.REFUNDED_ELSEWHERE, Account.STRIPE_BALANCE, about)


def refund_elsewhere_failed(source: str, amount: Money, about: About) -> Entry:
    """Book that such a refund came back to the balance."""
    return _move(
        Occasion.REFUND_ELSEWHERE_FAILED, source, amount, Account.STRIPE_BALANCE, Account.REFUNDED_ELSEWHERE, about
    )


def dispute_lost(source: str, amount: Money, about: About) -> Entry:
    """Book that the bank gave a disputed payment back to the cardholder for good."""
    return _move(Occasion.DISPUTE_LOST, source, amount, Account.DISPUTE_LOSSES, Account.STRIPE_BALANCE, about)


def refund_elsewhere_is_ours(source: str, amount: Money, about: About) -> Entry:
    """Book that what was taken for somebody else's refund is one of ours, which books it by itself."""
    postings = (Posting(Account.STRIPE_BALANCE, amount), Posting(Account.REFUNDED_ELSEWHERE, -amount))
    original = Original(Occasion.REFUNDED_ELSEWHERE, source)
    return Entry(Occasion.REFUND_ELSEWHERE_IS_OURS, source, postings, about.claim_ref, about.dimensions, original)


def dispute_reversed(source: str, amount: Money, about: About) -> Entry:
    """Book that the bank gave the money of a lost dispute back to the shop after all."""
    postings = (Posting(Account.STRIPE_BALANCE, amount), Posting(Account.DISPUTE_LOSSES, -amount))
    original = Original(Occasion.DISPUTE_LOST, source)
    return Entry(Occasion.DISPUTE_REVERSED, source, postings, about.claim_ref, about.dimensions, original)


def recovery_received(source: str, amount: Money, about: About) -> Entry:
    """Book that a vendor, a carrier or an insurer paid us some of what an incident cost."""
    return _move(Occasion.RECOVERY_RECEIVED, source, amount, Account.BANK, Account.RECOVERY_INCOME, about)


def recovery_reversed(source: str, amount: Money, received: str, about: About) -> Entry:
    """Book that a recovery was booked in error. received: its ref."""
    postings = (Posting(Account.RECOVERY_INCOME, amount), Posting(Account.BANK, -amount))
    original = Original(Occasion.RECOVERY_RECEIVED, received)
    return Entry(Occasion.RECOVERY_REVERSED, source, postings, about.claim_ref, about.dimensions, original)
