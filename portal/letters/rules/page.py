"""The public page of a policy: for each problem the rules that speak of it, in order; the first that fits counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.policy import Policy
from portal.domain.policy.regions import Words
from portal.domain.policy.table import Rule
from portal.domain.problems import Problem
from portal.domain.reasons import EscalateReason
from portal.letters.language import currency_of, listed, msg, msgs, translation
from portal.letters.outcomes import why_a_person
from portal.letters.rules.conditions import Reader, asked_of
from portal.letters.rules.facts import PROBLEMS
from portal.letters.rules.outcomes import done, person_within

_MUCH_AT_ONCE = msgs(
    "Where very much was given in a short time, a person answers in place of an offer, within %(num)s hour."
    " That is never a no.",
    "Where very much was given in a short time, a person answers in place of an offer, within %(num)s hours."
    " That is never a no.",
)
_OTHER_MONEY = msg("An order in any other currency than %(currencies)s goes to a person.")


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """A rule as its customers read it. number: its place in the table, from 1; asks: each fact and what it must be."""

    number: int
    asks: tuple[tuple[str, str], ...]
    does: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One problem with the rules that can decide it."""

    problem: str
    heading: str
    rules: tuple[RuleSaid, ...]


@dataclass(frozen=True, slots=True)
class PolicySaid:
    """A policy in words. rest: what happens where no rule fits."""

    sections: tuple[Section, ...]
    rest: tuple[str, ...]


def policy_said(policy: Policy, reader: Reader) -> PolicySaid:
    """Say a whole policy: every rule under every problem that it speaks of, and nothing that no rule does."""
    say = translation(reader.locale).gettext
    rules = [(number, rule) for number, rule in enumerate(policy.rules, start=1)]
    sections = [
        Section(
            problem.value,
            say(PROBLEMS[problem]),
            tuple(_said(n, rule, reader) for n, rule in rules if _is_of(rule, problem)),
        )
        for problem in Problem
    ]
    return PolicySaid(tuple(sections), tuple(_rest(policy, reader)))


def currency_for(policy: Policy, market: str, wanted: str, locale: str) -> str:
    """Choose in which of a policy's currencies amounts are told: what was asked for, the market's, or the reader's."""
    likely = [wanted, currency_of(market, locale), currency_of("", locale)]
    return next((one for one in likely if one in policy.currencies), min(policy.currencies, default=""))


def _is_of(rule: Rule, problem: Problem) -> bool:
    """Tell whether a rule can decide a problem."""
    asked = [one.region for one in rule.conditions if one.name == "problem"]
    return all(isinstance(region, Words) and (problem in region.words) is region.inside for region in asked)


def _said(number: int, rule: Rule, reader: Reader) -> RuleSaid:
    asks = tuple(asked_of(one, reader) for one in rule.conditions if one.name != "problem")
    return RuleSaid(number, asks, done(rule.outcome, reader))


def _rest(policy: Policy, reader: Reader) -> Iterator[str]:
    yield why_a_person(EscalateReason.NO_RULE, reader.locale)
    yield person_within(policy.defaults.answer_within_hours, reader)
    if policy.limits or policy.budgets:
        # Which limit it is, and how near somebody is to it, is told to nobody outside.
        hours = max([policy.person_within_hours, *(limit.answer_within_hours for limit in policy.limits)])
        yield translation(reader.locale).ngettext(*_MUCH_AT_ONCE, hours) % {"num": hours}
    if policy.currencies:
        say = translation(reader.locale).gettext
        yield say(_OTHER_MONEY) % {"currencies": listed(sorted(policy.currencies), reader.locale)}
