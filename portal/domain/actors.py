"""Who did it: every state change names one."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of actor."""

    CLAIMANT = "claimant"
    GUEST = "guest"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a claimant (customer id), a staff member (staff id), or a named part of the system.

    A guest is somebody of whom nothing is known: the name tells by which door they came.
    """

    kind: ActorKind
    name: str

    @classmethod
    def claimant(cls, customer_id: int) -> "Actor":
        """Name the customer who acts on their own order."""
        return cls(ActorKind.CLAIMANT, str(customer_id))

    @classmethod
    def guest(cls, door: str) -> "Actor":
        """Name somebody who acts without having proven who they are, such as by ``withdrawal``."""
        return cls(ActorKind.GUEST, door)

    @classmethod
    def staff(cls, staff_id: int) -> "Actor":
        """Name the staff member who acts."""
        return cls(ActorKind.STAFF, str(staff_id))

    @classmethod
    def system(cls, part: str) -> "Actor":
        """Name the part of the system that acts, such as ``policy`` or ``worker``."""
        return cls(ActorKind.SYSTEM, part)

    def __str__(self) -> str:
        """Write as ``kind:name``."""
        return f"{self.kind}:{self.name}"


def staff_id_of(actor: str) -> int | None:
    """Read the id of a staff member out of a written actor; nothing where it is somebody else."""
    kind, _, name = actor.partition(":")
    return int(name) if kind == ActorKind.STAFF else None


def customer_id_of(actor: str) -> int | None:
    """Read the id of a customer out of a written actor; nothing where it is somebody else."""
    kind, _, name = actor.partition(":")
    return int(name) if kind == ActorKind.CLAIMANT else None
