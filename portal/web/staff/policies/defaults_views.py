"""What holds in a draft where a rule says nothing else: how long an offer stands, and by when a person answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn
from portal.services.policy_text import change_defaults
from portal.web.shared.access import staff
from portal.web.shared.forms import trimmed
from portal.web.shared.language import gettext as _
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_file, moved_words, refusal_words, saved
from portal.web.staff.policies.change_words import SETTINGS
from portal.web.staff.policies.condition_fields import BadField
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import DraftHead, head_of
from portal.web.staff.policies.outcome_fields import whole
from portal.web.staff.policies.refusals import clash

PARTS = ("offer_expires_in_days", "answer_within_hours")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class DefaultsPage:
    """Rendered by ``staff/policies/defaults.html``. inputs: (id, label, what stands there, what is wrong)."""

    head: DraftHead
    inputs: tuple[tuple[str, str, str, str], ...]
    problems: tuple[tuple[str, str], ...] = ()


@staff(*SEES_POLICY)
def defaults(ref: str) -> Answer:
    """Show the defaults of a draft."""
    file = read_draft(ref)
    return _page(file, {part: str(file.policy.document["defaults"][part]) for part in PARTS})


@staff(*WRITES_POLICY)
def save_defaults(ref: str) -> Answer:
    """Keep the defaults of a draft."""
    page, file = asked_file(ref)
    typed = {part: trimmed(request.form.get(part))[:_LONGEST] for part in PARTS}
    wanted, problems = _read(typed)
    if problems:
        return _page(file, typed, problems, status=REFUSED)
    try:
        done = saved(
            page, lambda text: change_defaults(text, wanted), _("Changed what holds where a rule says nothing else")
        )
    except BadPolicy as error:
        return _page(file, typed, _refused(error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _page(read_draft(ref), typed, {PARTS[0]: moved_words()}, status=MOVED_ON)
    return redirect(url_for("staff.draft", ref=ref, done=done), 303)


def _read(typed: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    wanted, problems = {}, {}
    for part, text in typed.items():
        try:
            wanted[part] = whole(text)
        except BadField as error:
            problems[part] = str(error)
    return wanted, problems


def _refused(error: BadPolicy) -> dict[str, str]:
    """Say what the strict reader refuses, at the input that it names."""
    place = next((part for part in PARTS if error.place == f"defaults.{part}"), "")
    if not place:
        return {PARTS[0]: refusal_words(error)}
    return {place: clash(error, at_input=True)}


def _page(
    file: DraftFile, typed: Mapping[str, str], problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Answer:
    wrong = problems or {}
    page = DefaultsPage(
        head=head_of(file),
        inputs=tuple((part, str(SETTINGS[f"defaults.{part}"]), typed[part], wrong.get(part, "")) for part in PARTS),
        problems=tuple(wrong.items()),
    )
    return make_response(render_template("staff/policies/defaults.html", page=page, **frame(HERE)), status)
