"""JSON from machines is read strictly (reliability 48 to 50)."""

import json

import pytest
from flask.testing import FlaskClient

from tests.support.probes import probe, probe_app

__all__ = ["probe", "probe_app"]


@pytest.mark.proves("input 48", "input 49")
@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1.5}',
        b'{"a": 1e2}',
        b'{"a": 12345678901234567890123}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": "x\\u0000y"}',
        b"[" * 1000 + b"]" * 1000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
    ],
)
def test_json_that_cannot_be_is_refused(probe: FlaskClient, body: bytes):
    answer = probe.post("/hooks/probe", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "bad_request"


def test_good_json_is_read(probe: FlaskClient):
    told = {"amount_minor": 1250, "note": "é 👍", "parts": [1, {"a": None}]}

    answer = probe.post("/hooks/probe", data=json.dumps(told), content_type="application/json")

    assert answer.get_json() == told


@pytest.mark.proves("input 50")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_json_says_that_it_is_json(probe: FlaskClient, kind: str):
    assert probe.post("/hooks/probe", data=b"{}", content_type=kind).status_code == 415
