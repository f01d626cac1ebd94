"""Who did what: written with the deed or not at all, sealed in a chain, and told from one that was made anew."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.errors import NotFound
from portal.domain.problems import Problem
from portal.services.change_password import change_password
from portal.services.check_invariants import check_invariants
from portal.services.create_api_key import create_api_key, revoke_api_key
from portal.services.create_staff import create_staff, deactivate_staff
from portal.services.passwords import BadPassword
from portal.services.seal_record import Sealed, is_still_so, newest_seal, seal_record
from portal.services.toolkit import Toolkit
from tests.support.shop import Shop
from tests.support.troubled_database import as_owner, breaking
from tests.support.web import rows, toolkit_of

PASSWORD, ANOTHER = "a sentence nobody says", "another sentence nobody says"
ADA = "ada@shop.example"


def hire(toolkit: Toolkit, mailbox: str = ADA, role: Role = Role.AGENT) -> None:
    create_staff(toolkit, mailbox=mailbox, name="Ada", role=role, password=PASSWORD, limits={"EUR": 4000})


def everything(toolkit: Toolkit) -> list[Callable[[], object]]:
    return [
        lambda: hire(toolkit),
        lambda: change_password(toolkit, mailbox=ADA, password=ANOTHER),
        lambda: deactivate_staff(toolkit, mailbox=ADA),
        lambda: create_api_key(toolkit, "checkout"),
        lambda: revoke_api_key(toolkit, "checkout"),
    ]


@pytest.mark.proves("P6")
def test_every_change_of_a_right_is_written_down_with_who_did_it(app: Flask):
    for act in everything(toolkit_of(app)):
        act()

    written = [tuple(row) for row in rows(app, "SELECT kind, subject, actor FROM deeds ORDER BY id")]
    assert written == [
        ("staff_created", ADA, "system:command"),
        ("password_changed", ADA, "system:command"),
        ("staff_closed", ADA, "system:command"),
        ("api_key_created", "checkout", "system:command"),
        ("api_key_revoked", "checkout", "system:command"),
    ]
    assert rows(app, "SELECT detail FROM deeds")[0][0] == {"role": "agent", "limits": {"EUR": 4000}}


@pytest.mark.proves("P6", "fault 64")
def test_what_cannot_be_written_down_does_not_happen(app: Flask, database_url: str):
    toolkit = toolkit_of(app)
    before = rows(app, "SELECT count(*) FROM staff"), rows(app, "SELECT count(*) FROM api_keys")

    with breaking(database_url, "deeds", "P0001"):
        for act in (everything(toolkit)[0], everything(toolkit)[3]):
            with pytest.raises(Exception, match="broken by a test"):
                act()

    assert (rows(app, "SELECT count(*) FROM staff"), rows(app, "SELECT count(*) FROM api_keys")) == before


def test_a_password_that_is_no_good_or_nobodys_changes_nothing(app: Flask):
    hire(toolkit_of(app))
    before = rows(app, "SELECT password_hash FROM staff")

    with pytest.raises(BadPassword):
        change_password(toolkit_of(app), mailbox=ADA, password="short")
    with pytest.raises(NotFound):
        change_password(toolkit_of(app), mailbox="zoe@shop.example", password=ANOTHER)

    assert rows(app, "SELECT password_hash FROM staff") == before


def unseen(database_url: str, statements: str) -> None:
    """Change something behind the back of every trigger."""
    as_owner(database_url, f"SET session_replication_role = replica; {statements}")


def told(shop: Shop) -> list[str]:
    return [one.key for one in check_invariants(shop.toolkit)]


def sealed_twice(shop: Shop) -> Sealed:
    """Give a shop two seals, and the newest of them as somebody keeps it elsewhere."""
    for _ in range(2):
        shop.report(shop.order(), Problem.DAMAGED)
        hire(shop.toolkit, mailbox=f"p{shop.now():%H}@shop.example")
        shop.later(hours=2)
        assert seal_record(shop.toolkit) == 1
    kept = newest_seal(shop.toolkit)
    assert kept is not None
    return kept


@pytest.mark.proves("P7")
def test_what_is_sealed_reads_the_same_and_is_sealed_once(shop: Shop):
    kept = sealed_twice(shop)
    shop.report(shop.order(), Problem.DAMAGED)

    again = seal_record(shop.toolkit)

    assert again == 0  # What was written within the hour may still get company.
    assert kept.number == 2
    assert Sealed.parse(str(kept)) == kept
    assert is_still_so(shop.toolkit, kept)
    assert told(shop) == []


@pytest.mark.proves("P7")
@pytest.mark.parametrize(
    "behind_our_back",
    [
        "UPDATE claim_events SET actor = 'staff:7' WHERE id = (SELECT min(id) FROM claim_events)",
        "DELETE FROM deeds WHERE id = (SELECT max(id) FROM deeds)",
        "DELETE FROM seals WHERE number = 1",
    ],
)
def test_a_line_that_was_changed_or_taken_out_behind_our_back_is_found(
    shop: Shop, database_url: str, behind_our_back: str
):
    sealed_twice(shop)

    unseen(database_url, behind_our_back)

    found = told(shop)
    # The books of the test itself are whole again at its end.
    unseen(database_url, "DELETE FROM seals")
    assert "P7" in found


@pytest.mark.proves("P7")
def test_a_chain_that_was_made_anew_is_not_the_one_that_was_kept_elsewhere(shop: Shop, database_url: str):
    kept = sealed_twice(shop)

    unseen(database_url, "UPDATE deeds SET actor = 'staff:7'; DELETE FROM seals")
    while seal_record(shop.toolkit):
        pass

    assert told(shop) == []
    assert is_still_so(shop.toolkit, kept) is False
