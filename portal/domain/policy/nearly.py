"""Which rules nearly decided: those that miss little of what they ask, the nearest first."""

from dataclasses import dataclass

from portal.domain.policy.verdict import Finding, Verdict

_CLOSE = 2


@dataclass(frozen=True, slots=True)
class Tested:
    """A rule by its key, with what each of its conditions found."""

    key: str
    findings: tuple[Finding, ...]

    @property
    def missed(self) -> tuple[Finding, ...]:
        """Give the conditions that did not hold."""
        return tuple(finding for finding in self.findings if not finding.passed)


@dataclass(frozen=True, slots=True)
class Nearness:
    """Every rule of a verdict: the one that won (None where none matched), those that nearly did, and all others.

    One that misses nothing and did not win stands below the one that did; it comes last of those that nearly did.
    """

    won: Tested | None
    close: tuple[Tested, ...]
    others: tuple[Tested, ...]


def nearness(verdict: Verdict) -> Nearness:
    """Rank the rules of a verdict by how near each was to deciding."""
    won, close, others = None, [], []
    for key, _positions in verdict.trace:
        rule = Tested(key, verdict.findings_of(key))
        if key == verdict.rule_key:
            won = rule
        elif _is_close(rule) and _is_about(rule):
            close.append(rule)
        else:
            others.append(rule)
    return Nearness(won, tuple(sorted(close, key=_far)), tuple(others))


def _far(rule: Tested) -> tuple[bool, int]:
    return not rule.missed, len(rule.missed)


def _is_close(rule: Tested) -> bool:
    """Tell whether a rule nearly decided: it misses little, and not all that it asks."""
    return len(rule.missed) <= min(_CLOSE, max(len(rule.findings) - 1, 1))


def _is_about(rule: Tested) -> bool:
    """Tell whether a rule speaks of this problem: one that names it, or one that names none."""
    return all(finding.passed for finding in rule.findings if finding.condition == "problem")
