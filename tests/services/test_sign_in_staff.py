"""Staff: created with limits, let in by password, closed at once; the last admin stays."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.errors import Conflict, NotAllowed, NotFound, WrongPassword
from portal.records import staff
from portal.services.create_demonstration_staff import create_demonstration_staff
from portal.services.create_staff import create_staff, deactivate_staff
from portal.services.limit_rate import Visitor
from portal.services.passwords import BadPassword
from portal.services.sign_in_staff import sign_in_staff
from tests.support.web import rows, toolkit_of

HERE = Visitor(b"a browser", "127.0.0.1")
PASSWORD = "a sentence nobody says"


def hire(app: Flask, *, mailbox: str = "ada@shop.example", role: Role = Role.AGENT, password: str = PASSWORD) -> None:
    create_staff(toolkit_of(app), mailbox=mailbox, name="Ada", role=role, password=password, limits={"EUR": 4000})


@pytest.mark.proves("P9")
def test_a_staff_member_is_kept_with_limits_and_a_hashed_password(app: Flask):
    hire(app)

    member = rows(app, "SELECT id, password_hash FROM staff")[0]
    with toolkit_of(app).reading() as session:
        decider = staff.decider(session, member.id)
    assert decider is not None
    assert decider.limits == {"EUR": 4000}
    assert member.password_hash.startswith("$argon2id$")


def test_a_mailbox_belongs_to_one_staff_member(app: Flask):
    hire(app)

    with pytest.raises(Conflict):
        hire(app, mailbox="ADA@shop.example")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaaaaaa", "my name is ada and so", "x" * 201])
def test_a_weak_password_is_refused(app: Flask, password: str):
    with pytest.raises(BadPassword):
        hire(app, password=password)


def test_password_and_mailbox_let_in_whatever_the_case_of_the_mailbox(app: Flask):
    hire(app, role=Role.APPROVER)

    let_in = sign_in_staff(toolkit_of(app), mailbox=" Ada@Shop.example ", password=PASSWORD, visitor=HERE)

    assert let_in.role is Role.APPROVER


def test_a_closed_account_does_not_let_in(app: Flask):
    hire(app)
    deactivate_staff(toolkit_of(app), mailbox="ada@shop.example")

    with pytest.raises(WrongPassword):
        sign_in_staff(toolkit_of(app), mailbox="ada@shop.example", password=PASSWORD, visitor=HERE)


@pytest.mark.proves("input 79")
def test_the_last_admin_stays(app: Flask):
    hire(app, mailbox="goro@shop.example", role=Role.ADMIN)
    hire(app, mailbox="hana@shop.example", role=Role.ADMIN)
    deactivate_staff(toolkit_of(app), mailbox="goro@shop.example")

    with pytest.raises(NotAllowed):
        deactivate_staff(toolkit_of(app), mailbox="hana@shop.example")


def test_closing_an_account_that_is_not_there_says_so(app: Flask):
    with pytest.raises(NotFound):
        deactivate_staff(toolkit_of(app), mailbox="nobody@shop.example")


def test_the_demonstration_has_two_pairs_of_eyes_and_can_be_made_twice(app: Flask):
    people = create_demonstration_staff(toolkit_of(app))

    again = create_demonstration_staff(toolkit_of(app))

    counted = {row.role: row.count for row in rows(app, "SELECT role, count(*) FROM staff GROUP BY role")}
    assert again == people
    assert counted == {"agent": 2, "approver": 2, "finance": 2, "admin": 1, "policy_owner": 1, "leader": 1}
    sign_in_staff(toolkit_of(app), mailbox=people[0].mailbox, password=people[0].password, visitor=HERE)
