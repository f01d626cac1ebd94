"""Counted stock from a file: wholly or not at all, bad lines by their number, as often as wanted."""

import io
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.feed_header import FeedUnreadable
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
