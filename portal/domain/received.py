"""Received: who signed for a parcel, and where it was left, out of the carrier's own words."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Signer(StrEnum):
    """Who signed for a parcel."""

    CUSTOMER = "customer"
    """Somebody of the name that the parcel was sent to, or of the customer's."""
    NEIGHBOUR = "neighbour"
    SOMEBODY_ELSE = "somebody_else"


class Place(StrEnum):
    """Where a parcel came to."""

    ADDRESS = "address"
    """The carrier says that it came, and names no place."""
    NEIGHBOUR = "neighbour"
    SAFE_PLACE = "safe_place"
    PICKUP_POINT = "pickup_point"
    ELSEWHERE = "elsewhere"
    """The carrier names a place that is none of these."""


# Whole words and beginnings of words, without accents, of the languages that our carriers write in.
_NEIGHBOUR = re.compile(r"\b(neighbou?r|vizinh|vecin|voisin|nachbar)")
_PICKUP_POINT = re.compile(
    r"\b(pick ?up|parcel ?shop|locker|packstation|access point|service point|post office|ponto de retirada|"
    r"ponto de coleta|agencia|armario|punto de recogida|oficina de correos|point relais|consigne|paketshop|postfiliale)"
)
_SAFE_PLACE = re.compile(
    r"\b(safe ?place|porch|garage|garagem|shed|letter ?box|mail ?box|reception|front desk|concierge|portaria|"
    r"recepcao|recepcion|caixa de correio|portao|buzon|conserjeria|loge|boite aux lettres|ablageort|briefkasten)"
)


def signer(signed_by: str | None, names: Iterable[str]) -> Signer | None:
    """Tell who signed; None where nobody did. names: those of the customer and of whom the parcel was sent to."""
    if not signed_by:
        return None
    said = _plain(signed_by)
    if _NEIGHBOUR.search(said):
        return Signer.NEIGHBOUR
    held = set(said.split())
    if any(_is_of(held, _plain(name).split()) for name in names):
        return Signer.CUSTOMER
    return Signer.SOMEBODY_ELSE


def place(left_at: str | None, signed_by: str | None, *, came: bool) -> Place | None:
    """Tell where a parcel came to; None where it has not come. What a neighbour signed for is at the neighbour's."""
    if not came:
        return None
    said = _plain(left_at or "")
    if _NEIGHBOUR.search(said) or _NEIGHBOUR.search(_plain(signed_by or "")):
        return Place.NEIGHBOUR
    if _PICKUP_POINT.search(said):
        return Place.PICKUP_POINT
    if _SAFE_PLACE.search(said):
        return Place.SAFE_PLACE
    return Place.ELSEWHERE if left_at else Place.ADDRESS


def _is_of(held: set[str], name: list[str]) -> bool:
    """Tell whether words hold a name: its first and its last word; a signature of one word must be the whole name."""
    return bool(name) and {name[0], name[-1]} <= held


def _plain(text: str) -> str:
    """Write in small letters without accents and signs, with one blank between words."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", letters))
