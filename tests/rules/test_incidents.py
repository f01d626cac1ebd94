"""Incidents: what they are about, and which claim lines they strike."""

import pytest

from portal.domain.incidents import BadIncident, about_of, is_struck

_LINE = {"problem": "damaged", "carrier": "Correios", "sku": "VAS-35", "ship_to_region": "SP", "vendor": None}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ([{"carrier": "Correios"}], True),
        ([{"carrier": "Correios", "ship_to_region": "SP"}], True),
        ([{"carrier": "Correios", "ship_to_region": "RJ"}], False),
        ([{"vendor": "Olaria"}], False),
        ([{"service": "express"}], False),
        ([{"sku": "PAN-28"}, {"problem": "damaged"}], True),
        ([], False),
    ],
)
def test_a_line_is_struck_where_all_that_an_incident_names_fits(about: list[dict[str, str]], *, expected: bool) -> None:
    assert is_struck(_LINE, about) is expected


def test_what_is_said_of_an_incident_is_kept_in_one_order_without_blanks() -> None:
    about = about_of({"sku": " VAS-35 ", "problem": None, "carrier": "Correios", "vendor": " "})

    assert list(about.items()) == [("carrier", "Correios"), ("sku", "VAS-35")]


@pytest.mark.parametrize(("said", "words"), [({}, "is about something"), ({"weather": "bad"}, "not about weather")])
def test_an_incident_about_nothing_or_about_the_unknown_is_refused(said: dict[str, str | None], words: str) -> None:
    with pytest.raises(BadIncident, match=words):
        about_of(said)
