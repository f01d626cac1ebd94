"""What nobody could have typed, and too much of everything (reliability 34, 38 to 50)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.builders import a_line
from tests.support.customer_front import Front
from tests.support.probes import probe, probe_app
from tests.support.web import (
    a_customer,
    csrf_token,
    rows,
    send,
    sign_in_customer,
)

__all__ = ["probe", "probe_app"]


@pytest.mark.proves("input 38")
@pytest.mark.parametrize("words", ["a\x00b", "a\x07b", "\x1b[31m", "a\x7fb"])
def test_control_characters_are_refused_and_the_rest_is_kept(probe: FlaskClient, words: str):
    sign_in_customer(probe, a_customer(probe.application))

    answer = send(probe, "/probe/keep", {"words": words}, seen="/nothing-here")

    assert answer.status_code == 422
    assert "What you wrote is not lost" in answer.text
    assert not any(character in answer.text for character in "\x00\x07\x1b\x7f")


@pytest.mark.parametrize(
    "words", ["👋🏽 café 你好 مرحبا", "a\tb\r\nc", "{{7*7}} ${1} <script>alert(1)</script>", "x'; DROP TABLE orders"]
)
def test_what_people_really_write_is_taken(probe: FlaskClient, words: str):
    sign_in_customer(probe, a_customer(probe.application))

    answer = send(probe, "/probe/keep", {"words": words}, seen="/nothing-here")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/orders/%00/report", "/%00", "/claims/%1b", "/orders/%ff/report", "/probe/say?q=%00"]
)
def test_an_address_that_nobody_types_is_no_server_error(probe: FlaskClient, path: str):
    assert probe.get(path).status_code in {400, 404, 422}


@pytest.mark.proves("input 34", "input 50")
@pytest.mark.parametrize("query", ["q=%ff", "q=%ed%a0%80", "q=1&q=2", "q=" + "a" * 5000])
def test_a_query_that_cannot_be_is_refused(probe: FlaskClient, query: str):
    assert probe.get(f"/probe/say?{query}").status_code == 400


@pytest.mark.proves("input 50")
def test_a_form_that_is_not_utf_8_is_refused(probe: FlaskClient):
    answer = probe.post("/probe/say", data=b"lines=%ff%fe", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.proves("input 50")
def test_a_form_in_another_charset_is_refused(probe: FlaskClient):
    kind = "application/x-www-form-urlencoded; charset=utf-16"

    assert probe.post("/probe/say", data=b"lines=a", content_type=kind).status_code == 400


@pytest.mark.proves("input 50")
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_what_is_not_a_form_is_refused(probe: FlaskClient, kind: str):
    assert probe.post("/probe/say", data=b"{}", content_type=kind).status_code == 415


@pytest.mark.proves("input 34")
def test_a_field_twice_is_refused_unless_it_may_repeat(probe: FlaskClient):
    token = csrf_token(probe)

    assert probe.post("/probe/say", data={"csrf_token": token, "lines": ["a", "b"]}).text == "a; b"
    assert probe.post("/probe/say", data={"csrf_token": token, "other": ["a", "b"]}).status_code == 400


@pytest.mark.proves("input 34")
@pytest.mark.parametrize("name", ["line_1-problem", "line_1-quantity", "words", "once", "csrf_token"])
def test_a_report_with_a_field_twice_is_refused_and_tells_nothing(app: Flask, name: str):
    front = Front(app)
    order = front.an_order(lines=[a_line(quantity=3)])
    page = front.owner(order).get(f"/orders/{order.number}/report")
    sent = {**page.filled(next(form for form in page.forms() if "report" in form.get("action", page.path)))}
    sent |= {"line_1-chosen": "y", "line_1-problem": "damaged", "line_1-quantity": "1", "words": "Broken."}
    client = page.visitor.client

    twice = client.post(page.path, data={**sent, name: [sent[name], "wrong"]})
    disagreeing = client.post(f"{page.path}?line_1-problem=wrong", data=sent)

    assert (twice.status_code, disagreeing.status_code) == (400, 400)
    assert rows(app, "SELECT 1 FROM claims") == []
    assert client.post(page.path, data=sent).status_code == 303


@pytest.mark.proves("input 34")
def test_address_and_form_must_agree(probe: FlaskClient):
    answer = send(probe, "/probe/say?lines=a", {"lines": "b"})

    assert answer.status_code == 400


@pytest.mark.proves("input 48")
def test_ten_thousand_fields_are_too_many(probe: FlaskClient):
    data = "&".join(f"f{number}=1" for number in range(10_000))

    answer = probe.post("/probe/say", data=data, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413


def test_ten_thousand_parts_are_too_many(probe: FlaskClient):
    part = '--b\r\nContent-Disposition: form-data; name="f{}"\r\n\r\n1\r\n'
    data = "".join(part.format(number) for number in range(10_000)) + "--b--\r\n"

    answer = probe.post("/probe/say", data=data, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 413


@pytest.mark.proves("input 48")
@pytest.mark.parametrize("size", [1024 * 1024 + 1, 5 * 1024 * 1024])
def test_a_large_body_is_refused(probe: FlaskClient, size: int):
    data = b"lines=" + b"a" * size

    answer = probe.post("/probe/say", data=data, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413


def test_the_photo_page_takes_more_but_not_everything(probe: FlaskClient):
    token = csrf_token(probe)
    kind = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="x.jpg"\r\n\r\n' + b"x" * 3_000_000
    body = part + f'\r\n--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--b--'.encode()

    taken = probe.post("/probe/photos", data=body, content_type=kind)
    size = str(110 * 1024 * 1024)
    too_much = probe.post("/probe/photos", data={"csrf_token": token}, environ_overrides={"CONTENT_LENGTH": size})

    assert (taken.status_code, taken.text) == (200, "1")
    assert too_much.status_code == 413
