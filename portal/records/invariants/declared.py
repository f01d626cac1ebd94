"""How an invariant is declared. Adding one is one entry in the file of its family, and one case in its test."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold.

    over: the table whose rows it looks at, or ``(a statement) AS name`` that gives them. query: gives one text for
    every row that breaks it, the ref of a thing where it has one; its parameters are in ``parameters.py``.
    """

    key: str
    says: str
    over: str
    query: str
