"""The pages for what goes wrong, as an application with views that break answers them."""

from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Route

from portal.factory import create_app
from portal.wiring import wire_web
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.probes import probe_views
from tests.support.web import close_app

_TOO_LARGE = 1_100_000
_CUSTOMER: dict[str, tuple[str, dict[str, Any]]] = {
    "error-400": ("/probe/say?q=1&q=2", {}),
    "error-403": ("/probe/unmarked", {}),
    "error-405": ("/claims/CLM-NOWHERE/talk", {}),
    "error-413": ("/probe/say", {"method": "POST", "data": {"words": "x" * _TOO_LARGE}}),
    "error-429": ("/probe/break?error=TooMany", {}),
    "error-500": ("/probe/break?error=ZeroDivisionError", {}),
    "error-503": ("/probe/break?error=OperationalError", {}),
}
_STAFF: dict[str, tuple[str, dict[str, Any]]] = {
    "error-405": ("/staff/sign-out", {}),
    "error-413": ("/staff/sign-in", {"method": "POST", "data": {"mailbox": "x" * _TOO_LARGE}}),
    "error-429": ("/staff/probe/break?error=TooMany", {}),
    "error-500": ("/staff/probe/break?error=ZeroDivisionError", {}),
    "error-503": ("/staff/probe/break?error=OperationalError", {}),
}


def photograph_errors(stage: Stage, cameras: dict[str, Camera]) -> None:
    """Take the error pages of customers and of staff in both languages."""
    app = create_app(stage.running.config, wire_web(stage.running.config))
    app.register_blueprint(probe_views())
    for front, scenes in (("customer", _CUSTOMER), ("staff", _STAFF)):
        for language in LANGUAGES:
            context = stage.browser.new_context()
            for scene, (path, asked) in scenes.items():
                _take(app, context, stage.running.url + path, path, asked, cameras[front], scene, language)
            context.close()
    close_app(app)


def _take(
    app: Flask,
    context: BrowserContext,
    url: str,
    path: str,
    asked: dict[str, Any],
    camera: Camera,
    scene: str,
    language: str,
) -> None:
    """Show the browser the answer of the application that breaks; styles come from the one that runs."""
    answer = app.test_client().open(path, headers={"Accept-Language": language.replace("_", "-")}, **asked)

    def give(route: Route) -> None:
        route.fulfill(status=answer.status_code, body=answer.text, headers=dict(answer.headers))

    page = context.new_page()
    page.route(url, give)
    page.goto(url)
    camera.take(page, scene, language)
    page.close()
