"""A small year, made and lived as its command does: the same twice, all that must hold holds, and its fault shows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing import active_children
from pathlib import Path

import psycopg
import pytest
from click.testing import Result

from config import Config
from portal.domain.policy import judge, parse_text
from portal.factory import create_app
from portal.launch.postgres import Server
from portal.records.invariants.every import OURS
from portal.sandbox.year.truth import Fate, Truth, read_truth
from portal.wiring_year_part import live
from portal.year.colleagues import Colleagues
from portal.year.share import Share, living
from tests.support import database
from tests.support.replay_sums import JUDGED, costs_of, judged_lines, sums_of
from tests.support.settings import a_config

GIVEN = Path(__file__).parents[2] / "portal" / "sandbox" / "sample"
STRUCK_FROM = date(2026, 4, 1)
FAULT = f"lane=Tucano Log/*/* from={STRUCK_FROM} loss=4x"
# What happened, without the names that chance gave.
HISTORY = """
    SELECT o.order_number, l.line_number, cl.problem, cl.state, cl.stage, c.created_at, r.kind, r.state, r.amount_minor,
      r.bonus_minor, r.promised_at, r.settled_at, f.state, d.kind, d.decided_at
    FROM claims AS c JOIN orders AS o ON o.id = c.order_id JOIN claim_lines AS cl ON cl.claim_id = c.id
    JOIN order_lines AS l ON l.id = cl.order_line_id
    LEFT JOIN remedies AS r ON r.claim_line_id = cl.id LEFT JOIN refunds AS f ON f.remedy_id = r.id
    LEFT JOIN decisions AS d ON d.claim_line_id = cl.id
    ORDER BY 1, 2, 3, 6, 11, 7, 15
"""
BOOK = """
    SELECT e.occasion, p.account, p.currency, sum(p.amount_minor), count(*)
    FROM journal_entries AS e JOIN journal_postings AS p ON p.entry_id = e.id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass
class Lived:
    """A year that was lived in a database of its own."""

    url: str
    folder: Path
    result: Result
    truths: list[Truth] = field(default_factory=list)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask its database something."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def again(self, *more: str) -> Result:
        """Type the command once more."""
        return year_in(self.url, self.folder, *more)


def year_in(url: str, folder: Path, *more: str) -> Result:
    files = [str(GIVEN / "orders.csv"), "--payments", str(GIVEN / "payments.csv")]
    wanted = ["--orders", "280", "--until", "2026-11-01", "--fault", FAULT]
    places = ["--into", str(folder / "year"), "--double", str(folder / "double")]
    return typed(
        a_config(url, PORTAL_PHOTO_FOLDER=str(folder / "photos")), "sandbox", "year", *files, *wanted, *places, *more
    )


def typed(config: Config, *arguments: str) -> Result:
    """Type a command, and leave no connection behind."""
    app = create_app(config)
    try:
        return app.test_cli_runner().invoke(args=list(arguments))
    finally:
        with app.extensions["toolkit"].reading() as session:
            session.get_bind().dispose()


@contextmanager
def lived_in(server: Server, name: str, folder: Path) -> Iterator[Lived]:
    template = database.migrated_template(server)
    with database.fresh_database(server, f"amends_{name}_{folder.name}", template=template) as url:
        lived = Lived(url, folder, year_in(url, folder))
        with (folder / "year" / "truth.csv").open(encoding="utf-8", newline="") as file:
            lived.truths = list(read_truth(file))
        yield lived


@pytest.fixture(scope="module")
def lived(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Live a year."""
    with lived_in(database_server, "year", tmp_path_factory.mktemp("first")) as found:
        yield found


def test_a_year_is_lived_to_its_end_and_every_invariant_holds_beside_the_doubles_books(lived: Lived):
    assert lived.result.exit_code == 0, lived.result.output
    assert "Every invariant holds, beside the double's books too" in lived.result.output
    assert "refused" not in lived.result.output
    assert "tried again" not in lived.result.output


def test_it_holds_claims_decisions_goods_credit_and_money_each_at_its_own_time(lived: Lived):
    [(claims, first, last)] = lived.rows("SELECT count(*), min(created_at)::date, max(created_at)::date FROM claims")
    kinds = {kind for (kind,) in lived.rows("SELECT DISTINCT kind FROM remedies WHERE state = 'settled'")}
    by_staff = lived.rows("SELECT count(*) FROM decisions WHERE state = 'in_force'")
    jobs = lived.rows("SELECT count(*) FROM jobs.procrastinate_jobs")

    assert isinstance(claims, int)
    assert 15 < claims < 90
    assert isinstance(first, date)
    assert isinstance(last, date)
    assert date(2025, 11, 1) <= first < date(2026, 2, 1) < last < date(2026, 11, 1)
    assert kinds == {"refund", "replacement", "store_credit"}
    assert by_staff != [(0,)]
    assert jobs == [(0,)]


def test_every_claim_is_about_what_really_happened(lived: Lived):
    told = {str(key): at for key, at in lived.rows("SELECT client_key, min(created_at) FROM claims GROUP BY 1")}

    expected = {
        f"year-{truth.shipment}": truth.reports_at
        for truth in lived.truths
        if truth.reports_at is not None and truth.reports_at.date() < date(2026, 11, 1)
    }
    assert told == expected


def test_the_parcels_of_the_shop_stand_at_last_as_the_feed_tells_them(lived: Lived):
    files = [str(lived.folder / "year" / "orders.csv"), "--payments", str(lived.folder / "year" / "payments.csv")]

    result = typed(a_config(lived.url), "orders", "import", *files)

    counted = {
        line.split()[0]: line.split()[1:3]
        for line in result.output.splitlines()
        if line.startswith(("orders", "lines", "parcels"))
    }
    assert result.exit_code == 0, result.output
    assert counted == {"orders": ["0", "0"], "lines": ["0", "0"], "parcels": ["0", "0"]}


def test_an_injected_fault_shows_in_its_lane_from_its_day_on(lived: Lived):
    sent = [truth for truth in lived.truths if truth.handed_over_at and truth.carrier == "Tucano Log"]
    before = [truth for truth in sent if truth.handed_over_at and truth.handed_over_at.date() < STRUCK_FROM]
    after = [truth for truth in sent if truth.handed_over_at and truth.handed_over_at.date() >= STRUCK_FROM]

    def lost(truths: list[Truth]) -> float:
        return sum(truth.fate is Fate.LOST for truth in truths) / len(truths)

    assert lost(after) > 1.3 * lost(before)
    assert {truth.fault for truth in before} == {None}
    assert {truth.fault for truth in after} == {None, 1}


def test_the_same_seed_and_feed_live_the_same_year(
    lived: Lived, database_server: Server, tmp_path_factory: pytest.TempPathFactory
):
    with lived_in(database_server, "again", tmp_path_factory.mktemp("second")) as again:
        assert again.truths == lived.truths
        assert again.rows(HISTORY) == lived.rows(HISTORY)
        assert again.rows(BOOK) == lived.rows(BOOK)


def test_a_year_that_is_there_already_is_not_lived_again(lived: Lived):
    same, other = lived.again(), lived.again("--seed", "8")

    assert same.exit_code == other.exit_code == 1
    assert "The year of seed 7 is in this database already." in same.output
    assert "--another adds one" in other.output


def test_a_year_is_not_lived_while_a_worker_would_carry_it_on(database_url: str, tmp_path: Path):
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO jobs.procrastinate_workers DEFAULT VALUES")

    result = year_in(database_url, tmp_path)

    assert result.exit_code == 1
    assert "A worker runs on this database" in result.output
    assert not (tmp_path / "year").exists()


def test_a_year_of_the_future_or_a_fault_that_cannot_be_read_is_refused(lived: Lived):
    future, bad = lived.again("--until", "2199-01-01"), lived.again("--fault", "everything is late")

    assert future.exit_code == bad.exit_code == 2
    assert "lies in the past" in future.output
    assert "a fault is written as" in bad.output


def test_production_has_no_place_for_a_year(database_url: str, tmp_path: Path):
    changes = {
        "PORTAL_ENVIRONMENT": "production",
        "STRIPE_SECRET_KEY": "sk_live_of_the_tests",
        "STRIPE_API_BASE": "",
        "PORTAL_ORIGIN": "https://shop.example",
        "PORTAL_SHOP_NAME": "Casa Aurora",
        "WAREHOUSE_URL": "https://warehouse.example",
        "SMTP_URL": "smtps://mail.example",
    }
    files = [str(GIVEN / "orders.csv"), "--payments", str(GIVEN / "payments.csv")]

    places = ["--into", str(tmp_path / "year"), "--double", str(tmp_path / "double")]
    result = typed(a_config(database_url, **changes), "sandbox", "year", *files, "--orders", "10", *places)

    assert result.exit_code == 1
    assert "no place in production" in result.output
    assert not (tmp_path / "year").exists()


def test_a_year_that_stops_half_way_keeps_nobody_waiting_for_its_processes(database_url: str, tmp_path: Path) -> None:
    config = a_config(database_url, PORTAL_PHOTO_FOLDER=str(tmp_path / "photos"))
    nobody = Colleagues((), ())
    share = Share(config, tmp_path / "double", 1, datetime(2026, 1, 1, tzinfo=UTC), [], {}, nobody, frozenset())

    stopped_at: list[float] = []

    def stop_half_way() -> None:
        with living(share, live):
            stopped_at.append(time.monotonic())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_half_way()

    assert time.monotonic() - stopped_at[0] < 15
    assert not active_children()


def test_every_claim_of_a_year_is_decided_again_the_same(lived: Lived):
    every = "SELECT (SELECT count(*) FROM claim_lines) + (SELECT count(*) FROM claim_line_judgements)"
    decisions = lived.rows(every)[0][0]

    again = typed(a_config(lived.url), "policy", "check-again")
    explained = [
        typed(a_config(lived.url), "policy", "explain", str(ref))
        for (ref,) in lived.rows(
            "SELECT min(c.ref) FROM claims AS c JOIN claim_lines AS l ON l.claim_id = c.id "
            "GROUP BY l.verdict ->> 'outcome'"
        )
    ]

    assert again.output.startswith(f"{decisions} decisions made again")
    assert again.output.endswith(", 0 otherwise.\n")
    assert len(explained) >= 3
    assert [(one.exit_code, "Decided again: the same." in one.output) for one in explained] == [(0, True)] * len(
        explained
    )


def test_every_invariant_of_a_year_is_listed_as_held(lived: Lived):
    checked = typed(a_config(lived.url), "check-invariants", "--ours")
    without_sandbox = typed(a_config(lived.url), "check-invariants")

    rows = [line.split() for line in checked.output.splitlines() if " holds " in line]
    assert checked.exit_code == 0, checked.output
    # Where the sandbox does not run, what is ours is told all the same, and what is missing too.
    assert without_sandbox.exit_code == 1
    assert sum(" holds " in line for line in without_sandbox.output.splitlines()) == len(rows)
    assert "The books of the sandbox Stripe could not be read" in without_sandbox.output
    assert {row[0] for row in rows} >= {one.key for one in OURS} | {"F13"}
    # Each tells how many rows it looked at: decisions that were made again, those that later ones replaced among them.
    decided = "SELECT (SELECT count(*) FROM claim_lines) + (SELECT count(*) FROM claim_line_judgements)"
    assert {row[0]: row[2] for row in rows}["F13"] == str(lived.rows(decided)[0][0])


def test_the_years_own_policy_replayed_changes_nothing_and_a_stingier_one_costs_what_each_line_alone_says(
    lived: Lived, tmp_path: Path
):
    [(source,)] = lived.rows("SELECT source FROM policy_versions")
    whole = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"
    stingy = str(source).replace(whole, whole.replace("goods = 100", "goods = 80"))

    said = [replayed(lived, tmp_path / f"{number}.toml", text) for number, text in enumerate((str(source), stingy))]

    own, draft = parse_text(str(source)), parse_text(stingy)
    lines = judged_lines(lived.rows(JUDGED))
    sums = [costs_of(policy, lines) for policy in (own, draft)]
    changed = sum(judge(facts, own).offers != judge(facts, draft).offers for facts, _ in lines)
    assert f"{len(lines)} claim lines judged again, 0 have another verdict; 0 set apart" in said[0]
    assert f"{len(lines)} claim lines judged again, {changed} have another verdict; 0 set apart" in said[1]
    assert sums_of(said[0]) == {code: [sum_of, sum_of, 0] for code, sum_of in sums[0].items()}
    assert sums_of(said[1]) == {code: [was, sums[1][code], sums[1][code] - was] for code, was in sums[0].items()}
    assert sums[1].total() < sums[0].total()


def replayed(lived: Lived, draft: Path, source: str) -> str:
    draft.write_text(source, encoding="utf-8", newline="")
    days = ["--since", "2025-11-01", "--until", "2026-11-02"]
    result = typed(a_config(lived.url), "policy", "replay", str(draft), *days)
    assert result.exit_code == 0, result.output
    return result.output
