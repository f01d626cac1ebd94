"""The verdicts: random claims judged in four ways, one of them another engine's, which must find the same rule."""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from portal.domain.policy import default_policy
from tests.support.same_verdicts import same_verdicts

CLAIMS, SHORT_CLAIMS = 100_000, 5_000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How often each rule decided. failure: what two ways differed on, or an empty text."""

    came: Counter[str]
    failure: str
    seconds: float

    @property
    def rules_without_claim(self) -> list[str]:
        """Name the rules that none of all the claims reached; so few as the shorter part has need not reach each."""
        if self.came.total() < CLAIMS:
            return []
        return [rule.key for rule in default_policy().rules if rule.key not in self.came]


def run_verdicts(*, short: bool) -> Verdicts:
    """Judge the claims; always the same ones."""
    began = time.perf_counter()
    came, failure = Counter[str](), ""
    with tempfile.TemporaryDirectory(prefix="amends-verdicts-") as folder:
        try:
            claims = SHORT_CLAIMS if short else CLAIMS
            came = same_verdicts(default_policy(), Path(folder), claims=claims, chance=Random(_SEED))
        except AssertionError as error:
            failure = str(error)
    return Verdicts(came, failure, time.perf_counter() - began)
