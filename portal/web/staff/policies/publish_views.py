"""Publishing a draft: its page, which asks for a word on warnings and for the start, and the act itself."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import PUBLISHES_POLICY
from portal.domain.errors import BadPolicy, BadWords, IllegalMove, MovedOn, Outdated, OwnWork
from portal.domain.policy.publishing import BadStart, NeedsWord, StopsPublishing
from portal.services.publish_draft import publish_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_file
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import Beside, DraftHead, beside, head_of, market_path
from portal.web.staff.policies.refusals import why

_MINUTES = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on the page. overtakes: a version that is planned for later may never begin."""

    start: str = "now"
    start_on: str = ""
    despite: str = ""
    overtakes: bool = False


@dataclass(frozen=True, slots=True)
class PublishPage:
    """Rendered by ``staff/policies/publish.html``. problems: (field id, sentence); planned: a version in the way."""

    head: DraftHead
    beside: Beside
    warnings: int
    may: bool
    typed: Typed
    zone: str
    problems: tuple[tuple[str, str], ...] = ()
    planned: int | None = None


@staff(*PUBLISHES_POLICY)
def publish_page(ref: str) -> Answer:
    """Show what is published, and ask for what it needs."""
    return _page(read_draft(ref), Typed())


@staff(*PUBLISHES_POLICY)
@wants_factor()
def publish(ref: str) -> Answer:
    """Publish a draft as the next version of its market."""
    (page, file), form = asked_file(ref), request.form
    typed = Typed(
        start=form.get("start", "now"),
        start_on=form.get("start_on", ""),
        despite=unix_lines(form.get("despite")),
        overtakes=bool(form.get("overtakes")),
    )
    start, problems = _start(typed)
    problems += (("despite", too_long(typed.despite)),) if too_long(typed.despite) else ()
    if problems:
        return _page(file, typed, problems=problems, status=REFUSED)
    try:
        done = publish_draft(
            toolkit(),
            staff_id=staff_on_duty().id,
            page=page,
            in_force_from=start,
            despite=typed.despite,
            overtakes=typed.overtakes,
        )
    except BadStart as error:
        return _page(file, typed, problems=(("start", _bad_start(error)),), planned=error.planned, status=REFUSED)
    except NeedsWord:
        sentence = _("Please say why it is right to publish it with these warnings.")
        return _page(file, typed, problems=(("despite", sentence),), status=REFUSED)
    except (StopsPublishing, BadPolicy, BadWords, OwnWork) as error:
        return _page(file, typed, problems=(("publish", _refused(error)),), status=REFUSED)
    except (MovedOn, IllegalMove, Outdated):
        sentence = _("Nothing was published: this draft has changed meanwhile. Please look at it again.")
        return _page(read_draft(ref), typed, problems=(("publish", sentence),), status=MOVED_ON)
    market = market_path(done.market)
    return redirect(url_for("staff.policy_version", market=market, version=done.number, done="published"), 303)


def _start(typed: Typed) -> tuple[datetime | None, tuple[tuple[str, str], ...]]:
    """Read from when it is in force, in the shop's own time; None for from now on."""
    if typed.start != "later":
        return None, ()
    try:
        return datetime.strptime(typed.start_on, _MINUTES).replace(tzinfo=toolkit().zone), ()
    except ValueError:
        return None, (("start_on", _("Please give the day and the time from which it counts.")),)


def _bad_start(error: BadStart) -> str:
    if error.planned is not None:
        return _(
            "Version %(number)s is planned for later and would never begin. Tick the box to publish all the same.",
            number=error.planned,
        )
    return _("It can begin now, or at a moment in the next two years. Please choose another.")


def _refused(error: Exception) -> str:
    if isinstance(error, StopsPublishing):
        return _("The check finds something that stops publishing. Send it back with what it says.")
    if isinstance(error, OwnWork):
        return _("You wrote some of it, so another person publishes it.")
    return _("This was not published. %(reason)s", reason=why(error))


def _page(
    file: DraftFile,
    typed: Typed,
    *,
    problems: tuple[tuple[str, str], ...] = (),
    planned: int | None = None,
    status: int = 200,
) -> Answer:
    shown = beside(file)
    page = PublishPage(
        head=head_of(file),
        beside=shown,
        warnings=shown.check.warnings,
        may=file.may_review and not file.is_own and not file.is_outdated,
        typed=typed,
        zone=str(toolkit().zone),
        problems=problems,
        planned=planned,
    )
    return make_response(render_template("staff/policies/publish.html", page=page, **frame(HERE)), status)
