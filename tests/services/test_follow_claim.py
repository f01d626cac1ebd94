"""One job follows a claim: what was promised is carried out, and the letters that still help are sent."""

import pytest

from portal.domain.problems import Problem
from tests.support.shop import AnOrder, Shop


def promised(shop: Shop, kind: str, **more) -> tuple[AnOrder, str]:
    order = shop.lost_order(**more)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()
    shop.accept(order, ref, kind)
    return order, ref


def letters(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT template, state FROM letters ORDER BY id")]


def jobs(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT task_name FROM jobs.procrastinate_jobs WHERE status = 'todo'")]


def try_again_now(shop: Shop) -> None:
    shop.later(minutes=2)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
    shop.work()


@pytest.mark.proves("F10")
@pytest.mark.parametrize(("kind", "news"), [("refund", "refund_sent"), ("store_credit", "credit_issued")])
def test_what_settles_at_once_is_told_in_one_mail_and_the_one_left_out_is_kept(shop: Shop, kind: str, news: str):
    order, _ = promised(shop, kind)

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", news]
    assert ("remedy_on_its_way", "overtaken") in letters(shop)


@pytest.mark.proves("F10", "bug 26", "bug 25")
def test_what_takes_its_time_is_told_to_be_on_its_way(shop: Shop):
    order, _ = promised(shop, "refund", behaviour="stays_pending")

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "remedy_on_its_way"]


def test_a_replacement_is_told_to_be_on_its_way(shop: Shop):
    order, _ = promised(shop, "replacement")

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "remedy_on_its_way"]


@pytest.mark.proves("F5")
def test_a_choice_leaves_one_job_and_what_comes_of_it_none(shop: Shop):
    promised(shop, "refund")
    left = jobs(shop)

    shop.work()

    assert left == ["claims.follow"]
    assert shop.rows("SELECT count(*) FROM jobs.procrastinate_jobs")[0][0] == 2  # The report has left the other.


@pytest.mark.proves("F6")
def test_money_that_has_to_wait_holds_no_letter_back_and_is_tried_again(shop: Shop):
    order, ref = promised(shop, "refund")
    shop.sandbox.fault("429", path="/v1/refunds")

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "remedy_on_its_way"]
    assert jobs(shop) == ["claims.follow"]
    try_again_now(shop)
    assert shop.letters(order) == ["apology_with_offers", "remedy_on_its_way", "refund_sent"]
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 9", "F10")
def test_a_job_that_stopped_after_its_money_went_out_sends_the_mail_when_it_runs_again(shop: Shop):
    order, ref = promised(shop, "refund")
    shop.sandbox.fault("half-answer", path="/v1/refunds")

    shop.work()
    try_again_now(shop)

    assert shop.claim(ref).state == "made_whole"
    assert shop.letters(order)[-1] == "refund_sent"
    assert len(shop.refunds()) == 1
