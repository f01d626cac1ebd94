"""Objects that are made of rows in JSON behave like objects that a session loaded and let go of."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.exc import DetachedInstanceError

from portal.records.rows_as_json import read, read_all
from portal.records.tables.claims import Claim, Offer


def test_a_moment_comes_back_as_the_moment_that_it_was():
    offer = read(Offer, {"id": 7, "expires_at": "2026-03-01T09:30:00.25+00:00", "created_at": None})

    assert offer.expires_at == datetime(2026, 3, 1, 9, 30, 0, 250_000, UTC)
    assert offer.created_at is None


def test_a_column_that_was_not_read_is_an_error_and_not_nothing():
    offer = read(Offer, {"id": 7})

    with pytest.raises(DetachedInstanceError):
        _ = offer.kind


def test_a_relation_that_was_not_read_is_an_error_and_not_empty():
    claim = read(Claim, {"id": 7})

    with pytest.raises((DetachedInstanceError, InvalidRequestError)):
        _ = claim.lines


def test_an_aggregate_of_no_rows_is_no_objects():
    assert read_all(Offer, None) == []
