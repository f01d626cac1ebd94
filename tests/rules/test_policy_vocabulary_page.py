"""The page that lists the vocabulary lists all of it, and nothing else."""

import re
from pathlib import Path

from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import Wording
from portal.domain.policy.offer_plans import FIELDS
from portal.domain.policy.outcomes import OF_OFFER, OF_OTHERS
from portal.domain.policy.proof import ConcernKind
from portal.domain.policy.vocabulary import VOCABULARY, FactKind

_DOCS = Path(__file__).parents[2] / "docs"
_PAGE = (_DOCS / "policy-vocabulary.md").read_text(encoding="utf-8")
_NAME = re.compile(r"`([a-z_]+)`")


def rows_below(heading: str) -> list[list[str]]:
    """Read the cells of the rows below a heading, without the head of the table."""
    part = _PAGE.split(heading)[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    return [cells for cells in rows if not cells[0].startswith("---")][1:]


def test_every_fact_is_listed_with_its_kind_and_nothing_else_is() -> None:
    listed: dict[str, str] = {}
    for names, kinds, _ in rows_below("## Facts"):
        found = _NAME.findall(names)
        told = kinds.split(", ")
        listed |= dict(zip(found, told + [told[-1]] * (len(found) - len(told)), strict=True))

    assert listed == {fact.name: fact.kind.value for fact in VOCABULARY.values()}


def test_every_word_that_alone_may_come_is_listed_with_its_fact() -> None:
    said = {name: row[2] for row in rows_below("## Facts") for name in _NAME.findall(row[0])}

    missing = {
        (fact.name, word)
        for fact in VOCABULARY.values()
        for word in fact.choices or ()
        if f"`{word}`" not in said[fact.name]
    }

    assert missing == set()


def test_every_kind_of_fact_is_listed() -> None:
    assert {row[0] for row in rows_below("## Conditions")} == {kind.value for kind in FactKind}


def test_every_field_of_an_outcome_is_listed_with_its_words_and_nothing_else_is() -> None:
    said = {name: row[2] for row in rows_below("## Outcomes") for name in _NAME.findall(row[0])}
    words = {"offer": RemedyKind, "class": PolicyClass, "wording": Wording}
    named = {**{field: tuple(kind) for field, kind in words.items()}, **OF_OTHERS}

    missing = {(field, word) for field, inside in named.items() for word in inside if f"`{word}`" not in said[field]}

    assert said.keys() == {*OF_OFFER, *OF_OTHERS}
    assert missing == set()


def test_every_field_of_a_remedy_is_listed_and_nothing_else_is() -> None:
    listed = {name for row in rows_below("## Remedies") for name in _NAME.findall(row[0])}

    assert listed == {name for kind in RemedyKind for name in FIELDS[kind]}


def test_everything_that_a_proof_finds_is_listed() -> None:
    page = (_DOCS / "policy.md").read_text(encoding="utf-8")

    assert [kind.value for kind in ConcernKind if f"`{kind.value}`" not in page] == []
