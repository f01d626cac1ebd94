"""Any facts at all, for what must hold whatever a claim is."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from portal.domain.facts import LATER, Asker, EarlierRemedy, Facts
from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem
from portal.domain.received import Place, Signer
from tests.support.claim_facts import some_facts

_DAYS = st.none() | st.integers(-30, 400)
_CENTS = st.one_of(st.just(0), st.integers(1, 400), st.integers(1, 400_000), st.integers(1, 9_999_999_999))
_OFTEN = st.sampled_from
_AGO = st.lists(st.integers(0, 400), max_size=5)
_REMEDIES = st.builds(
    lambda days, owed, goodwill: EarlierRemedy(days, owed + goodwill, goodwill), st.integers(0, 366), _CENTS, _CENTS
)


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
        service=draw(_OFTEN([None, "express", "standard"])),
        signed_for_by=draw(st.none() | _OFTEN(list(Signer))),
        delivered_to=draw(st.none() | _OFTEN(list(Place))),
        asked_by=draw(_OFTEN(list(Asker))),
        days_since_last_scan=draw(_DAYS),
        days_since_first_order=draw(st.integers(-3, 4_000)),
        earlier_orders_days=tuple(draw(_AGO)),
        failed_follow_ups_days=tuple(draw(_AGO)),
        earlier_remedies=tuple(draw(st.lists(_REMEDIES, max_size=4))),
        incident_open=draw(st.booleans()),
        now=draw(_OFTEN([datetime(2026, 3, 14, 9, tzinfo=UTC), datetime(2026, 12, 24, 23, 59, tzinfo=UTC)])),
    )


@st.composite
def kept_earlier(draw: st.DrawFn, currencies: tuple[str, ...] = ("BRL", "EUR")) -> Facts:
    """Draw facts as they were kept before some facts were gathered."""
    document = draw(facts(currencies)).to_document()
    lacking = draw(st.sets(_OFTEN(sorted(LATER))))
    return Facts.from_document({name: value for name, value in document.items() if name not in lacking})
