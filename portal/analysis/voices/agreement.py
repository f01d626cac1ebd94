"""Hold what was found against what people labelled."""

from collections import Counter
from collections.abc import Sequence

from sklearn.metrics import adjusted_rand_score


def purity(of: Sequence[int], labels: Sequence[str]) -> float:
    """Give the share of texts whose label is the commonest one of their theme (Manning, Raghavan and Schütze 2008)."""
    by_theme: dict[int, Counter[str]] = {}
    for theme, label in zip(of, labels, strict=True):
        by_theme.setdefault(theme, Counter())[label] += 1
    return sum(counted.most_common(1)[0][1] for counted in by_theme.values()) / len(labels)


def rand(of: Sequence[int], labels: Sequence[str]) -> float:
    """Give the adjusted Rand index (Hubert and Arabie 1985): 1 where both part the texts alike, 0 as by chance."""
    return float(adjusted_rand_score(list(labels), list(of)))
