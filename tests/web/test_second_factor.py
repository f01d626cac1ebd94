"""The second step at the door: enrolling before anything else, codes, recovery, and resets that lead back here."""

import re

import pytest
import segno
from flask import Flask

from portal.domain.authority import Role
from portal.services.create_staff import create_staff, deactivate_staff
from portal.services.give_second_factor import MOST_WRONG
from portal.services.second_factor_secrets import new_recovery_codes
from portal.web.staff.qr_picture import draw
from tests.support.page import Page, Visitor
from tests.support.second_factor import SECRET, code_by, enrolled, wrong_code_at
from tests.support.web import COOKIES, Clock, csrf_token, rows, sign_in_staff, toolkit_of

PASSWORD = "a sentence nobody says"
DOOR, STEP = "/staff/sign-in", "/staff/second-factor"


def hire(app: Flask, role: Role = Role.AGENT, mailbox: str = "ada@shop.example") -> int:
    create_staff(toolkit_of(app), mailbox=mailbox, name="Ada", role=role, password=PASSWORD, limits={})
    return int(rows(app, "SELECT id FROM staff WHERE mailbox = :mailbox", mailbox=mailbox)[0].id)


def knock(visitor: Visitor, mailbox: str = "ada@shop.example", path: str = DOOR, status: int = 200) -> Page:
    """Give the password."""
    return visitor.get(path, status=status).submit("Sign in", mailbox=mailbox, password=PASSWORD)


def offered_by(page: Page) -> str:
    """Read the secret that a page offers, as somebody would who types it."""
    told = next(element for element in page.document.iter("code"))
    return "".join(told.itertext()).replace(" ", "")


def session_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie(COOKIES["staff"])
    assert cookie is not None
    return cookie.value


@pytest.mark.proves("input 35")
@pytest.mark.parametrize("path", ["/staff/", "/finance/", "/staff/claims/CLM-7QA4K3H", "/staff/people"])
def test_whoever_has_no_second_factor_enrols_before_anything_else(app: Flask, path: str):
    hire(app, Role.ADMIN)
    visitor = Visitor(app)
    knock(visitor)

    page = visitor.get(path)

    assert page.path == STEP
    assert page.heading == "Set up your second factor"


def test_enrolling_shows_ten_recovery_codes_and_leads_on(app: Flask, clock: Clock):
    hire(app, Role.FINANCE)
    visitor = Visitor(app)
    page = knock(visitor)
    secret = offered_by(page)
    assert page.links()["Open it in the authenticator on this device"].startswith("otpauth://totp/")

    shown = page.submit("Keep it and come in", factor_code=code_by(clock, secret=secret))

    codes = [text for text in ("".join(one.itertext()) for one in shown.document.iter("code")) if text]
    assert shown.heading == "Your recovery codes"
    assert len(set(codes)) == 10
    assert shown.follow("I have them; go on").path == "/finance/"
    assert "Set up" not in visitor.get(STEP).heading


def test_a_wrong_code_enrols_nothing_and_keeps_the_secret(app: Flask, clock: Clock):
    hire(app)
    visitor = Visitor(app)
    page = knock(visitor)

    again = page.submit("Keep it and come in", status=422, factor_code="12 34")

    assert offered_by(again) == offered_by(page)
    assert rows(app, "SELECT 1 FROM second_factors") == []


def test_password_and_code_lead_to_where_somebody_wanted_to_go(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    visitor = Visitor(app)
    page = knock(visitor, path="/staff/orders", status=401)
    assert page.heading == "Your code"

    page = page.submit("Come in", factor_code=code_by(clock))

    assert page.heading == "Report for a customer"


@pytest.mark.proves("input 29", "P4")
def test_every_step_at_the_door_has_a_session_of_its_own(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    visitor = Visitor(app)
    page = knock(visitor)
    before = session_of(visitor)

    page.submit("Come in", factor_code=code_by(clock))

    stranger = Visitor(app)
    stranger.client.set_cookie(COOKIES["staff"], before)
    assert session_of(visitor) != before
    assert stranger.get("/staff/", status=401).heading == "Sign in"
    row = rows(app, "SELECT count(*), max(factor_at) FROM web_sessions")[0]
    assert (row[0], row[1] is not None) == (1, True)


def test_what_was_typed_before_the_code_was_given_is_given_back(app: Flask):
    enrolled(toolkit_of(app), hire(app))
    visitor = Visitor(app)
    knock(visitor)
    typed = {"csrf_token": csrf_token(visitor.client, STEP), "note": "Called twice, nobody there."}

    page = visitor.post("/staff/claims/CLM-7QA4K3H/note", typed, status=401)

    assert page.heading == "Sign in"
    assert "Called twice, nobody there." in page.text


@pytest.mark.proves("input 35")
def test_the_password_alone_opens_no_page(app: Flask):
    enrolled(toolkit_of(app), hire(app, Role.ADMIN))
    visitor = Visitor(app)
    knock(visitor)

    pages = [visitor.get(path) for path in ("/staff/", "/finance/", "/staff/people")]

    assert {page.heading for page in pages} == {"Your code"}


def test_the_password_is_good_for_ten_minutes(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    visitor = Visitor(app)
    knock(visitor)
    clock.pass_(minutes=9)
    visitor.get(STEP)
    clock.pass_(minutes=2)

    assert visitor.get(STEP, status=401).heading == "Sign in"


@pytest.mark.proves("input 24")
def test_a_code_that_was_used_is_used_in_another_browser_and_with_blanks(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    code = code_by(clock)
    knock(Visitor(app)).submit("Come in", factor_code=f"{code[:3]} {code[3:]}")
    thief = Visitor(app)

    page = knock(thief).submit("Come in", status=422, factor_code=f" {code}")

    assert "it was used" in page.text
    assert thief.get("/staff/").heading == "Your code"


@pytest.mark.proves("input 24", "F12")
def test_after_five_wrong_codes_the_right_one_has_to_wait(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    page = knock(Visitor(app))
    for _ in range(MOST_WRONG):
        page = page.submit("Come in", status=422, factor_code=wrong_code_at(clock()))

    page = page.submit("Come in", status=429, factor_code=code_by(clock))

    assert "too many wrong codes" in page.text
    clock.pass_(minutes=16)
    assert knock(Visitor(app)).submit("Come in", factor_code=code_by(clock)).path == "/staff/"


def test_wrong_codes_count_whoever_tries_them_anew(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    for _ in range(MOST_WRONG):
        knock(Visitor(app)).submit("Come in", status=422, factor_code=wrong_code_at(clock()))

    knock(Visitor(app)).submit("Come in", status=429, factor_code=code_by(clock))


def test_a_recovery_code_stands_in_for_a_lost_phone_once(app: Flask):
    code = new_recovery_codes()[0]
    enrolled(toolkit_of(app), hire(app), recovery_codes=[code])

    let_in = knock(Visitor(app)).submit("Come in", factor_recovery=code.lower())

    again = knock(Visitor(app)).submit("Come in", status=422, factor_recovery=code)
    assert let_in.path == "/staff/"
    assert again.heading == "Your code"


@pytest.mark.proves("P4")
def test_an_account_that_is_closed_at_the_door_stays_out(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))
    visitor = Visitor(app)
    page = knock(visitor)

    deactivate_staff(toolkit_of(app), mailbox="ada@shop.example")

    token = page.filled(next(page.forms()))["csrf_token"]
    answer = visitor.client.post(STEP, data={"csrf_token": token, "factor_code": code_by(clock)})
    assert answer.status_code in {400, 401}
    assert visitor.get("/staff/", status=401).heading == "Sign in"


def test_an_admin_takes_a_lost_factor_away_and_the_password_leads_to_a_new_one(app: Flask, clock: Clock):
    ada = hire(app)
    enrolled(toolkit_of(app), ada)
    worker, admin = Visitor(app), Visitor(app)
    knock(worker).submit("Come in", factor_code=code_by(clock))
    sign_in_staff(admin.client, Role.ADMIN)

    page = admin.get("/staff/people").submit("Reset the second factor of Ada")

    assert "Ada has no second factor any more" in page.text
    assert worker.get("/staff/", status=401).heading == "Sign in"
    assert knock(worker).heading == "Set up your second factor"
    deed = rows(app, "SELECT subject, actor FROM deeds WHERE kind = 'second_factor_reset'")
    assert deed[0].subject == "ada@shop.example"
    assert deed[0].actor.startswith("staff:")


@pytest.mark.proves("input 79")
def test_nobody_resets_their_own_and_only_admins_reset(app: Flask):
    visitor, agent = Visitor(app), Visitor(app)
    goro = sign_in_staff(visitor.client, Role.ADMIN)
    enrolled(toolkit_of(app), goro)
    sign_in_staff(agent.client, Role.AGENT)
    ref = rows(app, "SELECT ref FROM staff WHERE id = :id", id=goro)[0].ref
    page = visitor.get("/staff/people")
    token = page.filled(next(page.forms()))["csrf_token"]

    own = visitor.client.post(f"/staff/people/{ref}/reset", data={"csrf_token": token})

    assert own.status_code == 403
    assert [form.get("action") for form in page.forms()] == ["/staff/sign-out"]
    assert agent.client.get("/staff/people").status_code == 403
    assert agent.client.post(f"/staff/people/{ref}/reset").status_code == 403
    assert len(rows(app, "SELECT 1 FROM second_factors")) == 1


def test_the_command_resets_and_says_so(app: Flask):
    enrolled(toolkit_of(app), hire(app))

    said = app.test_cli_runner().invoke(args=["staff", "reset-second-factor", "Ada@shop.example"])
    again = app.test_cli_runner().invoke(args=["staff", "reset-second-factor", "ada@shop.example"])

    assert said.exit_code == 0, said.output
    assert "at the next sign-in" in said.output
    assert again.exit_code == 1


def test_the_picture_holds_the_link_module_by_module():
    address = f"otpauth://totp/Shop:ada%40shop.example?secret={SECRET}&issuer=Shop"
    matrix = segno.make(address, error="m", micro=False).matrix

    picture = draw(address)

    runs = [tuple(map(int, found)) for found in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", picture.path)]
    dark = {(left + step - 4, top - 4) for left, top, long in runs for step in range(long)}
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert picture.size == len(matrix) + 8


def test_a_secret_is_on_no_page_but_the_one_that_offers_it(app: Flask, clock: Clock):
    enrolled(toolkit_of(app), hire(app))

    page = knock(Visitor(app))

    assert SECRET not in page.answer.text
    assert page.answer.headers["Cache-Control"] == "no-store"
