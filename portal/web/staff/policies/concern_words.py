"""What the check found, in words: each with the rules that it is about and a claim that shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.facts import Facts
from portal.domain.policy import Finding, Policy
from portal.domain.policy.proof import Concern, ConcernKind, Proof, Severity
from portal.letters.concerns import sentence_of, words_of
from portal.letters.language import listed
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.names import PARCELS, PROBLEMS, REMEDIES, named
from portal.web.staff.findings import found_words
from portal.web.staff.policies.row_words import NAMED_BY, row_title
from portal.web.staff.policies.rule_words import titled
from portal.web.staff.policies.words import BOUNDS
from portal.web.staff.words import FACTS

# What a claim holds of these says nothing in particular, so it is left out of the short version of an example.
_PLAIN = frozenset({"no", "0", "unknown", "another", "none"})
_SHOWN_FIRST = 40


@dataclass(frozen=True, slots=True)
class RowLink:
    """A rule by its key and its title; key is empty where the table has no such rule."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class ConcernView:
    """One thing that the check found. example: (fact, value) of a claim that shows it, what is special of it first."""

    severity: str
    sentence: str
    rows: tuple[RowLink, ...]
    example: tuple[tuple[str, str], ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """A rule that comes first, and those that fit some of its claims too. numbers: theirs in the table, in words."""

    first: RowLink
    others: tuple[RowLink, ...]
    numbers: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the check found. old: warnings that the version before has as well; overlaps: in the table's order."""

    errors: tuple[ConcernView, ...]
    new: tuple[ConcernView, ...]
    old: tuple[ConcernView, ...]
    gone: int
    overlaps: tuple[Overlap, ...]

    @property
    def warnings(self) -> int:
        """Count what needs a word."""
        return len(self.new) + len(self.old)

    @property
    def pairs(self) -> int:
        """Count the pairs of rules that overlap."""
        return sum(len(one.others) for one in self.overlaps)


def check_view(proof: Proof, policy: Policy, before: Proof | None) -> CheckView:
    """Say what a proof found. before: the proof of the version that the draft is based on, to tell what is new."""
    known = {_identity(one) for one in before.of(Severity.WARNING)} if before else set()
    titles = {rule.key: titled(number, rule.describe) for number, rule in enumerate(policy.rules, 1)}
    warnings = proof.of(Severity.WARNING)
    new, old = ([one for one in warnings if (_identity(one) in known) is is_old] for is_old in (False, True))
    return CheckView(
        errors=tuple(_view(one, policy, titles, is_new=True) for one in proof.of(Severity.ERROR)),
        new=tuple(_view(one, policy, titles, is_new=True) for one in new),
        old=tuple(_view(one, policy, titles, is_new=False) for one in old),
        gone=len(known - {_identity(one) for one in warnings}),
        overlaps=_overlaps(proof, titles),
    )


def _overlaps(proof: Proof, titles: Mapping[str, str]) -> tuple[Overlap, ...]:
    later: dict[str, list[str]] = {}
    for one in proof.of(Severity.NOTE):
        first, loser = one.rules
        later.setdefault(first, []).append(loser)
    numbers = {key: str(number) for number, key in enumerate(titles, 1)}
    return tuple(
        Overlap(
            RowLink(key, titles[key]),
            tuple(RowLink(loser, titles[loser]) for loser in losers),
            listed([numbers[loser] for loser in losers], current_locale()),
        )
        for key, losers in later.items()
    )


def _identity(concern: Concern) -> tuple[ConcernKind, tuple[str, ...], str, str]:
    return concern.kind, concern.rules, concern.place, concern.word


def _view(concern: Concern, policy: Policy, titles: Mapping[str, str], *, is_new: bool) -> ConcernView:
    named_rules = {key: titles.get(key, key) for key in (*concern.rules, *concern.by)}
    return ConcernView(
        severity=concern.severity.value,
        sentence=_(sentence_of(concern), **_values(concern, named_rules)),
        rows=tuple(RowLink(key, title) for key, title in named_rules.items() if key in titles),
        example=tuple(_told(concern.example, policy)) if concern.example else (),
        is_new=is_new,
    )


def _values(concern: Concern, titles: Mapping[str, str]) -> dict[str, str]:
    """Give what a sentence names: rules by their titles, places in words."""
    codes = words_of(concern)
    by = [titles[key] for key in concern.by]
    return {
        "rule": titles.get(codes["rule"], codes["rule"]),
        "loser": titles.get(codes["loser"], codes["loser"]),
        "by": listed([f"“{title}”" for title in by], current_locale()) if by else "",
        "place": _place(concern),
        **{name: codes[name] for name in ("more", "word", "like")},
    }


def _place(concern: Concern) -> str:
    problem, apart, parcel = concern.place.partition(", ")
    if apart and problem in PROBLEMS:
        return f"{named(PROBLEMS, problem)} · {named(PARCELS, parcel)}"
    table, _apart, rest = concern.place.partition(".")
    if table in NAMED_BY:
        return row_title(table, *rest.split("."))
    if table in REMEDIES and rest in BOUNDS:
        return _("%(part)s (%(remedy)s)", part=named(BOUNDS, rest), remedy=named(REMEDIES, table))
    return named(FACTS, concern.place) if concern.place in FACTS else concern.place


def _told(example: Facts, policy: Policy) -> Iterator[tuple[str, str]]:
    """Say what a claim holds of each fact that the policy asks about; what says nothing in particular is left out."""
    conditions = {condition.source: condition for rule in policy.rules for condition in rule.conditions}
    for source, condition in list(conditions.items())[:_SHOWN_FIRST]:
        found = condition.found(example)
        if found in _PLAIN or found.startswith(("0 ", "0.00 ")):
            continue
        said = found_words(Finding("", condition.name, True, "", found))
        window = source.removeprefix(condition.name).strip()
        fact = named(FACTS, condition.name)
        yield (_("%(fact)s, %(window)s", fact=fact, window=_window(window)) if window else fact), said


def _window(window: str) -> str:
    return _("in %(days)s days", days=window.removeprefix("in ").removesuffix(" days"))
