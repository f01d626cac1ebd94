"""Create the people of the demonstration: enough for two pairs of eyes everywhere. Never in production."""

from dataclasses import dataclass

from portal.domain.authority import Role
from portal.domain.errors import NotAllowed
from portal.records import staff
from portal.services.create_staff import create_staff
from portal.services.toolkit import Toolkit

# Printed at every start of the sandbox, so it is no secret; production refuses these people altogether.
WORDS_TO_COME_IN = "put it right, kindly"
_AGENT_LIMITS = {"BRL": 200_00, "EUR": 40_00, "GBP": 40_00, "USD": 40_00}
_APPROVER_LIMITS = {"BRL": 5_000_00, "EUR": 1_000_00, "GBP": 1_000_00, "USD": 1_000_00}


@dataclass(frozen=True, slots=True)
class Demonstrator:
    """One of the demonstration's people, and how they sign in."""

    mailbox: str
    name: str
    role: Role
    password: str


_PEOPLE = (
    ("ada@goodparcel.example", "Ada Lindqvist", Role.AGENT),
    ("bruno@goodparcel.example", "Bruno Carvalho", Role.AGENT),
    ("chidi@goodparcel.example", "Chidi Okafor", Role.APPROVER),
    ("dalia@goodparcel.example", "Dalia Haddad", Role.APPROVER),
    ("emil@goodparcel.example", "Emil Novak", Role.FINANCE),
    ("farah@goodparcel.example", "Farah Aziz", Role.FINANCE),
    ("goro@goodparcel.example", "Goro Tanaka", Role.ADMIN),
)
_LIMITS = {Role.AGENT: _AGENT_LIMITS, Role.APPROVER: _APPROVER_LIMITS}


def create_demonstration_staff(toolkit: Toolkit) -> list[Demonstrator]:
    """Create whoever is not there yet and give all of them. Raises NotAllowed outside of the sandbox."""
    if not toolkit.sandbox:
        raise NotAllowed("everybody knows the password of the demonstration's people, so production has none of them")
    people = [Demonstrator(mailbox, name, role, WORDS_TO_COME_IN) for mailbox, name, role in _PEOPLE]
    with toolkit.reading() as session:
        missing = [person for person in people if staff.by_mailbox(session, person.mailbox) is None]
    for person in missing:
        create_staff(
            toolkit,
            mailbox=person.mailbox,
            name=person.name,
            role=person.role,
            password=person.password,
            limits=_LIMITS.get(person.role, {}),
        )
    return people
