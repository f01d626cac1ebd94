"""The language of a page, from the catalogue of the mails: chosen, else the customer's, else the browser's."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import LazyProxy
from flask import Flask, g, has_request_context, request
from werkzeug.local import LocalProxy

from portal.domain.money import Money
from portal.letters import language
from portal.letters.language import LOCALES, best_locale, translation
from portal.web.shared.browser_session import current_session


def current_locale() -> str:
    """Give the locale of this page, one of LOCALES."""
    if not has_request_context():
        return LOCALES[0]
    if "locale" not in g:
        held = current_session()
        g.locale = best_locale(
            held.text("locale") or held.text("customer_locale"), request.headers.get("Accept-Language", "")
        )
    return str(g.locale)


def choose_locale(wanted: str) -> None:
    """Keep the language that the visitor chose, for this session; what is none of ours changes nothing."""
    if wanted in LOCALES:
        current_session()["locale"] = wanted
        g.locale = wanted


def speak_as_order(order_locale: str) -> None:
    """Write this page in the language of its order, unless the visitor chose one."""
    if not current_session().text("locale"):
        g.locale = best_locale(order_locale, "")


def gettext(message: str, **values: object) -> str:
    """Say a sentence in the language of this page."""
    said = translation(current_locale()).gettext(message)
    return said % values if values else said


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Say a sentence in the number and language that fit; the number is ``%(num)s`` in it."""
    said = translation(current_locale()).ngettext(singular, plural, number)
    return said % {"num": number, **values}


def lazy_gettext(message: str, **values: object) -> LazyProxy:
    """Keep a sentence that is said only when it is shown, for the labels of forms and for tables."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def _catalogue_gettext(message: str) -> str:
    return translation(current_locale()).gettext(message)


def _catalogue_ngettext(singular: str, plural: str, number: int) -> str:
    return translation(current_locale()).ngettext(singular, plural, number)


def add_language(app: Flask, zone: ZoneInfo) -> None:
    """Teach the templates ``_``, ``ngettext``, ``locale`` and the filters ``money``, ``day`` and ``moment``."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    # The extension adds this method when it is loaded. New style: values are named, and escaped where they are shown.
    environment.install_gettext_callables(_catalogue_gettext, _catalogue_ngettext, newstyle=True)
    environment.globals["locale"] = LocalProxy(current_locale)

    def say_money(amount: Money) -> str:
        return language.money(amount, current_locale())

    def say_day(when: date | datetime, *, year: bool = False) -> str:
        return language.day(when, current_locale(), zone, year=year)

    def say_moment(when: datetime) -> str:
        return language.moment(when, current_locale(), zone)

    environment.filters |= {"money": say_money, "day": say_day, "moment": say_moment}
