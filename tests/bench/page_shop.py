"""A shop in which every page has something to show: for one customer a little of everything, for another a lot."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import text

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.closing import Closing, read_month
from portal.domain.drafts import OrdersKeep
from portal.domain.incidents import StepKind
from portal.domain.limits import ListKind
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.outreach import OutreachMove, Plan
from portal.domain.problems import Problem
from portal.domain.recoveries import Payer, Recovery
from portal.domain.refs import new_ref
from portal.domain.replays import Span
from portal.domain.troubles import HAS_WAYS
from portal.records import books
from portal.services.add_to_list import Entry, add_to_list
from portal.services.ask_replay import ask_replay
from portal.services.chosen_text import OfDraft
from portal.services.close_period import close_period
from portal.services.count_outreach import count_outreach
from portal.services.declare_incident import declare_incident
from portal.services.declare_withdrawal import Declaration, declare_withdrawal
from portal.services.draft_policy import DraftPage, start_draft
from portal.services.draw_outreach import draw_outreach
from portal.services.gather_voices import gather_voices
from portal.services.issue_remedy_credit import issue_remedy_credit
from portal.services.limit_rate import Visitor
from portal.services.list_precautions import list_precautions
from portal.services.look_at_withdrawal import look_at_withdrawal
from portal.services.move_outreach import move_outreach
from portal.services.open_trouble import tell_of_trouble
from portal.services.publish_policy import publish_policy
from portal.services.record_recovery import book_recovery, record_recovery
from portal.services.review_policy import propose_draft
from portal.services.run_replay import run_replay
from portal.services.set_policy_market import ask_policy_market
from portal.services.work_on_incident import At, take_step
from tests.support.a_journey import a_journey
from tests.support.a_pattern import a_pattern
from tests.support.an_outreach import tell_of
from tests.support.asked import asked_now
from tests.support.builders import LATE, ON_THE_WAY, OrderMade
from tests.support.customer_front import Front
from tests.support.staff_made import a_staff_member
from tests.support.web import rows

_BENCH = Actor.system("bench")
_SOME = 12_345


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose shop it is, and how much of everything. name: of the case, which no two share; month: closed for it."""

    name: str
    customer_id: int
    count: int
    month: str


def open_shop(front: Front) -> None:
    """Let the policy that ships decide, with limits that no customer comes to, and somebody ask for another setting."""
    source = rows(front.app, "SELECT source FROM policy_versions ORDER BY number DESC LIMIT 1")[0].source
    wide = re.sub(r"(?m)^remedies = \d+$", "remedies = 100", source)
    wide = wide.replace("within_days = 90, max = 2", "within_days = 90, max = 400")
    wide = wide.replace("within_days = 90, min = 3", "within_days = 90, min = 401")
    publish_policy(front.toolkit, source=wide, actor=_BENCH, despite="It is known.")
    owner, words = a_staff_member(front.toolkit, role=Role.POLICY_OWNER), "A present is opened late."
    ask_policy_market(front.toolkit, staff_id=owner, market="*", orders_keep=OrdersKeep.PLACED, words=words)


def furnish(front: Front, wanted: Wanted) -> None:
    """Do all that leaves something to be seen, through the services that do it in a shop."""
    for part in (_remedies, _withdrawals, _troubles, _patterns, _policies, _lists, _incidents, _outreach, _books):
        part(front, wanted)
    a_journey(front.toolkit)
    gather_voices(front.toolkit)


def _late(front: Front, customer_id: int) -> OrderMade:
    return front.an_order(customer_id, parcels={"1": LATE}, status="shipped")


def _remedies(front: Front, wanted: Wanted) -> None:
    """Let claims end as each remedy: goods sent again and delivered, credit issued and asked about, money promised."""
    for _ in range(wanted.count):
        for kind in (RemedyKind.REPLACEMENT, RemedyKind.REFUND, RemedyKind.STORE_CREDIT):
            ref = front.a_claim(_late(front, wanted.customer_id), Problem.MISSING_PACKAGE)
            front.take(ref, kind)
            if kind is RemedyKind.STORE_CREDIT:
                asked = "SELECT r.ref FROM remedies r JOIN claims c ON c.id = r.claim_id WHERE c.ref = :ref"
                issue_remedy_credit(front.toolkit, remedy_ref=rows(front.app, asked, ref=ref)[0].ref)
                asked_now(front.toolkit, ref)
    front.parcel_news("delivered", carrier="Tucano", tracking_number="TL1")


def _withdrawals(front: Front, wanted: Wanted) -> None:
    """Declare some of orders of the Union, and some of which a person has to find the order."""
    mailbox = rows(front.app, "SELECT mailbox FROM customers WHERE id = :id", id=wanted.customer_id)[0].mailbox
    to_germany = text("UPDATE orders SET ship_to_country = 'DE', market = 'DE' WHERE id = :id")
    for number in range(wanted.count):
        order = front.an_order(wanted.customer_id)
        with front.toolkit.transaction() as session:
            session.execute(to_germany, {"id": order.id})
        # No more of one mailbox or one browser than may be declared within the hour.
        known = number < min(wanted.count, 4)
        declaration = Declaration(
            client_key=new_ref("key", 12),
            name="Ana Souza",
            mailbox=mailbox if known else f"{uuid.uuid4().hex}@example.org",
            order_number=order.number if known else "A-17",
            goods="",
            locale="en",
        )
        visitor = Visitor(uuid.uuid4().bytes, f"203.0.{number}.7")
        ref = declare_withdrawal(front.toolkit, declaration=declaration, visitor=visitor)
        look_at_withdrawal(front.toolkit, withdrawal_ref=ref)


def _troubles(front: Front, wanted: Wanted) -> None:
    for number in range(wanted.count):
        for kind in sorted(HAS_WAYS):
            subject = f"{wanted.name}-{number}"
            detail: dict[str, object] = {"amount_minor": 5_500, "currency": "BRL", "rows": 1, "refs": ["CLM-1"]}
            tell_of_trouble(front.toolkit, kind, subject=subject, claim_id=None, **detail)


def _patterns(front: Front, wanted: Wanted) -> None:
    for number in range(wanted.count):
        a_pattern(front.toolkit, cell={"vendor": f"{wanted.name} {number}"})


def _policies(front: Front, wanted: Wanted) -> None:
    """Publish a version, write drafts, propose the first, and replay the others over past claims, but for one."""
    toolkit = front.toolkit
    source = rows(front.app, "SELECT source FROM policy_versions ORDER BY number DESC LIMIT 1")[0].source
    publish_policy(toolkit, source=f"{source}\n# {wanted.name}\n", actor=_BENCH, despite="It is known.")
    owner = a_staff_member(toolkit, role=Role.POLICY_OWNER)
    drafts = [
        start_draft(toolkit, staff_id=owner, market="*", title=f"{wanted.name} {number}")
        for number in range(wanted.count + 1)
    ]
    proposed = rows(front.app, "SELECT ref, version FROM policy_drafts WHERE ref = :ref", ref=drafts[0])[0]
    propose_draft(toolkit, staff_id=owner, page=DraftPage(proposed.ref, proposed.version), words="Kinder.")
    today = toolkit.now().date()
    span = Span(today - timedelta(days=30), today, None, 1)
    for number, ref in enumerate(drafts[1:]):
        replay = ask_replay(toolkit, staff_id=owner, of=OfDraft(ref), span=span, minutes=6)
        if number:
            run_replay(toolkit, replay)


def _lists(front: Front, wanted: Wanted) -> None:
    keeper, until = a_staff_member(front.toolkit, role=Role.APPROVER), front.now().date() + timedelta(days=30)
    for number in range(wanted.count):
        mailbox = f"{wanted.name}{number}@example.org"
        add_to_list(front.toolkit, staff_id=keeper, entry=Entry(ListKind.BLOCK, "Empty.", until, mailbox=mailbox))


def _incidents(front: Front, wanted: Wanted) -> None:
    """Declare incidents with a step that runs, list parcels at risk, and write down and book what came back."""
    today, agent = front.now().date(), Actor.staff(a_staff_member(front.toolkit))
    writer, booker = (a_staff_member(front.toolkit, role=Role.FINANCE) for _ in range(2))
    for number in range(wanted.count):
        vendor = f"{wanted.name} {number}"
        front.an_order(parcels={"1": replace(ON_THE_WAY, vendor=vendor)}, status="shipped")
        ref = declare_incident(front.toolkit, words="A van.", about={"vendor": vendor}, actor=agent)
        take_step(front.toolkit, At(ref, 1, agent), StepKind.CALL_AHEAD, words="", from_on=today, until_on=None)
        said = Recovery(ref, Payer.CARRIER, "Sedex", Money(_SOME, "BRL"), today, f"NF-{number}", Actor.staff(writer))
        recovery = record_recovery(front.toolkit, said)
        if number:
            book_recovery(front.toolkit, recovery, Actor.staff(booker))
    list_precautions(front.toolkit, tells=False)


def _outreach(front: Front, wanted: Wanted) -> None:
    """Tell customers of parcels that are late, in one outreach; others are counted and wait."""
    owner = a_staff_member(front.toolkit, role=Role.POLICY_OWNER)
    for _ in range(wanted.count):
        _late(front, front.a_customer())
    plan = Plan(words=wanted.name, silent_days=3, wave_size=1, kept_back_share=0)
    refs = [draw_outreach(front.toolkit, staff_id=owner, plan=plan) for _ in range(2)]
    for ref in refs:
        count_outreach(front.toolkit, outreach_ref=ref)
    approver = a_staff_member(front.toolkit, role=Role.APPROVER)
    for who, move in ((owner, OutreachMove.START), (approver, OutreachMove.APPROVE)):
        seen = rows(front.app, "SELECT version FROM outreaches WHERE ref = :ref", ref=refs[0])[0].version
        move_outreach(front.toolkit, staff_id=who, ref=refs[0], seen=seen, move=move)
        tell_of(front, refs[0])


def _books(front: Front, wanted: Wanted) -> None:
    """Promise remedies in the month that is closed, by two people as nothing was compared, and in the last one."""
    last = front.now().replace(day=1) - timedelta(days=1)
    closed = read_month(wanted.month)
    days: tuple[Callable[[], date], ...] = (lambda: closed.last, last.date)
    for day in days:
        at = last.replace(year=day().year, month=day().month, day=min(day().day, 28))
        for _ in range(wanted.count):
            about = journal.About("CLM-1", {"remedy": "refund", "problem": "damaged", "stage": "transit"})
            entry = journal.remedy_promised(new_ref("RMD", 10), Money(_SOME, "BRL"), Money(0, "BRL"), "entitled", about)
            with front.toolkit.transaction() as session:
                books.record(session, entry, actor=_BENCH, now=at, zone=front.toolkit.zone)
    for _ in range(2):
        keeper = a_staff_member(front.toolkit, role=Role.FINANCE)
        close_period(front.toolkit, Closing(closed, None, Actor.staff(keeper)))
