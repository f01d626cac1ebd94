"""The journey in words: the names of its stages, how long things took, and a week or a year of it in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import ClassVar

from portal.domain.intervals import share_interval
from portal.domain.kept import enough
from portal.domain.money import Money
from portal.letters.language import money, msg, msgs, percent, translation

STAGE_NAMES: Mapping[str, str] = {
    "promise": msg("Promise"),
    "order": msg("Order"),
    "pack": msg("Packing"),
    "hand_over": msg("Hand-over"),
    "transit": msg("On the way"),
    "doorstep": msg("Doorstep"),
    "use": msg("Use"),
    "after_care": msg("After-care"),
}
_AT_ONCE = msg("at once")
_TIMES = (
    (24 * 60 * 60, msgs("%(num)s day", "%(num)s days")),
    (60 * 60, msgs("%(num)s hour", "%(num)s hours")),
    (60, msgs("%(num)s minute", "%(num)s minutes")),
)
# Up to so many of a kind it is told in the next smaller, so that 36 hours are not a day.
_FEW = 2
_PROBLEMS = msgs(
    "%(num)s problem in %(orders)s orders, %(rate)s of 1,000; %(usual)s in the four weeks before.",
    "%(num)s problems in %(orders)s orders, %(rate)s of 1,000; %(usual)s in the four weeks before.",
)
_SECOND = msgs(
    "%(num)s second failure, which counts twice more.", "%(num)s second failures, each of which counts twice more."
)
_HALF = msg("Half of what was carried out took no longer than %(time)s.")
_RESTORED = msg("Within the year %(share)s of the lines that were asked about are restored (%(low)s to %(high)s).")
_COST = msg("Cost of remedies: %(amounts)s.")
_NO_ORDERS = msg("No orders.")
_KEPT = msg(
    "Of %(matched)s customers who reported a problem, %(share)s bought again within %(days)s days. "
    "Of people alike who had not, %(usual)s did."
)
_TOO_FEW = msg("Too few to tell: %(matched)s customers with people alike, of %(reported)s who reported.")
_MORE = msg("More came back than of people alike: %(low)s to %(high)s more in 100.")
_FEWER = msg("Fewer came back than of people alike: %(low)s to %(high)s fewer in 100.")
_NO_TELLING = msg("Chance alone could make the difference: from %(low)s fewer to %(high)s more in 100.")
_THOUSAND, _HUNDRED = 1000, 100
# A page tells the same numbers until they are counted anew.
_KEPT_WORDS = 4096


@dataclass(frozen=True, slots=True)
class StageTold:
    """A stage of the digest, in finished sentences. owner may be empty."""

    stage_name: str
    owner: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyDigest:
    """A week of the journey on one page. kept: whether customers came back, where that is told; whole: every stage.

    without_mailbox: stages whose owner cannot be written to, so that the leader reads for them.
    """

    NAME: ClassVar[str] = "journey_digest"
    first_on: date
    last_on: date
    stages: tuple[StageTold, ...]
    kept: tuple[str, ...]
    without_mailbox: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class StageWeek:
    """A stage's week beside the four before it, and its year as far as customers were asked."""

    orders: int
    problems: int
    usual_orders: int
    usual_problems: int
    second_failures: int
    remedy_median: float | None
    asked: int
    restored: int
    costs: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class KeptTold:
    """Who came back, in numbers: see ``Compared`` of the domain."""

    days: int
    reported: int
    matched: int
    alike: float
    share: float | None
    usual: float | None
    low: float | None
    high: float | None


def stage_name(stage: str, locale: str) -> str:
    """Name a stage; one without a name as it is."""
    return translation(locale).gettext(STAGE_NAMES[stage]) if stage in STAGE_NAMES else stage


@lru_cache(maxsize=_KEPT_WORDS)
def time_words(seconds: float, locale: str) -> str:
    """Tell how long something took, in the largest unit of which it is at least two."""
    catalogue = translation(locale)
    for unit, (one, many) in _TIMES:
        number = round(seconds / unit)
        if seconds >= _FEW * unit or (unit == _TIMES[-1][0] and number):
            return catalogue.ngettext(one, many, number) % {"num": number}
    return catalogue.gettext(_AT_ONCE)


def digits(number: float, locale: str) -> str:
    """Write a number with one digit after the point."""
    said = f"{number:,.1f}"
    return said.translate(str.maketrans(",.", ".,")) if locale == "pt_BR" else said


@lru_cache(maxsize=_KEPT_WORDS)
def per_thousand(problems: int, orders: int, locale: str) -> str:
    """Write problems of 1,000 orders; a dash without orders."""
    return digits(_THOUSAND * problems / orders, locale) if orders else "–"


def week_sentences(week: StageWeek, locale: str) -> tuple[str, ...]:
    """Tell a stage's week. What nothing is known of is left out."""
    catalogue = translation(locale)
    said = []
    if week.orders:
        values = {
            "num": week.problems,
            "orders": week.orders,
            "rate": per_thousand(week.problems, week.orders, locale),
            "usual": per_thousand(week.usual_problems, week.usual_orders, locale),
        }
        said.append(catalogue.ngettext(*_PROBLEMS, week.problems) % values)
    else:
        said.append(catalogue.gettext(_NO_ORDERS))
    if week.remedy_median is not None:
        said.append(catalogue.gettext(_HALF) % {"time": time_words(week.remedy_median, locale)})
    if week.second_failures:
        said.append(catalogue.ngettext(*_SECOND, week.second_failures) % {"num": week.second_failures})
    if week.asked:
        interval = share_interval(week.restored / week.asked, week.asked)
        said.append(catalogue.gettext(_RESTORED) % _shares(interval.value, interval.low, interval.high, locale))
    if week.costs:
        amounts = ", ".join(money(one, locale) for one in week.costs)
        said.append(catalogue.gettext(_COST) % {"amounts": amounts})
    return tuple(said)


def _shares(share: float, low: float, high: float, locale: str) -> dict[str, str]:
    return {"share": percent(share, locale), "low": percent(low, locale), "high": percent(high, locale)}


def kept_sentences(told: KeptTold, locale: str) -> tuple[str, ...]:
    """Tell whether those who reported a problem came back, or that they are too few to tell."""
    say = translation(locale).gettext
    counts = {"matched": told.matched, "reported": told.reported, "days": told.days}
    if told.share is None or told.usual is None or not enough(told.matched, told.alike):
        return (say(_TOO_FEW) % counts,)
    shares = {"share": percent(told.share, locale), "usual": percent(told.usual, locale)}
    return say(_KEPT) % {**counts, **shares}, verdict(told.low or 0.0, told.high or 0.0, locale)


def verdict(low: float, high: float, locale: str) -> str:
    """Tell what an interval of a difference says: more, fewer, or nothing that chance could not."""
    say = translation(locale).gettext
    ends = [digits(abs(end) * _HUNDRED, locale) for end in (low, high)]
    if low > 0:
        return say(_MORE) % {"low": ends[0], "high": ends[1]}
    if high < 0:
        return say(_FEWER) % {"low": ends[1], "high": ends[0]}
    return say(_NO_TELLING) % {"low": ends[0], "high": ends[1]}


def names(stages: Sequence[str], locale: str) -> tuple[str, ...]:
    """Name stages."""
    return tuple(stage_name(stage, locale) for stage in stages)
