"""Texts of every kind, and how they look wherever they are shown again: pages, mail, files, logs (input 38 to 47)."""

import json
import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.logs import configure_logs
from tests.support.builders import a_line
from tests.support.customer_front import Front, fields, token_of
from tests.support.page import Page, Visitor
from tests.support.troubled_database import as_owner, breaking
from tests.support.web import COOKIES, rows, send, sign_in_staff

MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></p><iframe src=//evil.example>",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "javascript:alert(1)",
    "%(name)s {0} {name}",
    "<!-- --><svg onload=alert(1)>",
]
NAMES = ["Ó", "n" * 200, "李小龍", "محمد بن سلمان", "👩‍👩‍👧‍👦", "O’Neil-D'Arc, jr.", "Zoë\u200dX"]


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def agent(front: Front) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT, limits={"BRL": 500_000})
    return visitor


def named(url: str, name: str) -> None:
    """Let a feed have named customers and goods like this."""
    asked = "UPDATE orders SET customer_name = %(n)s::text, ship_to_name = %(n)s::text"
    as_owner(url, asked, {"n": name[:200]})
    as_owner(url, "UPDATE order_lines SET title = %(n)s::text", {"n": name[:200]})


def foreign(page: Page) -> list[str]:
    """Name what of a page could only have come from a text: elements and handlers that no template of ours has."""
    found = [element.tag for element in page.document.iter() if element.tag in {"iframe", "object", "embed"}]
    found += [
        element.get("src", "") for element in page.document.iter("img") if "/photos/" not in element.get("src", "")
    ]
    found += [name for element in page.document.iter() for name in element.attrib if str(name).startswith("on")]
    scripts = ("".join(script.itertext()) for script in page.document.iter("script"))
    links = [link.get("href", "") for link in page.document.iter("a")]
    return found + [text for text in (*scripts, *links) if "alert(1)" in text or "evil" in text]


@pytest.mark.proves("input 43")
@pytest.mark.parametrize("typed", MARKUP)
def test_markup_is_text_on_every_page_of_customer_and_staff_and_in_mail(front: Front, database_url: str, typed: str):
    order = front.an_order(lines=[a_line(price=190_000)])
    named(database_url, typed)
    ref = front.a_claim(order, Problem.DAMAGED, words=f"words {typed}")
    owner, visitor = front.owner(order), agent(front)
    owner.get(f"/claims/{ref}").submit("Send", words=f"more {typed}")
    page = visitor.get(f"/staff/claims/{ref}").submit("Keep the note", note=f"note {typed}")
    form = next(form for form in page.forms() if page.filled(form).get("act") == "reply")
    shown = visitor.post(f"/staff/claims/{ref}/preview", {**page.filled(form), "words": f"answer {typed}"})
    shown.submit("Send")

    pages = [
        owner.get(f"/claims/{ref}"),
        owner.get("/orders"),
        visitor.get(f"/staff/claims/{ref}"),
        visitor.get("/staff/"),
        visitor.get(f"/staff/orders?q={order.number}"),
        shown,
    ]

    assert [foreign(one) for one in pages] == [[]] * len(pages)
    told = f"{pages[0].text} {pages[2].text}"
    assert all(" ".join(f"{where} {typed}".split()) in told for where in ("words", "more", "note", "answer"))


@pytest.mark.proves("input 42")
@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_are_shown_as_they_are(front: Front, database_url: str, name: str):
    order = front.an_order(lines=[a_line(price=190_000)])
    named(database_url, name)
    ref = front.a_claim(order, Problem.DAMAGED, words=name)

    pages = [front.owner(order).get(f"/claims/{ref}"), agent(front).get(f"/staff/claims/{ref}")]

    assert all(name in page.text for page in pages)
    assert rows(front.app, "SELECT words FROM claims") == [(name,)]


@pytest.mark.proves("input 38", "input 47")
@pytest.mark.parametrize("typed", ["a\x00b", "a\x08b", "\x1b]0;title\x07", "\x7f"])
@pytest.mark.parametrize("where", ["talk", "ask-person", "answer"])
def test_what_no_keyboard_types_is_refused_and_the_rest_is_given_back(front: Front, where: str, typed: str):
    order = front.an_order(lines=[a_line(price=190_000)])
    ref = front.a_claim(order, Problem.DAMAGED)
    owner = front.owner(order)

    answer = owner.client.post(
        f"/claims/{ref}/{where}", data={**token_of(owner), "version": "1", "words": f"before{typed}after"}
    )

    assert answer.status_code == 422
    assert "before" in answer.text
    assert not any(control in answer.text for control in "\x00\x07\x08\x1b\x7f")
    assert rows(front.app, "SELECT 1 FROM claim_messages") == []


@pytest.mark.proves("input 40", "input 48")
@pytest.mark.parametrize(
    ("length", "status", "shown"),
    [(4_000, 200, 4_000), (4_001, 422, 4_001), (200_000, 422, 200_000), (1_100_000, 413, 0)],
)
def test_a_text_that_is_too_long_is_told_so_and_kept_as_far_as_it_was_read(
    front: Front, length: int, status: int, shown: int
):
    order = front.an_order(lines=[a_line(price=190_000)])
    ref = front.a_claim(order, Problem.DAMAGED)

    page = front.owner(order).get(f"/claims/{ref}").submit("Send", words="é" + "w" * (length - 1), status=status)

    kept = rows(front.app, "SELECT length(body) FROM claim_messages")
    assert kept == ([(4_000,)] if status == 200 else [])
    assert max((len(found) for found in re.findall("éw+", page.answer.text)), default=0) == shown


@pytest.mark.proves("input 47", "P8")
def test_what_a_visitor_writes_makes_no_second_line_of_the_log(front: Front, capsys: pytest.CaptureFixture[str]):
    client = front.app.test_client()
    order = front.an_order()
    configure_logs(production=True)
    capsys.readouterr()
    client.get("/nowhere%0d%0a{%22event%22:%22forged%22}", headers={"User-Agent": "x", "X-Request-Id": "a\tb"})
    send(client, "/sign-in", {"mailbox": "ana@example.org", "order_number": 'A\u2028{"event": "forged"}', "target": ""})
    front.owner(order).client.get(f"/orders/{order.number}%0a/report")
    configure_logs(production=False)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert len(lines) >= 3
    assert "forged" not in {line["event"] for line in lines}


CANARIES = {
    "words": "canary-words of a customer",
    "mailbox": "canary-mailbox@example.org",
    "order_number": "CANARY-ORDER",
    "street": "Canary-Street 7",
    "note": "canary-note of staff",
    "password": "canary-password of nobody",
    "code": "731942",
}


@pytest.mark.proves("P8")
@pytest.mark.parametrize("production", [True, False])
def test_nothing_that_people_type_or_carry_stands_in_the_log(
    front: Front, database_url: str, capsys: pytest.CaptureFixture[str], *, production: bool
):
    order = front.an_order(lines=[a_line(price=190_000)], number="CANARY-ORDER", street="Canary-Street 7")
    visitor, owner = agent(front), front.owner(order)
    configure_logs(production=production)
    capsys.readouterr()
    page = owner.get("/orders/CANARY-ORDER/report")
    landed = page.submit("Tell us", words=CANARIES["words"], **fields({"line_1-problem": "damaged"}))
    landed.submit("Send", words=CANARIES["words"])
    visitor.get(f"/staff{landed.path}").submit("Keep the note", note=CANARIES["note"])
    stranger = front.app.test_client()
    asked = {"mailbox": CANARIES["mailbox"], "order_number": CANARIES["order_number"], "target": ""}
    send(stranger, "/sign-in", asked)
    send(stranger, "/sign-in/code", {"code": CANARIES["code"]})
    knock = {"mailbox": CANARIES["mailbox"], "password": CANARIES["password"]}
    send(stranger, "/staff/sign-in", knock, seen="/staff/sign-in")
    stranger.post(
        "/api/v1/credit/holds", json={"code": "CANA-RYCO-DE23"}, headers={"Authorization": "Bearer canary-key"}
    )
    stranger.post("/hooks/stripe", data=b'{"canary": 1}', headers={"Stripe-Signature": "t=1,v1=canary-signature"})
    with breaking(database_url, "claim_messages", "P0001"):
        landed.submit("Send", words=f"again {CANARIES['words']}", status=500)
    configure_logs(production=False)

    written = capsys.readouterr().err
    cookies = [one.client.get_cookie(COOKIES[name]) for name, one in (("customer", owner), ("staff", visitor))]
    secrets = [*CANARIES.values(), *(cookie.value for cookie in cookies if cookie), "canary", "CANA-RYCO", "731942"]
    assert "request" in written
    assert [secret for secret in secrets if secret.lower() in written.lower()] == []


@pytest.mark.parametrize("cut", [0, 9])
def test_a_form_whose_end_never_came_is_refused_and_writes_nothing(front: Front, cut: int):
    order = front.an_order(lines=[a_line(price=190_000)])
    ref = front.a_claim(order, Problem.DAMAGED)
    visitor = agent(front)
    page = visitor.get(f"/staff/claims/{ref}")
    form = next(form for form in page.forms() if "note" in page.filled(form))
    body = urlencode({**page.filled(form), "note": "She was away until Sunday."}).encode()

    # As gunicorn gives it: the length that was told, and what came of it.
    answer = visitor.client.post(
        str(form.get("action")),
        input_stream=BytesIO(body[: len(body) - cut]),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True},
    )

    assert answer.status_code == (400 if cut else 303)
    assert len(rows(front.app, "SELECT FROM claim_events WHERE action = 'note_added'")) == (0 if cut else 1)
