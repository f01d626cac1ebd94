"""Closing what a person has put right."""

from flask import redirect, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.services.close_trouble import close_trouble
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.means import toolkit


@staff(*DECIDES)
def close(ref: str) -> Answer:
    """Take one off the list; the same again changes nothing."""
    close_trouble(toolkit(), ref=ref, actor=Actor.staff(staff_on_duty().id))
    return redirect(url_for("staff.queue"), 303)
