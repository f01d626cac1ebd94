"""Who signed and where a parcel came to, out of the carrier's own words."""

import pytest

from portal.domain.received import Place, Signer, place, signer

_NAMES = ("Iara Nóbrega", "João da Silva Prado")


@pytest.mark.parametrize(
    ("signed_by", "expected"),
    [
        (None, None),
        ("", None),
        ("Vizinha do 302", Signer.NEIGHBOUR),
        ("Neighbour", Signer.NEIGHBOUR),
        ("Nachbarin Frau Kurz", Signer.NEIGHBOUR),
        ("IARA NOBREGA", Signer.CUSTOMER),
        ("joao s. prado", Signer.CUSTOMER),
        ("Nóbrega, Iara", Signer.CUSTOMER),
        ("Iara", Signer.SOMEBODY_ELSE),
        ("Porteiro", Signer.SOMEBODY_ELSE),
        ("…", Signer.SOMEBODY_ELSE),
    ],
)
def test_who_signed_is_read_from_the_signature(signed_by: str | None, expected: Signer | None) -> None:
    assert signer(signed_by, _NAMES) is expected


def test_a_name_that_was_erased_is_nobodys() -> None:
    assert signer("Iara", ("", "")) is Signer.SOMEBODY_ELSE


@pytest.mark.parametrize(
    ("left_at", "signed_by", "expected"),
    [
        (None, None, Place.ADDRESS),
        (None, "Iara", Place.ADDRESS),
        (None, "Vizinho", Place.NEIGHBOUR),
        ("Front porch", None, Place.SAFE_PLACE),
        ("Portaria", None, Place.SAFE_PLACE),
        ("com o vizinho", "Porteiro", Place.NEIGHBOUR),
        ("Agência dos Correios", None, Place.PICKUP_POINT),
        ("Pick-up point 12", None, Place.PICKUP_POINT),
        ("Atrás do portão", None, Place.SAFE_PLACE),
        ("Mesa do síndico", None, Place.ELSEWHERE),
        ("…", None, Place.ELSEWHERE),
    ],
)
def test_where_it_came_to_is_read_from_the_place(left_at: str | None, signed_by: str | None, expected: Place) -> None:
    assert place(left_at, signed_by, came=True) is expected


def test_what_has_not_come_is_nowhere() -> None:
    assert place("Front porch", "Iara", came=False) is None
