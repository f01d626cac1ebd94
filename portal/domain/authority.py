"""Who of the staff may decide what, and alone up to which amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.errors import NotAllowed
from portal.domain.money import Money


class Role(StrEnum):
    """What a staff member is here to do."""

    AGENT = "agent"
    APPROVER = "approver"
    POLICY_OWNER = "policy_owner"
    FINANCE = "finance"
    ADMIN = "admin"
    LEADER = "leader"


DECIDES = frozenset({Role.AGENT, Role.APPROVER})
SEES_CLAIMS = frozenset({Role.AGENT, Role.APPROVER, Role.POLICY_OWNER, Role.ADMIN})
SEES_MONEY = frozenset({Role.FINANCE, Role.ADMIN})
KEEPS_BOOKS = frozenset({Role.FINANCE})
WRITES_POLICY = frozenset({Role.POLICY_OWNER})
CONFIRMS_PATTERNS = DECIDES | WRITES_POLICY
SENDS_TO_MANY = frozenset({Role.APPROVER})
PUBLISHES_POLICY = frozenset({Role.APPROVER})
REVIEWS_POLICY = WRITES_POLICY | PUBLISHES_POLICY
# To end what nothing proves to have ended is for whoever answers for the rules, not for whoever works on it.
CLOSES_UNPROVEN = REVIEWS_POLICY
SEES_POLICY = REVIEWS_POLICY | {Role.ADMIN}
SEES_BUDGETS = SEES_POLICY | SEES_MONEY
# What goes wrong for many, what is done about it, and whether it was made right; no claim of anybody.
SEES_PATTERNS = SEES_CLAIMS | {Role.LEADER}
KEEPS_LISTS = frozenset({Role.APPROVER, Role.ADMIN})
# Numbers of whole stages, and of nobody in particular.
SEES_JOURNEY = frozenset({Role.LEADER, Role.APPROVER, Role.POLICY_OWNER, Role.FINANCE, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Decider:
    """A staff member as authority rules see one. limits: currency to the most in minor units; no entry means none."""

    staff_id: int
    role: Role
    mailbox: str
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stake:
    """What is decided on: its amount, who raised it, who already took part, and whose claim it is."""

    amount: Money
    raised_by_staff_id: int | None
    earlier_decider_id: int | None
    claimant_mailbox: str


def check_part(decider: Decider, stake: Stake) -> None:
    """Raise NotAllowed when the decider raised it, benefits from it, took part before, or does not decide at all."""
    if decider.role not in DECIDES:
        raise NotAllowed("this role does not decide claims")
    if decider.staff_id == stake.raised_by_staff_id:
        raise NotAllowed("nobody decides what they raised")
    if decider.staff_id == stake.earlier_decider_id:
        raise NotAllowed("the second pair of eyes is another person")
    if decider.mailbox == stake.claimant_mailbox:
        raise NotAllowed("nobody decides their own claim")


def within_limit(decider: Decider, amount: Money) -> bool:
    """Tell whether the decider may approve the amount alone."""
    return amount.minor <= decider.limits.get(amount.currency, 0)


def check_second(decider: Decider, stake: Stake) -> None:
    """Raise NotAllowed unless the decider is an approver other than the first."""
    check_part(decider, stake)
    if decider.role is not Role.APPROVER:
        raise NotAllowed("only an approver confirms above a limit")


def check_second_of_books(first: str, second: str) -> None:
    """Raise NotAllowed where who books something by hand is who wrote it down. Both as actors are written."""
    if first == second:
        raise NotAllowed("nobody books what they wrote down themselves")
