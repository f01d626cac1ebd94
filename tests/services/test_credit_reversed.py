"""Credit that was granted in error is taken back as far as it is there; what was spent stays, and staff see it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.errors import AmendsError, NotFound
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.services.expire_lots import expire_lots
from portal.services.reverse_credit import Mistake, reverse_credit
from tests.support.credit_shop import NOON, CreditShop, key, shop

__all__ = ["key", "shop"]


def test_a_grant_in_error_is_taken_back_and_its_promise_with_it(shop: CreditShop):
    customer = shop.customer()
    shop.grant(customer, 5_000, source="RMD-1")

    came = shop.reverse("RMD-1")

    assert (came.taken.minor, came.rest.minor) == (5_000, 0)
    assert shop.free(customer) == 0
    for account in ("store_credit_liability", "owed_to_customers", "remedy_cost"):
        assert sum(shop.booked(account).values()) == 0
    originals = """SELECT string_agg(o.occasion, ' ' ORDER BY o.occasion) FROM journal_entries e
        JOIN journal_entries o ON o.id = e.reverses_id"""
    assert shop.one(originals) == "credit_issued remedy_promised"


@pytest.mark.proves("L7", "L18", "fault 54")
def test_only_what_is_there_is_taken_back_and_the_rest_is_told(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 5_000, source="RMD-1")
    shop.grant(customer, 800)
    code = shop.code(customer)
    shop.capture(key, shop.hold(key, code, 2_000).ref)
    held = shop.hold(key, code, 1_500)

    came = shop.reverse("RMD-1")

    assert (came.taken.minor, came.rest.minor) == (2_300, 2_700)
    assert shop.free(customer) == 0
    assert shop.capture(key, held.ref).captured.minor == 1_500
    assert shop.one("SELECT wanted_minor - taken_minor FROM credit_reversals") == 2_700


def test_credit_that_is_of_no_claim_is_not_taken_back_by_somebody_who_must_be_checked(shop: CreditShop):
    customer = shop.customer()
    shop.grant(customer, 5_000, source="RMD-1")

    def never(_session: Session, claim: Claim) -> None:
        raise AssertionError(f"{claim.ref} is a claim that nobody made")

    with pytest.raises(NotFound):
        reverse_credit(shop.toolkit, Mistake("RMD-1", "a page", "granted twice", Actor.staff(1)), never)

    assert shop.free(customer) == 5_000


@pytest.mark.proves("L10")
def test_the_same_source_takes_back_once_and_another_one_what_came_free_since(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 5_000, source="RMD-1")
    held = shop.hold(key, shop.code(customer), 1_500)
    shop.reverse("RMD-1")
    shop.release(key, held.ref)

    again, later = shop.reverse("RMD-1"), shop.reverse("RMD-1", "looked again")

    assert (again.taken.minor, again.rest.minor, again.repeated) == (3_500, 1_500, True)
    assert (later.taken.minor, later.rest.minor) == (1_500, 0)
    assert shop.free(customer) == 0


def test_both_lots_of_a_remedy_and_what_came_back_of_them_are_taken_back(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 3_000, source="RMD-1", expires_at=NOON + timedelta(hours=1))
    shop.grant(customer, 300, source="RMD-1", origin=Origin.GOODWILL)
    ref = shop.hold(key, shop.code(customer), 1_000).ref
    shop.capture(key, ref)
    shop.give_back(key, ref)
    shop.wait(hours=2)
    expire_lots(shop.toolkit)

    came = shop.reverse("RMD-1")

    assert (came.taken.minor, came.rest.minor) == (1_300, 0)
    assert shop.free(customer) == 0
    assert sum(shop.booked("breakage").values()) == -2_000


def test_a_remedy_that_granted_nothing_is_not_reversed(shop: CreditShop):
    with pytest.raises(NotFound):
        shop.reverse("RMD-0")


@pytest.mark.proves("fault 54", "L3")
def test_spends_give_backs_ends_and_reversals_at_once_never_go_below_zero(shop: CreditShop, key: int):
    customer = shop.customer()
    for n in range(4):
        shop.grant(customer, 1_000, source=f"RMD-{n}", expires_at=NOON + timedelta(minutes=1) if n == 3 else None)
    code, spent = shop.code(customer), threading.Event()

    def act(n: int) -> str:
        try:
            if n % 4 == 0:
                shop.reverse(f"RMD-{n % 3}", f"again {n}")
            elif n % 4 == 1:
                if n == 21 and spent.wait(30):
                    # The last lot, which no reversal takes, is over from here on, with all the others still at it.
                    shop.wait(seconds=2)
                return str(expire_lots(shop.toolkit))
            else:
                ref = shop.hold(key, code, 300).ref
                shop.capture(key, ref)
                spent.set()
                shop.give_back(key, ref, "1.00", source=f"{n}")
        except AmendsError as refused:
            return type(refused).__name__
        return "done"

    shop.wait(seconds=59)
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(act, range(64)))

    # A lot that a hold may still take from ends after it.
    outcomes.append(str(expire_lots(shop.toolkit)))
    assert {"done", "ShortOfCredit", "0", "1"} >= set(outcomes)
    assert sum(int(one) for one in outcomes if one.isdigit()) == 1
    assert shop.one("SELECT count(*) FROM credit_holds WHERE state = 'captured'") > 0
    assert shop.free(customer) >= 0
