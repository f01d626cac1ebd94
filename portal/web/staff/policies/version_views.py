"""Versions and what changes from one to another: of a draft, of a version, and of a newer one beside a draft."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, NotFound
from portal.records import policies as policy_records
from portal.records import policy_drafts, policy_list, staff_names
from portal.records.tables.policies import PolicyVersion
from portal.services.current_policy import parsed
from portal.services.draft_policy import start_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, REFUSED, refusal_words
from portal.web.staff.policies.change_words import Changes, changes
from portal.web.staff.policies.draft_file import name_of, read_draft
from portal.web.staff.policies.draft_page import DraftHead, head_of, market_of, market_words
from portal.web.staff.policies.rule_words import RuleWords, rule_words

_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Rendered by ``staff/policies/version.html``: a version as it is kept. despite: the word on warnings."""

    path: str
    market: str
    number: int
    rules: tuple[RuleWords, ...]
    published_by: str
    published_at: datetime
    in_force_from: datetime
    warnings: int
    despite: str
    draft_ref: str
    source: str
    may_write: bool
    notice: str
    error: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Rendered by ``staff/policies/changes.html``. head: of a draft; newer: what the newest version changed."""

    title: str
    before: str
    after: str
    changes: Changes
    head: DraftHead | None = None
    newer: Changes | None = None
    path: str = ""
    number: int = 0


@staff(*SEES_POLICY)
def policy_version(market: str, version: str) -> Answer:
    """Show a version, as it was published."""
    notice = _("Published. Every new claim follows it from its start.") if "done" in request.args else ""
    return _version_page(market, _found(market, version), notice=notice)


def _version_page(market: str, found: PolicyVersion, *, notice: str = "", error: str = "", status: int = 200) -> Answer:
    with toolkit().reading() as session:
        draft = policy_drafts.of_version(session, found.id)
        names = staff_names.names_of(session, [found.published_by])
    policy = parsed(found.source)
    page = VersionPage(
        path=market,
        market=market_words(found.market),
        number=found.number,
        rules=tuple(rule_words(rule, number, policy) for number, rule in enumerate(policy.rules, 1)),
        published_by=name_of(found.published_by, names),
        published_at=found.published_at,
        in_force_from=found.in_force_from,
        warnings=found.warnings,
        despite=found.despite,
        draft_ref=draft.ref if draft else "",
        source=found.source,
        may_write=staff_on_duty().role in WRITES_POLICY,
        notice=notice,
        error=error,
    )
    return make_response(render_template("staff/policies/version.html", page=page, **frame(HERE)), status)


@staff(*WRITES_POLICY)
def start(market: str, version: str) -> Answer:
    """Begin a draft with the text of a version, such as one to go back to."""
    found = _found(market, version)
    title = _("As version %(number)s was", number=found.number)
    try:
        ref = start_draft(toolkit(), staff_id=staff_on_duty().id, market=found.market, title=title, source=found.source)
    except BadPolicy as error:
        return _version_page(market, found, error=refusal_words(error), status=REFUSED)
    return redirect(url_for("staff.draft", ref=ref, done="started"), 303)


@staff(*SEES_POLICY)
def back(market: str, version: str) -> Answer:
    """Lead somebody who reloads an answer to the version."""
    return redirect(url_for("staff.policy_version", market=market, version=version), 303)


@staff(*SEES_POLICY)
def version_changes(market: str, version: str) -> Answer:
    """Show what a version changed."""
    found = _found(market, version)
    before = _source(found.market, found.number - 1) if found.number > 1 else None
    if before is None:
        page = ChangesPage(_("Version %(number)s was the first", number=found.number), "", "", Changes((), ()))
    else:
        page = ChangesPage(
            title=_("What changed with version %(number)s", number=found.number),
            before=_("Version %(number)s", number=found.number - 1),
            after=_("Version %(number)s", number=found.number),
            changes=changes(parsed(before), parsed(found.source)),
            path=market,
            number=found.number,
        )
    return _shown(page)


@staff(*SEES_POLICY)
def draft_changes(ref: str) -> Answer:
    """Show what a draft changes, and what a version that was published meanwhile does."""
    file = read_draft(ref)
    newer = _source(file.draft.market, file.head) if file.is_outdated and file.head else None
    before = file.before
    return _shown(
        ChangesPage(
            title=_("What changes: %(title)s", title=file.draft.title),
            before=_("Version %(number)s", number=file.base.number) if file.base else "",
            after=_("This draft"),
            changes=changes(before, file.policy) if before else Changes((), ()),
            head=head_of(file),
            newer=changes(before, parsed(newer)) if newer and before else None,
        )
    )


def _shown(page: ChangesPage) -> Answer:
    return make_response(render_template("staff/policies/changes.html", page=page, **frame(HERE)))


def _found(market: str, version: str) -> PolicyVersion:
    if not version.isascii() or not version.isdigit() or len(version) > _LONGEST_NUMBER:
        raise NotFound("no such version")
    with toolkit().reading() as session:
        found = policy_list.numbered(session, market_of(market), int(version))
    if found is None:
        raise NotFound("no such version")
    return found


def _source(market: str, number: int) -> str | None:
    with toolkit().reading() as session:
        return policy_records.source_of(session, market, number)
