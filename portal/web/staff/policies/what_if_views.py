"""What if: type facts, or take those of a claim, choose a text, and see what it says and why. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY
from portal.domain.errors import NotFound
from portal.domain.facts import LATER
from portal.domain.policy import Policy
from portal.domain.policy.vocabulary import FactKind
from portal.records import policies, policy_drafts, policy_list
from portal.records.policies import DEFAULT_MARKET
from portal.services.chosen_text import Chosen, OfVersion
from portal.services.what_if import facts_of_line, policy_to_try, try_facts
from portal.web.shared.access import staff
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.workbench import frame
from portal.web.staff.policies.replay_form import policy_of_choice
from portal.web.staff.policies.replay_views import HERE, REFUSED, version_title
from portal.web.staff.policies.what_if_fields import inputs_of
from portal.web.staff.policies.what_if_page import WhatIfPage, verdict_view
from portal.web.staff.policies.what_if_reading import (
    CURRENCY,
    DAY,
    UNRECORDED,
    attribute_of,
    one_of,
    read_facts,
    typed_facts,
    usual,
    written,
)
from portal.web.staff.words import FACTS

_MOST_VERSIONS = 5
_LONGEST = 500
_MOST_BOXES = 40
_USUAL_MARKET, _USUAL_CURRENCY = "BR", "BRL"
Filled = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Start:
    """What the page begins with: what is typed, and why the facts of a claim could not be taken."""

    typed: Filled
    claim_error: str = ""


@staff(*SEES_POLICY)
def what_if() -> Answer:
    """Show the inputs as they are filled, and what the text says of them."""
    choice = request.args.get("policy", "")
    of, policy = _text(choice)
    start = _start(policy)
    read = read_facts(start.typed)
    verdict = verdict_view(try_facts(policy, read.facts)) if read.facts else None
    page = replace(
        _page(of, start, policy),
        inputs=inputs_of(start.typed, policy, read.refused),
        verdict=verdict,
    )
    refused = read.facts is None or start.claim_error
    answer = render_template("staff/policies/what_if.html", page=page, **frame(HERE))
    return make_response(answer, REFUSED if refused else 200)


def _text(choice: str) -> tuple[Chosen, Policy]:
    """Find the text that was chosen; without a choice the one that is in force for all markets."""
    of = policy_of_choice(choice)
    if of is None:
        with toolkit().reading() as session:
            newest = policies.in_force(session, DEFAULT_MARKET, toolkit().now())
        if newest is None or choice:
            raise NotFound("no policy")
        of = OfVersion(newest.market, newest.number)
    return of, policy_to_try(toolkit(), of)


def _start(policy: Policy) -> _Start:
    """Fill the inputs: with what was typed, with the facts of a claim, or with what is usual."""
    today = toolkit().now().date()
    market = _USUAL_MARKET if policy.market == DEFAULT_MARKET else policy.market
    usually = usual(_currency(policy), market, today)
    if "try" in request.args:
        return _Start(usually | _typed())
    claim = request.args.get("claim", "").strip()
    if not claim:
        return _Start(usually)
    line = request.args.get("line", "1").strip()
    try:
        facts = facts_of_line(toolkit(), claim, int(line) if line.isascii() and line.isdigit() else 0)
    except NotFound:
        return _Start(usually, _("There is no claim with this name, or no such line in it."))
    if facts is None:
        return _Start(usually, _("The facts of this line were not recorded."))
    return _Start(written(facts))


def _currency(policy: Policy) -> str:
    """Give the currency that a text names first."""
    amounts: Mapping[str, object] = next(iter(policy.document.get("amounts", {}).values()), {})
    return next(iter(amounts), _USUAL_CURRENCY)


def _typed() -> Filled:
    """Keep what was typed; what was not sent is typed empty, so that unticking every box counts.

    An address names nothing twice, so each box has a name of its own, and names come together with commas between.
    """
    typed = {name: [request.args.get(name, "")[:_LONGEST]] for name in (CURRENCY, DAY)}
    typed[UNRECORDED] = [name for name in request.args.get(UNRECORDED, "").split(",") if name in LATER]
    for fact in typed_facts():
        name = attribute_of(fact)
        typed[name] = [request.args.get(name, "")[:_LONGEST]]
        if fact.kind is FactKind.WORDS:
            boxes = [sent for sent in request.args if sent.startswith(f"{name}.")]
            typed[name] = [sent.removeprefix(f"{name}.")[:_LONGEST] for sent in boxes[:_MOST_BOXES]]
    return typed


def _page(of: Chosen, start: _Start, policy: Policy) -> WhatIfPage:
    chosen = f"{of.market}/{of.number}" if isinstance(of, OfVersion) else of.ref
    with toolkit().reading() as session:
        drafts = policy_drafts.open_drafts(session)
        versions = policy_list.latest_versions(session, each=_MOST_VERSIONS)
    listed = [(f"{one.market}/{one.number}", version_title(one)) for one in versions]
    currency = one_of(start.typed, CURRENCY)
    return WhatIfPage(
        drafts=tuple((one.ref, one.title, one.ref == chosen) for one in drafts),
        versions=tuple((value, label, value == chosen) for value, label in listed),
        currencies=tuple(sorted({*policy.currencies, currency})),
        currency=currency,
        inputs=(),
        unrecorded=tuple(named(FACTS, name) for name in start.typed.get(UNRECORDED, ())),
        lacking=",".join(start.typed.get(UNRECORDED, ())),
        claim=request.args.get("claim", "")[:_LONGEST],
        line=request.args.get("line", "1")[:_LONGEST],
        claim_error=start.claim_error,
        verdict=None,
    )
