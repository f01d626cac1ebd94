"""The crash suite is read back from pytest's report: what was not tried has not held."""

import os
from pathlib import Path

import pytest

from tests.prove.crash_suite import NEEDS_ROOT, Crashes, cases

_REPORT = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">
<testcase classname="prove" name="test_a_first_thing" time="1.5" />
<testcase classname="prove" name="test_another" time="0.5">{ended}</testcase>
</testsuite></testsuites>"""
_LEFT_OUT = f'<skipped type="pytest.skip" message="{NEEDS_ROOT}">prove_disk_full.py:25</skipped>'
_SKIPPED = '<skipped type="pytest.skip" message="there is no git here">prove_previous_code.py:30</skipped>'


def came(folder: Path, ended: str, *, code: int = 0) -> Crashes:
    report = folder / "report.xml"
    report.write_text(_REPORT.format(ended=ended), encoding="utf-8")
    return Crashes(cases(report), 2.0, code)


def test_what_held_has_not_failed(tmp_path: Path):
    held = came(tmp_path, "")

    assert held.cases == [("a first thing", "held", 1.5), ("another", "held", 0.5)]
    assert not held.failed


@pytest.mark.parametrize("ended", [_SKIPPED, '<failure message="no" />', '<error message="no" />'])
def test_what_was_skipped_or_broke_has_failed_whatever_pytest_ended_with(tmp_path: Path, ended: str):
    assert came(tmp_path, ended).failed


@pytest.mark.parametrize(("user", "failed"), [(0, True), (1000, False)])
def test_what_needs_root_is_left_out_only_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, *, failed: bool
):
    monkeypatch.setattr(os, "geteuid", lambda: user)

    found = came(tmp_path, _LEFT_OUT)

    assert found.cases[1] == ("another", "left out", 0.5)
    assert found.failed == failed


def test_nothing_tried_is_not_held():
    assert Crashes([], 2.0, 0).failed
    assert Crashes([("another", "left out", 0.5)], 2.0, 0).failed


def test_what_pytest_says_of_itself_counts(tmp_path: Path):
    assert came(tmp_path, "", code=2).failed
