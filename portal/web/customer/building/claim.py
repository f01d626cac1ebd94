"""The claim page, put together: the apology first, then where each line stands."""

from portal.domain.claims import ClaimState
from portal.domain.offers import RemedyKind
from portal.domain.problems import ParcelState, Problem
from portal.records.tables.claims import ClaimLine
from portal.services.apologise import apology
from portal.web.customer.building import groups
from portal.web.customer.building.ending import ending_of
from portal.web.customer.building.follow_up import box_of
from portal.web.customer.building.history import messages, timeline
from portal.web.customer.building.offers import offer_set
from portal.web.customer.building.reading import ClaimRead, title_of
from portal.web.customer.building.remedies import lines_on_the_way, remedy_views
from portal.web.customer.building.said import Said
from portal.web.customer.building.standing import code_of_claim, code_of_line, nothing_has_moved
from portal.web.customer.pages.claim import Apology, ClaimLineView, ClaimPage, PhotoView, TalkBox
from portal.web.customer.pages.claim_groups import EvidenceAsked
from portal.web.customer.pages.offers import OfferSet
from portal.web.shared.language import gettext as _
from portal.web.shared.problem_words import problem_words


def claim_page(read: ClaimRead, said: Said) -> ClaimPage:
    """Build the claim page."""
    claim = read.claim
    words = apology(claim, read.zone, read.locale)
    offers, evidence = offer_set(read, said), groups.evidence_asked(read, said)
    still = nothing_has_moved(claim.lines) and not read.remedies
    on_the_way, remedies = lines_on_the_way(read), remedy_views(read)
    state = "accepted" if claim.state == ClaimState.MADE_WHOLE and on_the_way else code_of_claim(claim)
    return ClaimPage(
        ref=claim.ref,
        order_number=claim.order.order_number,
        state=state,
        version=claim.version,
        moving=is_moving(claim.state),
        reported_at=claim.created_at,
        apology=Apology(words.heading, tuple(words.paragraphs)),
        lines=tuple(_line(line, arriving=line.id in on_the_way) for line in claim.lines),
        ending=ending_of(state, remedies, read.follow_up.answer or "" if read.follow_up else ""),
        right=box_of(read, said),
        offers=offers,
        evidence=evidence,
        waits=groups.waits(read),
        persons=groups.persons(read),
        question=groups.question(read, said),
        remedies=remedies,
        declines=groups.declines(read),
        timeline=timeline(read),
        messages=messages(read),
        photos=_photos(read),
        words=claim.words,
        talk=TalkBox(said.talk, said.talk_errors, sent=said.talk_sent and claim.waits_for_answer),
        may_withdraw=still,
        may_correct=still,
        seen_by_us=read.seen_by_us,
        notices=_notices(read, said, offers=offers, evidence=evidence),
    )


def is_moving(state: str) -> bool:
    """Tell whether something happens by itself soon: a remedy that is being carried out."""
    return state == ClaimState.ACCEPTED


def _line(line: ClaimLine, *, arriving: bool) -> ClaimLineView:
    return ClaimLineView(
        title=line.order_line.title,
        quantity=line.quantity,
        problem=problem_words(Problem(line.problem), ParcelState(line.parcel_state)),
        state="accepted" if arriving and line.state == ClaimState.MADE_WHOLE else code_of_line(line),
        again=line.about_replacement_id is not None,
    )


def _photos(read: ClaimRead) -> tuple[PhotoView, ...]:
    title = " · ".join(title_of(line) for line in read.claim.lines)
    return tuple(PhotoView(photo.ref, title) for photo in read.photos)


def _notices(
    read: ClaimRead, said: Said, *, offers: OfferSet | None, evidence: EvidenceAsked | None
) -> tuple[str, ...]:
    """Say what no part of the page says: errors whose form has gone, and offers whose day is over."""
    notices = [*said.notices]
    failed = [remedy.kind for remedy, _replacements in read.remedies if remedy.state == "failed"]
    if RemedyKind.REPLACEMENT in failed:
        notices.append(_("The warehouse cannot send it to you after all. We are sorry, and we still owe it to you."))
    elif failed:
        notices.append(_("What you chose did not get through. We still owe it to you, and here is another way."))
    if offers is None:
        notices += said.offer_errors
    if evidence is None:
        notices += said.photo_errors
    if read.lines_in(ClaimState.OFFERED) and offers is None and evidence is None:
        # Whom we told first, and who says nothing, is written to once, and not at all where they want no such mails.
        notices.append(
            _("What we offered has reached its last day. We are looking again, and you see here what comes of it.")
            if read.seen_by_us
            else _("What we offered has reached its last day. We are looking again, and write to you shortly.")
        )
    return tuple(notices)
