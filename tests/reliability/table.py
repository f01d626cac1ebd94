"""The table of what holds, from what the marked tests of a run said."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.ids import Wanted, every

HELD, ARGUED, OPEN = "held", "argued", "**open**"
_TITLES = {
    "invariants": "Invariants: M money, L ledger and credit, F flow, P people, X finance",
    "faults": "Faults",
    "inputs": "Bad input, each through the real front",
    "bugs": "Bugs that others had",
}


@dataclass(slots=True)
class Proof:
    """What the tests of one id said: each function with how many of its cases passed, and what did not."""

    passed: Counter[str] = field(default_factory=Counter)
    failed: set[str] = field(default_factory=set)


def read(files: Iterable[Path]) -> dict[str, Proof]:
    """Read what runs wrote down; the last word on a test counts, so that one may be run again."""
    last: dict[tuple[str, str], str] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            last[said["id"], said["test"]] = said["outcome"]
    proofs: dict[str, Proof] = {}
    for (one, test), outcome in last.items():
        proof = proofs.setdefault(one, Proof())
        function = test.removeprefix("tests/").split("[", 1)[0]
        if outcome == "passed":
            proof.passed[function] += 1
        elif outcome == "failed":
            proof.failed.add(function)
    return proofs


def commits(files: Iterable[Path]) -> set[str]:
    """Name the commits whose tests wrote these; what an older writer left names none."""
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return {json.loads(line).get("commit", "unknown") for line in lines}


def state_of(wanted: Wanted, proofs: Mapping[str, Proof]) -> str:
    """Say how it stands: held takes a test that passed and none that failed."""
    proof = proofs.get(wanted.id, Proof())
    if proof.failed:
        return OPEN
    if proof.passed:
        return HELD
    return ARGUED if wanted.why_argued else OPEN


def states(proofs: Mapping[str, Proof]) -> dict[str, str]:
    """Say how each id stands."""
    return {wanted.id: state_of(wanted, proofs) for wanted in every()}


def rendered(proofs: Mapping[str, Proof], run: str) -> str:
    """Draw the table as Markdown. run says when and on which commit the tests ran."""
    return "\n".join([*_head(proofs, run), *_argued(proofs), *_sections(proofs)]) + "\n"


def _head(proofs: Mapping[str, Proof], run: str) -> Iterator[str]:
    counted = Counter(states(proofs).values())
    tests = {test for proof in proofs.values() for test in proof.passed}
    yield "# What was proved"
    yield ""
    yield f"Made by `make reliability` {run}: {len(every())} ids, {len(tests)} marked tests that ran and passed."
    yield f"{counted[HELD]} held, {counted[ARGUED]} argued, {counted[OPEN]} open."
    yield ""
    yield "*Held* means that a test which names the id ran and passed in that run, and that none failed. A test says"
    yield 'what it proves with `@pytest.mark.proves("M1", "fault 9")`; the ids stand in `tests/reliability/ids.toml`.'
    yield "A number in brackets says how many cases of a test passed."
    yield ""


def _argued(proofs: Mapping[str, Proof]) -> Iterator[str]:
    yield "## Argued, not tested"
    yield ""
    yield "| Id | What | Why no test shows it |"
    yield "|---|---|---|"
    for wanted in every():
        if state_of(wanted, proofs) == ARGUED:
            yield f"| {wanted.id} | {wanted.says} | {wanted.why_argued} |"
    yield ""


def _sections(proofs: Mapping[str, Proof]) -> Iterator[str]:
    for section, title in _TITLES.items():
        yield f"## {title}"
        yield ""
        yield "| Id | What | Tests | State |"
        yield "|---|---|---|---|"
        for wanted in every():
            if wanted.section == section:
                yield f"| {wanted.id} | {wanted.says} | {_tests(wanted, proofs)} | {state_of(wanted, proofs)} |"
        yield ""


def _tests(wanted: Wanted, proofs: Mapping[str, Proof]) -> str:
    proof = proofs.get(wanted.id, Proof())
    failed = [f"failed: `{function}`" for function in sorted(proof.failed)]
    passed = [
        f"`{function}`" + (f" ({cases})" if cases > 1 else "")
        for function, cases in sorted(proof.passed.items())
        if function not in proof.failed
    ]
    return "<br>".join([*failed, *passed]) or ("see above" if wanted.why_argued else "none yet")
