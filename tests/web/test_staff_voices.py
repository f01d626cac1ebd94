"""What customers say in their own words: gathered, searched, masked, erased, and beside the numbers."""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.follow_up import Answer
from portal.domain.problems import Problem
from portal.domain.voices import FoundTheme, Tongue
from portal.gateways.photo_folder import PhotoFolder
from portal.records import themes
from portal.records.tables.voices import ThemeSearch
from portal.services.answer_follow_up import Said, answer_by_link
from portal.services.erase_customer import erase_customer
from portal.services.find_themes import find_themes, themes_are_wanted
from portal.services.follow_up_token import token_for
from portal.services.gather_voices import gather_voices
from tests.support.asked import asked_now
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

LABELLED = Path(__file__).parents[1] / "support" / "labelled_voices.csv"
_MOST = 12


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


@pytest.fixture
def agent(front: Front) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT)
    return visitor


def _says(front: Front, words: str, problem: Problem = Problem.DAMAGED, locale: str = "en") -> str:
    return front.a_claim(front.an_order(), problem, words=words, locale=locale)


def test_words_are_found_by_their_stems_with_or_without_accents_and_stand_with_their_claim(
    front: Front, agent: Visitor
) -> None:
    ref = _says(front, "The boxes were crushed. Call +55 11 98765-4321 or ana@example.com!")
    _says(front, "Quero a devolução do dinheiro", locale="pt_BR")
    _says(front, "")
    gathered = (gather_voices(front.toolkit), gather_voices(front.toolkit))

    by_stem = agent.get("/staff/voices/?q=box+crushing")
    plain = agent.get("/staff/voices/?q=devolucao")
    none = agent.get("/staff/voices/?q=box+-crushed")

    assert gathered == (2, 0)
    assert ref in by_stem.text
    assert "Call …21 or a…@example.com!" in by_stem.text
    assert "98765" not in by_stem.text
    assert "Quero a devolução" in plain.text
    assert ref not in plain.text
    assert "Nobody said this" in none.text


_ASKED = [
    "q=%27%29%3B+DROP+TABLE+voices%3B--",
    "q=%26+%7C+%21+%28%3A%2A+%3C-%3E",
    "q=%22",
    "q=" + "w" * 1_000,
    "page=0",
    "page=-1",
    "page=999999",
    "page=%D9%A3",
    "page=" + "9" * 40,
    "problem=nonsense&stage=%27&theme=THM-NOBODY",
    "theme=%25",
]


def test_whatever_is_asked_the_page_stands(front: Front, agent: Visitor) -> None:
    _says(front, "The lid is cracked")
    gather_voices(front.toolkit)

    answers = {asked: agent.client.get(f"/staff/voices/?{asked}").status_code for asked in _ASKED}

    assert set(answers.values()) == {200}, answers


def test_days_that_are_none_are_told_and_the_usual_ones_shown(agent: Visitor) -> None:
    page = agent.get("/staff/voices/?from=2026-02-31&to=soon", status=422)

    assert "Please type two days" in page.text


def test_the_numbers_tie_to_the_claims_and_the_page_takes_few_statements(front: Front, agent: Visitor) -> None:
    for _ in range(3):
        _says(front, "A cracked cup", Problem.DAMAGED)
    _says(front, "", Problem.DAMAGED)
    late = front.an_order(parcels={"1": LATE}, status="shipped")
    ref = front.a_claim(late, Problem.LATE, words="Still waiting")
    asked_now(front.toolkit, ref)
    gather_voices(front.toolkit)

    with counted_queries(front.app) as statements:
        page = agent.get("/staff/voices/?problem=damaged")

    counted = rows(
        front.app,
        "SELECT problem, count(DISTINCT claim_id) FROM claim_lines GROUP BY 1 ORDER BY 1",
    )
    assert counted == [("damaged", 4), ("late", 1)]
    assert "3 voices" in page.text
    assert "Damaged34Late01" in page.text
    assert len(statements) <= _MOST


def test_words_of_an_answer_stand_with_the_answer_and_go_with_the_customer(front: Front, agent: Visitor) -> None:
    mailbox = "ana.leaves@example.org"
    order = front.an_order(front.a_customer(mailbox))
    ref = front.a_claim(order, Problem.DAMAGED, words="The teapot came in pieces")
    rows_of = "SELECT v.source, m.answer FROM voices v LEFT JOIN claim_messages m ON m.id = v.message_id ORDER BY v.id"
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE claim_lines SET state = 'made_whole'")
        session.connection().exec_driver_sql("UPDATE claims SET state = 'made_whole'")
    asked_now(front.toolkit, ref)
    said = Said(Answer.YES, "Perfect now", "a page")
    answer_by_link(front.toolkit, claim_ref=ref, token=token_for(front.toolkit.secret_key, ref), said=said)
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("SELECT id FROM claims FOR UPDATE")
        while_held = gather_voices(front.toolkit)
    gathered = gather_voices(front.toolkit)
    before = rows(front.app, rows_of)
    page = agent.get("/staff/voices/")

    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE letters SET state = 'sent' WHERE state = 'queued'")
    erase_customer(front.toolkit, PhotoFolder(Path("/nowhere")), mailbox=mailbox, actor=front.actor)

    assert (while_held, gathered) == (0, 2)
    assert before == [("report", None), ("answer", "yes")]
    assert "Answer: yes, it is right" in page.text
    assert rows(front.app, "SELECT count(*) FROM voices") == [(0,)]
    assert gather_voices(front.toolkit) == 0


def _examples(tongue: Tongue) -> list[tuple[str, str]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [(row["label"], row["words"]) for row in csv.DictReader(file) if row["tongue"] == tongue]


def test_themes_are_found_kept_with_their_voices_and_agree_with_labels(front: Front, agent: Visitor) -> None:
    examples = _examples(Tongue.PORTUGUESE)[:40]
    for _, words in examples:
        _says(front, words, locale="pt_BR")
    _says(front, "One voice alone has no theme")
    often = front.a_customer()
    for _ in range(3):
        front.a_claim(front.an_order(often), words="Xilofone desafinado", locale="pt_BR")

    found = find_themes(front.toolkit)
    page = agent.get("/staff/voices/")

    pointed = rows(
        front.app,
        "SELECT c.words, t.ref, t.voices FROM voices v JOIN claims c ON c.id = v.claim_id"
        " LEFT JOIN themes t ON t.id = v.theme_id",
    )
    label_of = {words: label for label, words in examples}
    by_theme: dict[str, Counter[str]] = defaultdict(Counter)
    for words, ref, _ in pointed:
        by_theme[ref or words][label_of.get(words, words)] += 1
    pure = sum(counted.most_common(1)[0][1] for ref, counted in by_theme.items() if ref.startswith("THM-"))
    assert found[Tongue.PORTUGUESE] >= 3
    assert (found[Tongue.ENGLISH], found[Tongue.SIMPLE]) == (0, 0)
    assert all(sum(by_theme[ref].values()) == voices >= 3 for _, ref, voices in pointed if ref)
    assert pure >= 0.5 * len(examples)
    assert by_theme["Xilofone desafinado"].total() == 3
    assert "bateria" in page.text


def test_themes_lose_their_words_with_whoever_is_erased_and_a_new_search_takes_their_place(
    front: Front, agent: Visitor
) -> None:
    mailbox, now = "ana.leaves@example.org", front.now()
    front.a_claim(front.an_order(front.a_customer(mailbox)), words="A battery that is flat")
    _says(front, "Bateria fraca", locale="pt_BR")
    gather_voices(front.toolkit)
    english, portuguese = (row[0] for row in rows(front.app, "SELECT id FROM voices ORDER BY id"))
    with front.toolkit.transaction() as session:
        for tongue, voice in ((Tongue.ENGLISH, english), (Tongue.PORTUGUESE, portuguese)):
            span = {"since": now - timedelta(days=90), "until": now + timedelta(minutes=1), "made_at": now}
            search = ThemeSearch(tongue=tongue.value, voices=1, **span)
            themes.write(session, search, [FoundTheme((f"{tongue.value} flat",), (voice,))])
        session.connection().exec_driver_sql("UPDATE claims SET state = 'made_whole'")
        session.connection().exec_driver_sql("UPDATE letters SET state = 'sent' WHERE state = 'queued'")
    wanted = [themes_are_wanted(front.toolkit)]

    erase_customer(front.toolkit, PhotoFolder(Path("/nowhere")), mailbox=mailbox, actor=front.actor)
    page = agent.get("/staff/voices/")
    wanted.append(themes_are_wanted(front.toolkit))
    with front.toolkit.transaction() as session:
        held = [themes.hold(session, [portuguese]), themes.hold(session, [english, portuguese])]
    find_themes(replace(front.toolkit, now=lambda: now + timedelta(days=1)))

    assert (wanted, held) == ([False, True], [True, False])
    assert "portuguese flat" in page.text
    assert "english flat" not in page.text
    assert rows(front.app, "SELECT count(*) FROM themes") == [(0,)]
    assert rows(front.app, "SELECT count(*) FROM theme_searches") == [(len(Tongue),)]
    assert not themes_are_wanted(front.toolkit)
