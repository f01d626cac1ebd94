"""Create the people of the demonstration: enough for two pairs of eyes everywhere. Never in production."""

from dataclasses import dataclass

from portal.domain.authority import Role
from portal.domain.demonstration import SECOND_FACTOR
from portal.domain.errors import NotAllowed
from portal.records import deeds, second_factors, staff
from portal.services.create_staff import COMMAND, create_staff
from portal.services.second_factor_secrets import seal_secret
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
    ("hana@goodparcel.example", "Hana Sato", Role.POLICY_OWNER),
    ("ines@goodparcel.example", "Inês Duarte", Role.LEADER),
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
    for person in people:
        _give_second_factor(toolkit, person)
    return people


def _give_second_factor(toolkit: Toolkit, person: Demonstrator) -> None:
    """Give somebody the factor that everybody knows, unless they have one; they have no recovery codes."""
    with toolkit.transaction() as session:
        member = staff.held_by_mailbox(session, person.mailbox)
        if member is None or second_factors.has_one(session, member.id):
            return
        now = toolkit.now()
        sealed = seal_secret(SECOND_FACTOR, toolkit.secret_key)
        second_factors.add(session, staff_id=member.id, sealed_secret=sealed, used_step=0, recovery_hashes=(), now=now)
        deeds.note(session, "second_factor_set", person.mailbox, actor=COMMAND, now=now)
