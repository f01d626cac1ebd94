"""Every page has its picture: a new address says on which one it is, or why there is none."""

import ast

from flask import Flask

from portal.domain.troubles import HAS_WAYS
from portal.factory import create_app
from portal.launch.settings import ROOT
from tests.house.sources import tree_of
from tests.pictures.scenes import NO_PAGES, SHOWN, pages_of
from tests.support.settings import a_config


def test_every_page_of_the_fronts_is_said_to_be_on_a_picture(database_url: str):
    app: Flask = create_app(a_config(database_url))

    assert sorted({*pages_of(app)} ^ {*SHOWN, *NO_PAGES}) == []


def test_every_picture_of_a_page_is_taken_by_some_scene():
    taken = {
        scene
        for path in (ROOT / "tests" / "pictures").glob("*.py")
        if path.name != "scenes.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for scene in _scenes(node.value)
    }

    assert [scene for scene in SHOWN.values() if scene not in taken] == []


def _scenes(word: str) -> set[str]:
    """Name what a word of the sources takes: of a scene that is named for what is on it, they hold the beginning."""
    return {word, *(f"trouble-{kind.replace('_', '-')}" for kind in HAS_WAYS if word == "trouble-")}
