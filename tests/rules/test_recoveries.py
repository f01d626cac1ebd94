"""Which payments to us can be written down."""

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.actors import Actor
from portal.domain.money import Money
from portal.domain.recoveries import BadRecovery, Payer, Recovery, check_recovery

_RIGHT = Recovery("INC-1", Payer.CARRIER, "Sedex", Money(1, "BRL"), date(2026, 3, 1), "NF-1", Actor.staff(1))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(_RIGHT, amount=Money(0, "BRL")), "amount"),
        (replace(_RIGHT, received_on=date(2026, 3, 2)), "received_on"),
        (replace(_RIGHT, received_on=date(2023, 1, 1)), "received_on"),
        (replace(_RIGHT, payer_name=""), "payer_name"),
        (replace(_RIGHT, reference="x" * 81), "reference"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(wrong: Recovery, field: str) -> None:
    check_recovery(_RIGHT, date(2026, 3, 1))

    with pytest.raises(BadRecovery) as error:
        check_recovery(wrong, date(2026, 3, 1))

    assert error.value.field == field
