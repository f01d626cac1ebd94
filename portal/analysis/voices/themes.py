"""Find themes: words that are said together by several people. Runs in a process of its own, see ``apart``.

TF-IDF weighs a word by how few say it, and non-negative matrix factorisation (Lee and Seung 1999; Xu, Liu and Gong
2003 for texts) writes the voices as sums of few themes, each a list of words. Both are scikit-learn's.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer

from portal.analysis.voices.found import Themes

_WORDS_SHOWN = 6
# A word is shown of a theme where it weighs at least so much of its weightiest one.
_WORTH_SHOWING = 0.2
_TOO_COMMON = 0.5
_ROUNDS = 400


def find(texts: Sequence[Sequence[str]], themes: int, shared_by: int) -> Themes:
    """Find at most so many themes among texts of stems; a stem counts where at least so many texts have it.

    The same texts give the same themes. A text without any such stem has no theme.
    """
    try:
        weigh = TfidfVectorizer(
            analyzer=lambda stems: stems, min_df=shared_by, max_df=_TOO_COMMON, sublinear_tf=True, dtype=np.float32
        )
        weights = weigh.fit_transform(texts)
    except ValueError:
        # No stem is shared by so many and not by half of all.
        return Themes([], [-1] * len(texts), [0.0] * len(texts))
    stems = weigh.get_feature_names_out()
    many = min(themes, *weights.shape)
    model = NMF(n_components=many, init="nndsvda", max_iter=_ROUNDS, tol=1e-3, random_state=0)
    parts = model.fit_transform(weights)
    best = parts.argmax(axis=1)
    clear = parts.max(axis=1)
    return Themes(
        [_weightiest(stems, row) for row in model.components_],
        [int(theme) if how > 0 else -1 for theme, how in zip(best, clear, strict=True)],
        [float(how) for how in clear],
    )


def _weightiest(stems: Sequence[str], row: "np.ndarray") -> list[str]:
    first = np.argsort(row)[::-1][:_WORDS_SHOWN]
    return [str(stems[place]) for place in first if row[place] > _WORTH_SHOWING * row[first[0]]]
