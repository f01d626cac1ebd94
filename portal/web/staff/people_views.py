"""Who works for the shop and with what they come in; an admin takes a lost second factor away."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import NotFound
from portal.records import second_factors, staff_list
from portal.records.second_factors import Person
from portal.services.reset_second_factor import reset_second_factor
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.means import toolkit
from portal.web.shared.names import ROLES, named
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame


@dataclass(frozen=True, slots=True)
class Row:
    """One person. may_reset: there is a second factor, and it is not the reader's own."""

    person: Person
    role: str
    may_reset: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Rendered by ``staff/people.html``. reset: the name of whose factor was just taken away, or an empty text."""

    rows: tuple[Row, ...]
    reset: str


@staff(Role.ADMIN)
def people() -> str:
    """List the staff."""
    mine = staff_on_duty().ref
    with toolkit().reading() as session:
        found = second_factors.people(session)
    rows = tuple(Row(one, named(ROLES, one.role), one.ref != mine and _has_one(one)) for one in found)
    reset = next((one.name for one in found if one.ref == request.args.get("reset") and one.since is None), "")
    return render_template("staff/people.html", page=PeoplePage(rows, reset), **frame("staff.people"))


@staff(Role.ADMIN)
@wants_factor()
def reset_factor(ref: str) -> Answer:
    """Take somebody's second factor away; at the next sign-in they enrol a new one."""
    with toolkit().reading() as session:
        member = staff_list.by_ref(session, ref)
    if member is None:
        raise NotFound(ref)
    reset_second_factor(toolkit(), mailbox=member.mailbox, actor=Actor.staff(staff_on_duty().id))
    return redirect(url_for("staff.people", reset=ref), 303)


@staff(Role.ADMIN)
def people_again(ref: str) -> Answer:
    """Lead somebody who reloads an answer to the list."""
    return redirect(url_for("staff.people", _anchor=ref), 303)


def _has_one(person: Person) -> bool:
    return person.since is not None and person.active
