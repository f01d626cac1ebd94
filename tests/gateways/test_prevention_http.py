"""Whoever can call ahead over real HTTP: what counts as heard, and what is told again."""

import json
import time

import pytest

from portal.domain import signatures
from portal.domain.ports import ProviderBusy, ProviderLocked, UnknownOutcome
from portal.domain.ports_prevention import CallAhead
from portal.gateways.prevention_http import PreventionHttp
from portal.gateways.signed_post import now_in_utc
from tests.gateways.listener import listening

_SECRET = "between the shop and its desk"


def a_message() -> CallAhead:
    return CallAhead(
        ref="PRV-ACDEFGHJKM",
        incident="INC-ACDEFGH",
        about={"carrier": "Sedex"},
        order_number="A-17",
        shipment_number="A-17-1",
        state="on_the_way",
        vendor="Olaria",
        vendor_region="SP",
        carrier="Sedex",
        service=None,
        tracking_number="BR17",
        ship_to_region="RR",
        ship_to_country="BR",
        handed_over_at=None,
        promised_at="2026-11-27T00:00:00+00:00",
    )


def test_a_message_is_signed_and_the_same_ref_each_time() -> None:
    heard: list[bytes] = []

    def hear(_method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        signatures.verify(headers[signatures.HEADER], body, [_SECRET], now_in_utc())
        heard.append(body)
        return 201, b'{"heard": true, "path": "%s"}' % path.encode()

    with listening(hear) as url:
        desk = PreventionHttp(f"{url}/call-ahead", _SECRET)
        answers = [desk.tell(a_message()), desk.tell(a_message())]

    assert answers == [None, None]
    assert heard[0] == heard[1]
    assert json.loads(heard[0])["ref"] == "PRV-ACDEFGHJKM"


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (500, b"", UnknownOutcome),
        (302, b'{"heard": true}', UnknownOutcome),
        (200, b"<html>Please sign in to this network</html>", UnknownOutcome),
        (200, b'{"heard": "yes"}', UnknownOutcome),
        (200, b"[" * 60_000, UnknownOutcome),
        (200, b"\xff\xfe\x00", UnknownOutcome),
        (429, b"", ProviderBusy),
        (403, b"", ProviderLocked),
    ],
)
def test_what_is_no_clear_answer_is_told_again(status: int, content: bytes, error: type[Exception]) -> None:
    with listening(lambda *_: (status, content)) as url, pytest.raises(error):
        PreventionHttp(url, _SECRET).tell(a_message())


def test_a_clear_no_is_kept_with_its_reason() -> None:
    with listening(lambda *_: (422, b"")) as url:
        assert PreventionHttp(url, _SECRET).tell(a_message()) == "http_422"


def test_whoever_is_slow_or_not_there_is_told_again() -> None:
    def slow(*_: object) -> tuple[int, bytes]:
        time.sleep(0.3)
        return 200, b'{"heard": true}'

    with listening(slow) as url, pytest.raises(UnknownOutcome):
        PreventionHttp(url, _SECRET, timeout_seconds=0.1).tell(a_message())
    with pytest.raises(UnknownOutcome):
        PreventionHttp("http://127.0.0.1:9", _SECRET).tell(a_message())
    with pytest.raises(ValueError, match="PREVENTION_URL"):
        PreventionHttp("ftp://desk", _SECRET)
