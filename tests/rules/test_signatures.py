"""Signed messages: who, when, and everything that is not a signature (items 67, 68 and fault 33)."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.errors import BadSignature
from portal.domain.signatures import sign, verify

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = b'{"id": "evt_1"}'


def test_what_was_signed_is_accepted() -> None:
    verify(sign(BODY, "secret", NOW), BODY, ["secret"], NOW)


@pytest.mark.proves("fault 39")
def test_either_secret_is_accepted_while_one_is_being_changed() -> None:
    verify(sign(BODY, "new", NOW), BODY, ["old", "new"], NOW)
    verify(sign(BODY, "old", NOW), BODY, ["old", "new"], NOW)


def test_one_good_signature_among_several_is_enough() -> None:
    good = sign(BODY, "secret", NOW)

    verify(good.replace("v1=", "v0=ff,v1=00,v1="), BODY, ["secret"], NOW)


@pytest.mark.proves("fault 33")
@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_accepted(seconds: int) -> None:
    verify(sign(BODY, "secret", NOW + timedelta(seconds=seconds)), BODY, ["secret"], NOW)


@pytest.mark.proves("fault 33")
@pytest.mark.parametrize(("seconds", "reason"), [(-301, "stale"), (301, "ahead"), (86_400, "ahead")])
def test_older_or_further_ahead_is_refused(seconds: int, reason: str) -> None:
    with pytest.raises(BadSignature) as refusal:
        verify(sign(BODY, "secret", NOW + timedelta(seconds=seconds)), BODY, ["secret"], NOW)

    assert refusal.value.reason == reason


@pytest.mark.proves("fault 32")
@pytest.mark.parametrize(
    ("header", "body", "secrets"),
    [
        (sign(BODY, "secret", NOW), BODY + b" ", ["secret"]),
        (sign(BODY, "secret", NOW), BODY, ["other"]),
        (sign(BODY, "secret", NOW), BODY, []),
        (sign(BODY, "secret", NOW).replace("v1=", "v1=0"), BODY, ["secret"]),
        (sign(BODY, "secret", NOW).replace("v1=", "v1=é"), BODY, ["secret"]),
        (sign(BODY, "secret", NOW), b"\xff\xfe not text", ["secret"]),
    ],
)
def test_what_was_not_signed_so_is_a_mismatch(header: str, body: bytes, secrets: list[str]) -> None:
    with pytest.raises(BadSignature) as refusal:
        verify(header, body, secrets, NOW)

    assert refusal.value.reason == "mismatch"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=abc",
        "t=abc,v1=00",
        "t=1",
        "v1=00",
        "t=1,v0=00",
        "t=1,t=2,v1=00",
        "t=²,v1=00",
        "t=-1,v1=00",
        "t=1,v1=",
        "t=" + "9" * 400 + ",v1=00",
        "v1=00," * 1000,
        "nonsense",
        "=",
    ],
)
def test_what_is_no_signature_is_malformed(header: str | None) -> None:
    with pytest.raises(BadSignature) as refusal:
        verify(header, BODY, ["secret"], NOW)

    assert refusal.value.reason == "malformed"
