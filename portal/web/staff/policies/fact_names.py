"""The words that a fact may hold: those of the vocabulary, and those that we have names for."""

from typing import Any

from portal.domain.policy.vocabulary import FactType
from portal.web.shared.names import METHODS, ORDERS, PARCELS, PROBLEMS, named
from portal.web.staff.words import ASKERS, PLACES, SIGNERS

_NAMES: dict[str, dict[str, Any]] = {
    "problem": PROBLEMS,
    "parcel_state": PARCELS,
    "order_status": ORDERS,
    "payment_methods": METHODS,
    "signed_for_by": SIGNERS,
    "delivered_to": PLACES,
    "asked_by": ASKERS,
}


def known_words(fact: FactType) -> tuple[str, ...]:
    """List what can be ticked for a fact: in the order of its names, then what only the vocabulary knows."""
    names = _NAMES.get(fact.name, {})
    return tuple(dict.fromkeys([*names, *sorted(fact.choices or ())]))


def choice_words(name: str, word: str) -> str:
    """Say a word that a fact may hold."""
    return named(_NAMES.get(name, {}), word)
