"""Follow-ups for tests of services: claims that are carried out, asked about, answered and decided once more."""

from typing import Any

from portal.domain.decisions import GoodwillReason, LineApproval, terms_of
from portal.domain.follow_up import Answer
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.services.answer_follow_up import Said, answer_by_link
from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.decide_escalation import Approval, ceilings
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.follow_up_token import token_for
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member


def sweep(shop: Shop) -> None:
    """Ask whoever is to be asked now, and let the mails leave."""
    for customer_id in customers_to_ask(shop.toolkit):
        ask_customer_if_right(shop.toolkit, customer_id=customer_id)
    shop.work()


def carried_out(shop: Shop, kind: str = "refund", **wanted: Any) -> tuple[AnOrder, str]:
    """Make a claim of which everything was done a moment ago."""
    order, ref = shop.promised(kind, **wanted)
    shop.work()
    sweep(shop)
    return order, ref


def asked_about_goods(shop: Shop) -> tuple[AnOrder, str]:
    """Have somebody asked about goods that were sent again and came a day ago; give the order and the claim's ref."""
    hire(shop)
    order, ref = shop.promised("replacement")
    shop.work()
    deliver(shop)
    shop.later(days=1)
    sweep(shop)
    return order, ref


def asked(shop: Shop, **wanted: Any) -> tuple[AnOrder, str]:
    """Make a claim whose customer was asked just now."""
    order, ref = carried_out(shop, **wanted)
    shop.later(days=14)
    sweep(shop)
    return order, ref


def say(shop: Shop, ref: str, answer: str, words: str = "", key: str = "a page") -> None:
    """Answer by the link of the mail."""
    token = token_for(shop.toolkit.secret_key, ref)
    answer_by_link(shop.toolkit, claim_ref=ref, token=token, said=Said(Answer(answer), words, key))


def hire(shop: Shop) -> int:
    """Let Bia work here, who decides claims."""
    return a_staff_member(shop.toolkit, limits={"BRL": 500_000})


def deliver(shop: Shop, state: str = "delivered") -> None:
    """Let the warehouse tell of the newest parcel."""
    (ref,) = shop.rows("SELECT ref FROM replacements ORDER BY id DESC LIMIT 1")[0]
    follow_parcel(shop.toolkit, replacement_ref=ref, news=ParcelNews(state))
    shop.work()


def events(shop: Shop, ref: str) -> list[tuple[str, str]]:
    """List what was answered and by whom."""
    told = ["restored", "not_restored", "closed_not_known", "follow_up_asked", "follow_up_reminded"]
    rows = shop.rows(
        "SELECT e.action, e.actor FROM claim_events e JOIN claims c ON c.id = e.claim_id WHERE c.ref = :ref"
        " AND e.action = ANY (:told) ORDER BY e.id",
        ref=ref,
        told=told,
    )
    return [(row.action, row.actor) for row in rows]


def approve(shop: Shop, ref: str, *kinds: RemedyKind, bonus: int = 0) -> None:
    """Let the person who has it offer all that is left, as these kinds."""
    claim = shop.claim(ref)
    with shop.toolkit.reading() as session:
        held = session.merge(claim)
        most = ceilings(session, held, held.lines)[held.lines[0].id]
    amounts = {RemedyKind.REPLACEMENT: most.replaceable}
    extra = Money(bonus, most.left.currency)
    offers = tuple(terms_of(kind, amounts.get(kind, most.left), extra) for kind in kinds)
    goodwill = GoodwillReason.SECOND_FAILURE if bonus else None
    act = Approval(Page(ref, claim.version, "a page"), (LineApproval(1, offers, goodwill),), "It was not right.", "")
    assert claim.assignee_id is not None
    digest = preview_letter(shop.toolkit, staff_id=claim.assignee_id, act=act).digest
    send_answer(shop.toolkit, staff_id=claim.assignee_id, act=act, digest=digest)
    shop.work()
