"""Erasing a person: canaries go in by every way there is, and come out of every table; the sums stay."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from portal.domain.errors import Conflict, NotFound
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.gateways.photo_folder import PhotoFolder
from portal.records.feed_staging import ONE_IMPORT
from portal.services.add_note import Note, add_note
from portal.services.add_photos import Photo, add_photos
from portal.services.erase_customer import PhotosLeft, erase_customer
from portal.services.hear_event import hear_event
from portal.services.read_book import read_book
from portal.services.toolkit import Toolkit
from portal.services.write_to_us import Words, write_to_us
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member

MAILBOX = "canary.person@example.org"
SUMS = "SELECT account, sum(amount_minor) FROM journal_postings GROUP BY account ORDER BY account"
EVERY_TABLE = """
    SELECT table_schema || '.' || table_name FROM information_schema.tables
    WHERE table_schema IN ('public', 'jobs') AND table_type = 'BASE TABLE' ORDER BY 1
"""


def a_person(shop: Shop, kind: RemedyKind, photos: PhotoFolder) -> tuple[AnOrder, str]:
    """Make a customer whose name, address and words are canaries, with a remedy that was carried out."""
    order = shop.lost_order(unit_cost="20.00", street="Canary Street 1", signed_by="C. Canary")
    with shop.toolkit.transaction() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE customers SET mailbox = %s, name = 'Ana Canary' WHERE id = %s", (MAILBOX, order.customer_id))
        run(
            """UPDATE orders SET customer_name = 'Ana Canary', ship_to_name = 'Ana Canary',
            ship_to_city = 'Canary Town', ship_to_postcode = 'CANARY 1' WHERE id = %s""",
            (order.order_id,),
        )
        run("UPDATE shipments SET tracking_number = 'CANARY9'")
    order.mailbox = MAILBOX
    ref = shop.report(order, Problem.MISSING_PACKAGE, words="My canary waits for this.")
    picture = Photo(b"a picture of a canary", "image/jpeg", 1, 1, b"1" * 32)
    add_photos(shop.toolkit, photos, customer_id=order.customer_id, claim_ref=ref, photos=[picture])
    write_to_us(shop.toolkit, customer_id=order.customer_id, words=Words(ref, "w", "The canary again."))
    add_note(shop.toolkit, staff_id=a_staff_member(shop.toolkit), note=Note(ref, "n", "Knows much about canary birds."))
    shop.accept(order, ref, kind.value)
    shop.work()
    return order, ref


def hear_of_it_in_many_words(shop: Shop) -> None:
    """Let Stripe and the warehouse tell of the person, beside what is read of it."""
    told = {"object": "refund", "id": "re_nobody", "instructions_email": MAILBOX, "metadata": {"name": "Ana Canary"}}
    messages: list[tuple[str, dict[str, object]]] = [
        ("stripe", {"id": "evt_9", "data": {"object": told}}),
        ("warehouse", {"ref": "RPL-NOBODY", "state": "shipped", "tracking_number": "CANARY7", "to": "Ana Canary"}),
    ]
    for sender, payload in messages:
        hear_event(shop.toolkit, sender=sender, event_id=f"{sender}-9", kind="refund.updated", payload=payload)
    shop.work()


def dying(shop: Shop) -> Toolkit:
    """Give the shop's toolkit with a database that is gone when it comes to the commit."""

    def gone(_session: Session) -> None:
        raise ConnectionError("the database is gone")

    def sessions() -> Session:
        session = shop.toolkit.sessions()
        event.listen(session, "before_commit", gone)
        return session

    return replace(shop.toolkit, sessions=sessions)


def tables_with_a_canary(shop: Shop) -> list[str]:
    tables = [row[0] for row in shop.rows(EVERY_TABLE)]
    assert len(tables) > 40
    return [
        table
        for table in tables
        if shop.rows("SELECT count(*) FROM a_table t WHERE t::text ILIKE '%canary%'".replace("a_table", table))[0][0]
    ]


@pytest.mark.proves("P10")
@pytest.mark.parametrize("kind", [RemedyKind.REFUND, RemedyKind.STORE_CREDIT])
def test_after_erasure_no_table_and_no_folder_holds_the_person_and_every_sum_is_as_it_was(
    shop: Shop, tmp_path: Path, kind: RemedyKind
):
    photos = PhotoFolder(tmp_path)
    a_person(shop, kind, photos)
    hear_of_it_in_many_words(shop)
    before = tables_with_a_canary(shop)
    sums = shop.rows(SUMS)
    shop.later(hours=2)
    book = read_book(shop.toolkit)

    erase_customer(shop.toolkit, photos, mailbox=MAILBOX.upper())

    assert {"public.customers", "public.orders", "public.claims", "public.letters"} <= set(before)
    assert tables_with_a_canary(shop) == []
    assert list(tmp_path.iterdir()) == []
    assert shop.rows(SUMS) == sums
    assert read_book(shop.toolkit, book.up_to) == book


@pytest.mark.proves("P10")
def test_nobody_is_erased_while_something_is_under_way(shop: Shop, tmp_path: Path):
    photos = PhotoFolder(tmp_path)
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED, words="A canary.")

    with pytest.raises(Conflict, match=ref):
        erase_customer(shop.toolkit, photos, mailbox=order.mailbox)
    with pytest.raises(NotFound):
        erase_customer(shop.toolkit, photos, mailbox="nobody@example.org")

    assert shop.rows("SELECT count(*) FROM customers WHERE mailbox = :m", m=order.mailbox)[0][0] == 1


class FullOfDust(PhotoFolder):
    """A folder that takes nothing out."""

    def remove(self, name: str) -> None:
        """Fail."""
        raise OSError(name)


@pytest.mark.proves("P10")
def test_a_photo_that_cannot_be_taken_out_is_taken_out_by_erasing_again(shop: Shop, tmp_path: Path):
    order, _ = a_person(shop, RemedyKind.STORE_CREDIT, PhotoFolder(tmp_path))
    shop.later(hours=2)

    with pytest.raises(PhotosLeft) as left:
        erase_customer(shop.toolkit, FullOfDust(tmp_path), mailbox=MAILBOX)
    between = (tables_with_a_canary(shop), len(list(tmp_path.iterdir())))
    again = erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=str(left.value))

    assert between == ([], 1)
    assert again == f"customer {order.customer_id}"
    assert list(tmp_path.iterdir()) == []
    assert shop.rows("SELECT count(*) FROM evidence") == [(0,)]


@pytest.mark.proves("P10")
def test_an_erasure_that_does_not_end_takes_no_photo_out(shop: Shop, tmp_path: Path):
    photos = PhotoFolder(tmp_path)
    a_person(shop, RemedyKind.STORE_CREDIT, photos)
    shop.later(hours=2)

    with pytest.raises(ConnectionError):
        erase_customer(dying(shop), photos, mailbox=MAILBOX)

    assert len(list(tmp_path.iterdir())) == 1
    assert shop.rows("SELECT count(*) FROM customers WHERE mailbox = :m", m=MAILBOX) == [(1,)]


@pytest.mark.proves("P10")
def test_nobody_is_erased_while_a_feed_comes_in(shop: Shop, tmp_path: Path):
    order = shop.order()

    with shop.toolkit.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_IMPORT})
        with pytest.raises(Conflict, match="feed"):
            erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)

    assert erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)


@pytest.mark.proves("P10", "P6")
def test_an_erasure_is_written_down_without_a_name(shop: Shop, tmp_path: Path):
    order = shop.order()

    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)

    assert shop.rows("SELECT kind, subject, actor FROM deeds WHERE kind <> 'policy_published'") == [
        ("customer_erased", f"customer {order.customer_id}", "system:command")
    ]
