"""Any policy that can be read, for hypothesis: every fact, every kind of question, every outcome and its limits."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.domain.policy.plans import RoundWay
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason

AMOUNTS = ("small", "middle", "large")
_NAMES = ("acme", "toys", "SP", "Sedex", "A-1")
_COUNTRIES = ("DE", "BR", "PT")
_METHODS = ("card", "boleto", "voucher", "credit")
_STARTS = ("ordered", "promised", "handed_over", "delivered")
_DAYS = st.integers(1, 300)


def _range(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, int]]:
    both = st.tuples(numbers, numbers).map(lambda two: {"min": min(two), "max": max(two)})
    return st.one_of(both, numbers.map(lambda low: {"min": low}), numbers.map(lambda high: {"max": high}))


def _between_amounts() -> st.SearchStrategy[dict[str, str]]:
    ends = st.sampled_from(AMOUNTS)
    low, high = ends.map(lambda name: {"min": name}), ends.map(lambda name: {"below": name})
    return st.one_of(low, high, st.just({"min": "small", "below": "large"}), st.just({"min": "small", "max": "middle"}))


def _words(fact: FactType) -> st.SearchStrategy[Any]:
    known = sorted(fact.choices or (_COUNTRIES if fact.name == "ship_to_country" else _NAMES))
    some = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    ways = [some, some.map(lambda words: {"none_of": words})]
    return st.one_of(*ways, st.sampled_from(["known", "unknown"])) if fact.unknown else st.one_of(*ways)


def _asked(fact: FactType) -> st.SearchStrategy[Any]:
    """Draw any question that may be asked about a fact."""
    window = st.integers(1, 365)
    ranges = _range(st.integers(0, 90))
    methods = st.lists(st.sampled_from(_METHODS), min_size=1, max_size=3, unique=True)
    days = st.one_of(ranges, st.sampled_from(["known", "unknown"])) if fact.unknown else ranges
    by_kind: dict[FactKind, st.SearchStrategy[Any]] = {
        FactKind.DAYS: days,
        FactKind.TIMES: ranges,
        FactKind.SHARE: _range(st.integers(1, 100)),
        FactKind.YES_NO: st.booleans(),
        FactKind.WORD: _words(fact),
        FactKind.WORDS: st.tuples(st.sampled_from(["any_of", "none_of", "only"]), methods).map(lambda two: dict([two])),
        FactKind.MONEY: st.one_of(_between_amounts(), st.sampled_from(["some", "none"])),
        FactKind.RECENT: st.builds(lambda within, span: {"within_days": within, **span}, window, ranges),
        FactKind.RECENT_MONEY: st.builds(
            lambda within, span: {"within_days": within, **span}, window, _between_amounts()
        ),
        FactKind.DATE: st.dates(date(2024, 1, 1), date(2030, 1, 1)).map(lambda day: {"min": day.isoformat()}),
    }
    return by_kind[fact.kind]


@st.composite
def _plan(draw: st.DrawFn, *, credit: bool) -> dict[str, Any]:
    """Draw an offer of money or credit, with any of its limits."""
    plan: dict[str, Any] = {"arrives_in_days": draw(st.integers(0, 30)), "expires_in_days": draw(_DAYS)}
    part = draw(st.sampled_from(["goods", "shipping", "overpaid", "fixed"]))
    plan[part] = draw(st.sampled_from(AMOUNTS if part == "fixed" else [1, 10, "12.5", 50, 100]))
    for cap in draw(st.lists(st.sampled_from(["cap", "claim_cap", "round_to"]), unique=True)):
        plan[cap] = draw(st.sampled_from(AMOUNTS))
    if "round_to" in plan:
        plan["round"] = draw(st.sampled_from(list(RoundWay))).value
    if draw(st.booleans()):
        window, goodwill = draw(st.integers(1, 365)), draw(st.booleans())
        plan["customer_cap"] = {"amount": "middle", "within_days": window, "of_goodwill": goodwill}
    if credit and draw(st.booleans()):
        plan |= {"bonus": draw(st.sampled_from([5, "7.25", 20])), "bonus_cap": draw(st.sampled_from(AMOUNTS))}
    return plan


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw remedies of any kind, as a rule offers them or a set of offers holds them."""
    offers: dict[str, Any] = {}
    for kind in draw(st.lists(st.sampled_from(["replacement", "refund", "store_credit"]), min_size=1, unique=True)):
        if kind == "replacement":
            offers[kind] = {"arrives_in_days": draw(st.integers(0, 30))}
        else:
            offers[kind] = draw(_plan(credit=kind == "store_credit"))
    return offers


@st.composite
def _offer(draw: st.DrawFn) -> dict[str, Any]:
    said: dict[str, Any] = {
        "offer": draw(plans()),
        "class": draw(st.sampled_from(["entitled", "goodwill", "not_ours"])),
    }
    if draw(st.booleans()):
        said["keep"] = True
    if draw(st.booleans()):
        said["evidence"] = draw(st.sampled_from(list(EvidenceReason))).value
    if draw(st.booleans()):
        said["alternative"] = draw(st.sampled_from(list(Alternative))).value
    return said


def _person() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda reason, hours, to: {"person": {"reason": reason.value, "within_hours": hours, **to}},
        st.sampled_from(list(EscalateReason)),
        st.integers(1, 720),
        st.sampled_from([{}, {"to": "approver"}]),
    )


def _decline() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda reason, alternative: {"decline": {"reason": reason.value, "alternative": alternative.value}},
        st.sampled_from(list(DeclineReason)),
        st.sampled_from(list(Alternative)),
    )


@st.composite
def _rule(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(VOCABULARY)), min_size=1, max_size=4, unique=True))
    when = {name: draw(_asked(VOCABULARY[name])) for name in names}
    if draw(st.integers(0, 4)):
        return {"when": when, "then": draw(st.one_of(_offer(), _person(), _decline()))}
    reason = draw(st.sampled_from(list(WaitReason))).value
    if draw(st.booleans()):
        until = draw(st.dates(date(2027, 1, 2), date(2029, 1, 1)))
        before = (until - timedelta(days=1)).isoformat()
        return {
            "when": {**when, "today": {"max": before}},
            "then": {"wait": {"reason": reason, "until": until.isoformat()}},
        }
    start, days = draw(st.sampled_from(_STARTS)), draw(_DAYS)
    wait = {"reason": reason, "from": start, "days": days}
    return {"when": {**when, f"days_since_{start}": {"max": days - 1}}, "then": {"wait": wait}}


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the document of a policy."""
    rules = draw(st.lists(_rule(), min_size=1, max_size=6))
    return {
        "name": "Any policy",
        "market": "*",
        "defaults": {"offer_expires_in_days": draw(_DAYS), "answer_within_hours": draw(st.integers(1, 720))},
        "amounts": {
            name: {"EUR": f"{euros}.50", "JPY": str(euros * 150)}
            for name, euros in zip(AMOUNTS, (3, 70, 1234), strict=True)
        },
        "rules": [{"key": f"rule_{number}", "describe": "Any rule.", **rule} for number, rule in enumerate(rules)],
    }
