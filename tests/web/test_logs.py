"""Nothing secret stands in a log (reliability P8): canaries go in, and the line is searched."""

import json

import pytest
import structlog

from portal.logs import configure_logs, hide_secrets

CANARIES = {
    "mailbox": "canary@example.org",
    "code": "424242",
    "password": "canary sentence",
    "token": "canary-token",
    "authorization": "Bearer canary",
    "words": "canary words of a customer",
    "note_text": "write to canary@example.org, key sk_live_canary and whsec_canary",
    "url": "/sign-in/code?code=canary42",
    "nested": {"mailbox": "canary", "deep": ["canary@example.org"]},
    "dsn": "postgresql+psycopg://canary:canary@host/db",
}


@pytest.mark.proves("P8")
@pytest.mark.parametrize("name", CANARIES)
def test_a_canary_is_hidden(name: str):
    line = hide_secrets(None, "info", {"event": "something happened", name: CANARIES[name]})

    assert "canary" not in str(line)
    assert "424242" not in str(line)
    assert line["event"] == "something happened"


@pytest.mark.proves("input 47")
def test_production_writes_one_line_of_json_without_line_breaks(capsys: pytest.CaptureFixture[str]):
    configure_logs(production=True)

    structlog.get_logger("test").info("a line", route="/a\r\nb", status=200)
    configure_logs(production=False)

    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert json.loads(written)["route"] == "/a\r\nb"
