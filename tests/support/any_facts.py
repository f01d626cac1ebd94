"""Any facts at all, for what must hold whatever a claim is."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from portal.domain.facts import Facts
from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem
from tests.support.claim_facts import some_facts

_DAYS = st.none() | st.integers(-30, 400)
_CENTS = st.one_of(st.just(0), st.integers(1, 400), st.integers(1, 400_000), st.integers(1, 9_999_999_999))
_OFTEN = st.sampled_from


@st.composite
def facts(draw: st.DrawFn, currencies: tuple[str, ...] = ("BRL", "BRL", "EUR", "JPY", "KWD")) -> Facts:
    """Draw any facts; what a parcel is and when it came need not fit, because kept facts are judged as they are."""
    currency = draw(_OFTEN(currencies))
    goods, shipping, back = draw(_CENTS), draw(_CENTS), draw(_CENTS)
    return some_facts(
        goods=goods,
        shipping=shipping,
        currency=currency,
        problem=draw(_OFTEN(list(Problem))),
        parcel_state=draw(_OFTEN(list(ParcelState))),
        order_status=draw(_OFTEN(["shipped", "delivered", "canceled"])),
        **{name: draw(_DAYS) for name in ("days_since_ordered", "days_since_promised", "days_since_handed_over")},
        **{name: draw(_DAYS) for name in ("days_since_delivered", "days_late")},
        **{name: Money(draw(_CENTS), currency) for name in ("claimed_value", "order_value", "card_refundable")},
        overpaid=Money(draw(st.just(0) | _CENTS), currency),
        given_back=Money(min(back, goods + shipping), currency),
        shipping_given_back=draw(st.none() | st.just(Money(min(back // 3, shipping), currency))),
        payment_methods=draw(st.frozensets(_OFTEN(["card", "boleto", "voucher", "credit"]))),
        left_at=draw(_OFTEN([None, "neighbour", "safe_place", "door"])),
        earlier_claims_days=tuple(draw(st.lists(st.integers(0, 400), max_size=5))),
        sent_again=draw(st.integers(0, 3)),
        **{name: draw(st.booleans()) for name in ("signed_by", "paid", "evidence", "second_failure", "out_of_stock")},
        now=datetime(2026, 3, 14, 9, tzinfo=UTC),
    )
