"""How we make things right: the policy in force, in words."""

from dataclasses import dataclass
from datetime import datetime

from portal.letters.rules.page import PolicySaid


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, its name, and whether it is chosen."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PromisePage:
    """Rendered by ``customer/promise.html``. said: None where no policy is published yet.

    markets: empty where all share one; currencies: empty where there is no choice.
    """

    markets: tuple[Choice, ...]
    currencies: tuple[Choice, ...]
    in_force_since: datetime | None
    said: PolicySaid | None
