"""Another's thing answers as one that does not exist, on every route of the map that names something (P5)."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.routing import Rule

from portal.domain.authority import Role
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.create_api_key import create_api_key
from portal.web.shared.access import access_of
from tests.support.builders import LATE, OrderMade, a_line
from tests.support.credit_checkout import HOLDS, Checkout
from tests.support.customer_front import Front, token_of
from tests.support.page import Visitor
from tests.support.web import csrf_token, rows, sign_in_staff

_NOBODYS = {
    "number": "A-0000000",
    "ref": "CLM-ACDEFGH",
    "photo": "PHO-ACDEFGHJKMNP",
    "hold_ref": "HLD-ACDEFGHJKMNP",
    "remedy": "RMD-ACDEFGHJKM",
    "parcel": "RPL-ACDEFGHJKM",
    "month": "1999-01",
    "key": "nobody",
    "act": "nobody",
    "market": "ZZ",
    "table": "limits",
    "version": "9999",
    "token": "nobody",
}
_OF_POLICY = {"key": "damaged", "market": "all", "version": "1", "table": "limits"}
# Who works here may see every claim; these lead back to a page, which then says that there is none.
_LEADS_BACK = frozenset({"staff.close_trouble"})


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def theirs(front: Front) -> tuple[OrderMade, dict[str, str]]:
    """Give somebody orders, a claim, a photo, a parcel sent again and credit that a checkout holds, and name it all."""
    order = front.an_order(lines=[a_line(price=45_000)])
    ref = front.a_claim(order, Problem.DAMAGED)
    owner = front.owner(order)
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(picture, "JPEG")
    picture.seek(0)
    owner.post(f"/claims/{ref}/photos", {**token_of(owner), "version": "1", "photos": (picture, "x.jpg")})
    photo = str(rows(front.app, "SELECT ref FROM evidence")[0][0])
    hold = _held(front, front.an_order(order.customer_id, parcels={"1": LATE}, status="shipped"))
    number, parcel = _sent_again(front, front.an_order(order.customer_id, parcels={"1": LATE}, status="shipped"))
    remedy = str(rows(front.app, "SELECT ref FROM remedies ORDER BY id")[0][0])
    others = {"remedy": remedy, "parcel": parcel, "month": "2026-01", "act": "owner", **_OF_POLICY}
    return order, {"number": number, "ref": ref, "photo": photo, "hold_ref": hold, **others}


def _sent_again(front: Front, order: OrderMade) -> tuple[str, str]:
    """Let the whole order be sent again, and give its number and the new parcel, which is on its way."""
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE), RemedyKind.REPLACEMENT)
    front.parcel_news("shipped")
    return order.number, str(rows(front.app, "SELECT ref FROM replacements")[0][0])


def _held(front: Front, order: OrderMade) -> str:
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE), RemedyKind.STORE_CREDIT)
    front.issue_credit()
    code = front.owner(order).get("/credit").text.split("checkout ")[1].split(" ")[0]
    checkout = Checkout(front.app.test_client(), create_api_key(front.toolkit, "the shop"))
    held = checkout.post(HOLDS, {"code": code, "amount": "10.00", "currency": "BRL", "purpose": "order 17"})
    return str(held.get_json()["hold"])


def routes(app: Flask, kind: str) -> Iterator[tuple[Rule, str]]:
    """Walk through the map: every route of a kind of access that names something, by each of its methods."""
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.arguments and access is not None and access.kind == kind:
            yield from ((rule, method) for method in sorted({"GET", "POST"} & (rule.methods or set())))


def _is_for_approvers(app: Flask, rule: Rule) -> bool:
    access = access_of(app.view_functions[rule.endpoint])
    return access is not None and Role.APPROVER in access.roles


def path_of(app: Flask, rule: Rule, named: dict[str, str]) -> str:
    return app.url_map.bind("localhost").build(rule.endpoint, {name: named[name] for name in rule.arguments})


def answer(client: FlaskClient, method: str, path: str, **more: Any) -> tuple[int, str]:
    """Give status and body, without what differs in every answer."""
    got = client.open(path, method=method, **more)
    body = re.sub(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"', "", got.text)
    return got.status_code, body.replace(path, "here")


def everything(front: Front) -> list[Any]:
    asked = """
        SELECT (SELECT json_agg(t ORDER BY id) FROM claims t)::text,
        (SELECT json_agg(t ORDER BY id) FROM claim_lines t)::text, (SELECT json_agg(t) FROM credit_holds t)::text,
        (SELECT count(*) FROM claim_events), (SELECT count(*) FROM claim_messages), (SELECT count(*) FROM remedies),
        (SELECT count(*) FROM evidence), (SELECT count(*) FROM letters), (SELECT count(*) FROM decisions)
    """
    return rows(front.app, asked)


@pytest.mark.proves("P5", "input 20")
def test_every_name_in_an_address_is_known_to_these_tests(app: Flask):
    named = {name for rule in app.url_map.iter_rules() for name in rule.arguments}

    assert named - _NOBODYS.keys() == {"filename"}


@pytest.mark.proves("P5", "input 20", "bug 49")
def test_a_customer_finds_nothing_of_anothers(front: Front):
    order, named = theirs(front)
    before = everything(front)
    stranger, owner = front.visitor(front.a_customer()), front.owner(order)
    data = {**token_of(stranger), "version": "1", "words": "Mine?", "line_1": "OFR-ANYTHING", "line_1-chosen": "y"}

    seen = {
        (method, rule.rule): [
            answer(stranger.client, method, path_of(front.app, rule, one), data=data if method == "POST" else None)
            for one in (named, _NOBODYS)
        ]
        for rule, method in routes(front.app, "customer")
    }

    shown = {
        rule.rule: owner.client.get(path_of(front.app, rule, named)).status_code
        for rule, method in routes(front.app, "customer")
        if method == "GET"
    }
    assert {where: status for where, status in shown.items() if status not in {200, 302, 303}} == {}
    assert len(seen) >= 14
    assert {foreign[0] for foreign, _ in seen.values()} == {404}
    assert [where for where, (foreign, nobodys) in seen.items() if foreign != nobodys] == []
    assert everything(front) == before


@pytest.mark.proves("P5", "input 20")
def test_a_key_of_the_api_finds_nothing_of_anothers(front: Front):
    _, named = theirs(front)
    before = everything(front)
    other = Checkout(front.app.test_client(), create_api_key(front.toolkit, "another shop"))
    bodies = {"api.give_back": {"source": "CXL-1"}}

    seen = {
        (method, rule.rule): [
            answer(
                other.client,
                method,
                path_of(front.app, rule, one),
                json=bodies.get(rule.endpoint, {}) if method == "POST" else None,
                headers={"Authorization": f"Bearer {other.secret}", "Idempotency-Key": f"{rule.endpoint}-{which}"},
            )
            for which, one in enumerate((named, _NOBODYS))
        ]
        for rule, method in routes(front.app, "api")
    }

    assert len(seen) >= 4
    assert {foreign[0] for foreign, _ in seen.values()} == {404}
    assert [where for where, (foreign, nobodys) in seen.items() if foreign != nobodys] == []
    assert everything(front) == before


@pytest.mark.proves("P5", "bug 49")
@pytest.mark.parametrize("role", Role)
def test_staff_who_may_not_do_it_cannot_even_tell_what_there_is(front: Front, role: Role):
    _, named = theirs(front)
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    data = {"csrf_token": csrf_token(visitor.client, "/finance/" if role is Role.FINANCE else "/staff/")}
    before = everything(front)
    seen = {}
    for rule, method in routes(front.app, "staff"):
        access = access_of(front.app.view_functions[rule.endpoint])
        if access is not None and role not in access.roles:
            pair = [
                answer(visitor.client, method, path_of(front.app, rule, one), data=data if method == "POST" else None)
                for one in (named, _NOBODYS)
            ]
            seen[method, rule.rule] = pair

    assert [where for where, (real, nobodys) in seen.items() if real[0] != 403 or real != nobodys] == []
    assert seen
    assert everything(front) == before


@pytest.mark.proves("input 79")
@pytest.mark.parametrize("role", Role)
def test_no_page_gives_anybody_another_role_or_a_higher_limit(front: Front, role: Role):
    _, named = theirs(front)
    visitor = Visitor(front.app)
    staff_id = sign_in_staff(visitor.client, role, limits={"BRL": 1_000})
    token = csrf_token(visitor.client, "/finance/" if role is Role.FINANCE else "/staff/")
    wanted = {
        "role": "admin",
        "limit": "BRL=900000.00",
        "limits": "BRL=900000.00",
        "staff_id": str(staff_id),
        "csrf_token": token,
    }
    rights = "SELECT s.id, s.role, s.active, l.currency, l.amount_minor FROM staff s"
    rights += " LEFT JOIN authority_limits l ON l.staff_id = s.id ORDER BY s.id, l.currency"
    before = rows(front.app, rights)

    tried = {
        rule.rule: visitor.client.post(path_of(front.app, rule, named), data=wanted).status_code
        for rule in front.app.url_map.iter_rules()
        if rule.endpoint.startswith(("staff.", "finance.")) and "POST" in (rule.methods or set())
        if not rule.endpoint.endswith("sign_out")
    }

    assert len(tried) >= 10
    assert 401 not in tried.values()
    assert rows(front.app, rights) == before == [(staff_id, role.value, True, "BRL", 1_000)]


@pytest.mark.proves("P5", "input 20")
def test_what_is_not_there_is_not_found_by_staff_either(front: Front):
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.APPROVER, limits={"BRL": 1_000})
    token = csrf_token(visitor.client, "/staff/")
    data = {"csrf_token": token, "version": "1", "key": "k", "act": "reply", "words": "Hello", "note": "A note"}

    seen = {
        (method, rule.rule): visitor.client.open(
            path_of(front.app, rule, _NOBODYS), method=method, data=data if method == "POST" else None
        ).status_code
        for rule, method in routes(front.app, "staff")
        if rule.endpoint not in _LEADS_BACK
        and not rule.endpoint.endswith("_again")
        and _is_for_approvers(front.app, rule)
    }

    assert {where: status for where, status in seen.items() if status != 404} == {}
    assert len(seen) >= 10


@pytest.mark.proves("P5", "input 20")
def test_a_photo_of_another_claim_is_not_found_under_this_one_by_staff(front: Front):
    order, named = theirs(front)
    other = front.a_claim(front.an_order(order.customer_id), Problem.DAMAGED)
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT)

    answers = [
        visitor.client.get(f"/staff/claims/{ref}/photos/{named['photo']}").status_code for ref in (named["ref"], other)
    ]

    assert answers == [200, 404]
