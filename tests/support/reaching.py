"""An outreach in the small shop of tests of services: drawn up, moved, swept, and counted."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event, text

from portal.domain.authority import Role
from portal.domain.outreach import US, OutreachMove, Plan
from portal.domain.outreach_preview import Preview
from portal.records import outreach_effect, outreach_targets, outreaches
from portal.records.outreach_effect import Effect
from portal.records.tables.outreach import Outreach
from portal.services.declare_incident import declare_incident
from portal.services.draw_outreach import draw_outreach
from portal.services.give_outreach import go_on_with_outreach
from portal.services.move_outreach import move_outreach
from portal.services.toolkit import Toolkit
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

PLAN = Plan(words="Silent ones", silent_days=10, wave_size=1, per_minute=600, kept_back_share=0)


class Died(BaseException):
    """The worker is gone: nothing in it is left that could catch this."""


def drawn(shop: Shop, plan: Plan = PLAN) -> str:
    """Draw one up and let the worker count it."""
    owner = a_staff_member(shop.toolkit, role=Role.POLICY_OWNER)
    ref = draw_outreach(shop.toolkit, staff_id=owner, plan=plan)
    shop.work()
    return ref


def of_incident(shop: Shop, **about: str) -> tuple[str, str]:
    """Draw one up about an incident that is opened for it; give both refs."""
    incident = declare_incident(shop.toolkit, words="Their van", about={"vendor": "acme", **about}, actor=US)
    return incident, drawn(shop, replace(PLAN, silent_days=None, incident_ref=incident))


def move(shop: Shop, ref: str, act: OutreachMove, role: Role = Role.POLICY_OWNER) -> int:
    """Let somebody new do something to it as it stands, and give who."""
    who = a_staff_member(shop.toolkit, role=role)
    move_outreach(shop.toolkit, staff_id=who, ref=ref, seen=row(shop, ref).version, move=act)
    return who


def row(shop: Shop, ref: str) -> Outreach:
    with shop.toolkit.reading() as session:
        found = outreaches.found(session, ref)
        assert found is not None
        return found.outreach


def preview(shop: Shop, ref: str) -> Preview:
    """Read what was counted."""
    return Preview.read(row(shop, ref).preview)


def ends(shop: Shop, ref: str) -> Counter[str]:
    with shop.toolkit.reading() as session:
        return outreach_targets.by_end(session, row(shop, ref).id)


def effect(shop: Shop, ref: str) -> Effect:
    with shop.toolkit.reading() as session:
        found = outreach_effect.effect_of(session, row(shop, ref), shop.now())
        assert found is not None
        return found


def sweep(shop: Shop, ref: str) -> None:
    """Let a minute pass, give what may leave, let its seconds pass, and let the worker do it."""
    shop.later(minutes=1)
    go_on_with_outreach(shop.toolkit, ref=ref)
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE jobs.procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
    shop.work()
    go_on_with_outreach(shop.toolkit, ref=ref)


def change(shop: Shop, statement: str, **values: object) -> None:
    with shop.toolkit.transaction() as session:
        session.execute(text(statement), values)


def claims_of_ours(shop: Shop) -> int:
    return int(shop.rows("SELECT count(*) FROM claims WHERE raised_by = :us", us=str(US))[0][0])


def dying(shop: Shop, *, after: int) -> Toolkit:
    """Give means whose clock fails after it was read so often: as many times as telling of one parcel reads it."""
    left = [after]

    def now() -> datetime:
        left[0] -= 1
        if left[0] < 0:
            raise Died
        return shop.now()

    return replace(shop.toolkit, now=now)


@contextmanager
def just_before(engine: Engine, words: str, act: Callable[[], None]) -> Iterator[None]:
    """Let somebody act between two statements of somebody else, before the first one that has these words."""

    def look(*told: Any) -> None:
        if words in told[2] and acts:
            acts.pop()()

    acts = [act]
    event.listen(engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", look)
    assert acts == []
