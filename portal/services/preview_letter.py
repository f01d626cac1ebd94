"""Show the letter of an act before it leaves: the act is rehearsed, its letter rendered, and all of it taken back."""

import hmac
from dataclasses import dataclass

from portal.domain.decisions import digest_of
from portal.domain.errors import MovedOn
from portal.letters.guide import Remark, remarks
from portal.letters.mail import RenderedMail, render
from portal.records import letter_facts, post
from portal.records.sessions import Session
from portal.records.tables.inbox import Letter
from portal.services.ask_customer import Question, ask
from portal.services.compose_letter import compose
from portal.services.confirm_decision import Confirmation, confirm
from portal.services.decide_escalation import Approval, Refusal, approve, put_in_force, refuse
from portal.services.open_claim import Desk, Draft, open_claim
from portal.services.reply_to_customer import Reply, reply
from portal.services.send_letters import brand_of
from portal.services.toolkit import Toolkit, tried_again

Act = Approval | Refusal | Question | Reply | Confirmation


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown before an act is done. digest: of exactly this; waits: it goes to a second person first.

    remarks: what the guide for words to customers stumbled over in the words of this person.
    """

    mail: RenderedMail
    locale: str
    digest: str
    waits: bool
    remarks: tuple[Remark, ...]


def preview_letter(toolkit: Toolkit, *, staff_id: int, act: Act) -> Preview:
    """Rehearse an act and give its letter; nothing stays. Raises what the act raises, and MovedOn when it is done."""
    with toolkit.reading() as session:
        desk = open_claim(toolkit, session, act.page, staff_id)
        if desk is None:
            raise MovedOn(act.page.claim_ref)
        draft = _perform(desk, act)
        digest, mail = _digest(desk, draft)
        if mail is None:
            enacted = put_in_force(desk, draft.proposal, draft.said)
            mail = _rendered(desk, enacted)
        words = getattr(act, "words", "") or ""
        return Preview(
            mail, desk.claim.locale, digest.hex(), bool(draft.proposal), tuple(remarks(words, desk.claim.locale))
        )


@tried_again
def send_answer(toolkit: Toolkit, *, staff_id: int, act: Act, digest: str) -> bool:
    """Do what was previewed, and leave its letter; done before by the same page, it changes nothing.

    Tells whether it waits for a second person, so that its letter has not left.

    digest: of the preview. Raises what the act raises, and MovedOn where the outcome is not what was shown.
    """
    with toolkit.transaction() as session:
        desk = open_claim(toolkit, session, act.page, staff_id)
        if desk is None:
            return False
        draft = _perform(desk, act)
        if not hmac.compare_digest(_digest(desk, draft)[0].hex().encode(), digest.encode()):
            raise MovedOn(desk.claim.ref)
        if not draft.proposal:
            _leave(session, desk, draft)
        return bool(draft.proposal)


def _perform(desk: Desk, act: Act) -> Draft:
    if isinstance(act, Approval):
        return approve(desk, act)
    if isinstance(act, Refusal):
        return refuse(desk, act)
    if isinstance(act, Question):
        return ask(desk, act)
    return confirm(desk, act) if isinstance(act, Confirmation) else reply(desk, act)


def _digest(desk: Desk, draft: Draft) -> tuple[bytes, RenderedMail | None]:
    """Bind what is decided, the claim as the page showed it, and, where a mail leaves now, every word of it."""
    mail = None if draft.proposal else _rendered(desk, draft)
    shown = {"said": draft.said, "mail": f"{mail.subject}\n{mail.text}" if mail else None}
    return digest_of(desk.claim.ref, desk.page.version, shown), mail


def _rendered(desk: Desk, draft: Draft) -> RenderedMail:
    desk.session.flush()
    letter = Letter(template=draft.letter, locale=desk.claim.locale, context=draft.context)
    facts = letter_facts.of_letter(desk.session, draft.letter, draft.context, desk.toolkit.now())
    told = compose(desk.toolkit, letter, facts)
    return render(draft.letter, desk.claim.locale, brand_of(desk.toolkit.shop, desk.toolkit.zone), told)


def _leave(session: Session, desk: Desk, draft: Draft) -> None:
    letter = post.new_letter(
        draft.letter,
        recipient=desk.claim.customer.mailbox,
        locale=desk.claim.locale,
        subject_ref=desk.claim.ref,
        subject_version=desk.claim.version,
        context=draft.context,
        claim_id=desk.claim.id,
    )
    post.leave(session, letter)
