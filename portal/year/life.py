"""Live a made-up year in a shop: the feed comes each night, and two processes live the days between."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

from config import Config
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.records import policies, staff
from portal.sandbox.year.feed_rows import COLUMNS, PAYMENTS
from portal.sandbox.year.make import KNOWN_FIRST, MONEY, STOCK, Year
from portal.sandbox.year.money import YearBooker
from portal.sandbox.year.seasons import days_of_the_year
from portal.sandbox.year.truth import Truth
from portal.services.create_demonstration_staff import create_demonstration_staff
from portal.services.import_orders import import_orders
from portal.services.publish_policy import publish_policy
from portal.services.toolkit import Toolkit
from portal.year import reading
from portal.year.agenda import Clock
from portal.year.colleagues import Colleagues
from portal.year.share import Live, Share, all_until, living

PROCESSES = 2
_ACTOR = Actor.system("sandbox-year")
_ANY_MARKET = "*"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a year is lived: the shop's settings, the folder of the books of Stripe's double, what a process runs."""

    config: Config
    double: Path
    live: Live


def live_year(shop: Toolkit, place: Place, year: Year, told: Callable[[date], None] = lambda _: None) -> Counter[str]:
    """Bring a year that was made into the shop and live it; told of each day. Gives what happened, by its name.

    Raises YearStopped, FeedRefused.
    """
    days = days_of_the_year(year.wish.until)
    clock = Clock(_midnight(days[0]))
    toolkit = replace(shop, now=clock)
    colleagues = _prepare(toolkit)
    _bring_orders(toolkit, year, place.double)
    counts: list[Counter[str]] = []
    with ExitStack() as stack:
        shares = _shares(toolkit, place, year, colleagues, clock.now)
        parts = [stack.enter_context(living(share, place.live)) for share in shares]
        for day in days:
            clock.now = _midnight(day + _ONE_DAY)
            counts = all_until(parts, clock.now)
            if day in year.news:
                _bring_news(toolkit, year.news[day])
            told(day)
    return sum(counts, Counter())


def _prepare(toolkit: Toolkit) -> Colleagues:
    """Have a policy in force and people to decide, as the demonstration does."""
    with toolkit.reading() as session:
        newest = policies.newest(session, _ANY_MARKET)
        missing = policies.in_force(session, _ANY_MARKET, toolkit.now()) is None
    if missing:
        # A shop that was opened today has no policy yet in the year that lies behind it: today's decides there too.
        default = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
        source = newest.source if newest else default
        publish_policy(toolkit, source=source, actor=_ACTOR, despite="A year that is made up.", overtakes=True)
    people = create_demonstration_staff(toolkit)
    with toolkit.reading() as session:
        ids = {person.mailbox: member.id for person in people if (member := staff.by_mailbox(session, person.mailbox))}
    by_role = {
        role: tuple(ids[person.mailbox] for person in people if person.role is role and person.mailbox in ids)
        for role in (Role.AGENT, Role.APPROVER)
    }
    return Colleagues(by_role[Role.AGENT], by_role[Role.APPROVER])


def _bring_orders(toolkit: Toolkit, year: Year, double: Path) -> None:
    with (year.folder / KNOWN_FIRST).open("rb") as orders, (year.folder / MONEY).open("rb") as payments:
        booker = YearBooker(double, year.wish.seed)
        import_orders(toolkit, orders=orders, payments=payments, actor=_ACTOR, booker=booker)


def _bring_news(toolkit: Toolkit, rows: list[list[str]]) -> None:
    """Import what the shop learnt on a day: an order that is told of twice stands as it was told of last."""
    last: dict[str, dict[str, list[str]]] = {}
    line = COLUMNS.index("line_number")
    for row in rows:
        last.setdefault(row[0], {})[row[line]] = row
    orders = _file(COLUMNS, [row for lines in last.values() for row in lines.values()])
    import_orders(toolkit, orders=orders, payments=_file(PAYMENTS, []), actor=_ACTOR)


def _file(columns: tuple[str, ...], rows: list[list[str]]) -> io.BytesIO:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([list(columns), *rows])
    return io.BytesIO(text.getvalue().encode())


def _shares(toolkit: Toolkit, place: Place, year: Year, colleagues: Colleagues, begins_at: datetime) -> list[Share]:
    """Split those who complain by customer, so that no two processes ever meet at one of them."""
    ends_at = year.wish.ends_at
    heard = [truth for truth in year.truths if truth.problem and truth.reports_at and truth.reports_at < ends_at]
    with toolkit.reading() as session:
        ids = reading.customer_ids(session, sorted({truth.mailbox for truth in heard}))
    with (year.folder / STOCK).open(encoding="utf-8", newline="") as file:
        empty = frozenset((row["month"], row["sku"]) for row in csv.DictReader(file) if row["on_hand"] == "0")
    whole = Share(place.config, place.double, year.wish.seed, begins_at, [], ids, colleagues, empty)
    return [replace(whole, truths=[t for t in heard if _process_of(t, ids) == number]) for number in range(PROCESSES)]


def _process_of(truth: Truth, ids: dict[str, int]) -> int:
    return ids[truth.mailbox] % PROCESSES


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)
