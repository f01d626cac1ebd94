"""Counted stock from a file: wholly or not at all, bad lines by their number, as often as wanted."""

import io
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.feed_header import FeedUnreadable
from portal.domain.problems import Problem
from portal.services.import_stock import StockRefused, StockReport, import_stock
from tests.support.shop import Shop


def counted(shop: Shop, text: str) -> StockReport:
    return import_stock(shop.toolkit, counts=io.BytesIO(text.encode()), actor=Actor.system("tests"))


def shelves(shop: Shop) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in shop.rows("SELECT sku, vendor, on_hand FROM stock_items ORDER BY sku, vendor")]


def test_a_count_comes_in_with_its_moves_and_the_same_again_writes_nothing(shop: Shop) -> None:
    text = 'SKU, on_hand ,vendor\r\nA,5,\r\n"B ",0,acme\r\n'

    first, second = counted(shop, text), counted(shop, text)
    third = counted(shop, "sku,on_hand\nA,7\n")

    assert (first.counted.new, second.counted.unchanged, third.counted.changed) == (2, 2, 1)
    assert shelves(shop) == [("A", "", 7), ("B", "acme", 0)]
    asked = "SELECT on_hand_change, source FROM stock_moves ORDER BY id"
    assert [row[0] for row in shop.rows(asked)] == [5, 0, 2]
    assert {row[1] for row in shop.rows(asked)} == {first.source, third.source}


def test_bad_lines_are_told_by_number_and_nothing_comes_in(shop: Shop) -> None:
    text = "sku,vendor,on_hand\nA,,5\n,,3\nB,,-1\nC,,1.5\nD,,1e2\nA,,6\nE,,99999999\n"

    with pytest.raises(StockRefused) as refused:
        counted(shop, text)

    told = {bad.line: bad.reason for bad in refused.value.bad_lines}
    assert sorted(told) == [3, 4, 5, 6, 7, 8]
    assert told[3] == "sku is empty"
    assert told[4].startswith("on_hand must be a whole number from 0")
    assert told[7] == "A is counted already, on line 2"
    assert shelves(shop) == []


@pytest.mark.parametrize("text", ["", "sku\nA\n", "sku,on_hand,shelf\nA,1,2\n", "sku;on_hand\nA;1\n"])
def test_what_is_no_count_at_all_is_said_so(shop: Shop, text: str) -> None:
    with pytest.raises(FeedUnreadable):
        counted(shop, text)


def test_the_command_imports_and_shows(app: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "stock.csv", tmp_path / "bad.csv"
    good.write_text("sku,vendor,on_hand\nKET,,5\n")
    bad.write_text("sku,vendor,on_hand\nKET,,x\n")
    run = app.test_cli_runner()

    imported = run.invoke(args=["stock", "import", str(good)])
    refused = run.invoke(args=["stock", "import", str(bad)])
    shown = run.invoke(args=["stock", "show", "KET"])
    unknown = run.invoke(args=["stock", "show", "TEA"])

    assert imported.exit_code == 0, imported.output
    assert "1 new, 0 changed, 0 unchanged" in imported.output
    assert refused.exit_code == 1
    assert "bad.csv:2: on_hand must be a whole number from 0 to 9999999" in refused.output
    assert "on the shelf        5   promised        0   free        5" in shown.output
    assert unknown.exit_code == 1
    assert "No stock is kept of TEA" in unknown.output


def said(app: Flask, *arguments: str) -> tuple[int, str]:
    came = app.test_cli_runner().invoke(args=["stock", *arguments])
    return came.exit_code, came.output


def kept(shop: Shop) -> list[tuple[str, bool]]:
    return [tuple(row) for row in shop.rows("SELECT vendor, kept FROM stock_items ORDER BY vendor")]


def test_what_is_kept_no_more_is_sent_again_as_often_as_wanted_until_it_is_counted_anew(shop: Shop, app: Flask) -> None:
    counted(shop, f"sku,on_hand\n{_KETTLE},1\n")
    order = shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35)
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "replacement")
    sold_out = offered(shop)

    stopped = said(app, "stop-keeping", _KETTLE)
    free_again, twice = offered(shop), said(app, "stop-keeping", _KETTLE)
    shop.work()
    back = counted(shop, f"sku,on_hand\n{_KETTLE},0\n")

    assert ("replacement" in sold_out, "replacement" in free_again) == (False, True)
    assert stopped == (0, f"{_KETTLE} of any vendor is kept no more; 1 promised pieces still leave.\n")
    assert twice == (1, f"Error: No stock is kept of {_KETTLE}.\n")
    assert said(app, "show", _KETTLE)[0] == 0
    assert back.counted.changed == 1
    assert "replacement" not in offered(shop)
    noted = shop.rows("SELECT kind, subject, actor FROM deeds WHERE kind <> 'policy_published'")
    assert [tuple(row) for row in noted] == [("stock_kept_no_more", _KETTLE, "system:stock-command")]


_KETTLE = "SKU-Blue kettl"


def offered(shop: Shop) -> set[str]:
    """Say what a new claim of the same thing is offered."""
    order = shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35)
    claim = shop.claim(shop.report(order, Problem.MISSING_PACKAGE))
    return {offer.kind for line in claim.lines for offer in line.offers if offer.state == "live"}


def test_one_vendors_shelf_alone_is_kept_no_more(shop: Shop, app: Flask) -> None:
    counted(shop, "sku,vendor,on_hand\nA,,5\nA,acme,2\nB,,1\n")

    of_acme = said(app, "stop-keeping", "A", "--vendor", "acme")
    of_nobody = said(app, "stop-keeping", "A", "--vendor", "nobody")

    assert of_acme[0] == 0
    assert of_nobody == (1, "Error: No stock is kept of A of nobody.\n")
    assert kept(shop) == [("", True), ("", True), ("acme", False)]
    assert "5" in said(app, "show", "A")[1]
    assert "acme" not in said(app, "show", "A")[1]
