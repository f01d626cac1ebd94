"""The language of a page, from the catalogue of the mails: chosen, else the customer's, else the browser's."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.support import LazyProxy
from flask import Flask, g, has_request_context, request
from jinja2.filters import do_mark_safe
from markupsafe import Markup
from werkzeug.local import LocalProxy

from portal.domain.money import Money
from portal.letters import language
from portal.letters.language import LOCALES, best_locale, translation
from portal.web.shared.at_hand import the_notes
from portal.web.shared.browser_session import current_session

_MOST_SENTENCES = 4096


def current_locale() -> str:
    """Give the locale of this page, one of LOCALES."""
    try:
        return cast("str", the_notes().locale)
    except (AttributeError, RuntimeError):  # Nobody has asked yet, or there is no page.
        return _found_locale()


def _found_locale() -> str:
    if not has_request_context():
        return LOCALES[0]
    held = current_session()
    wanted = held.text("locale") or held.text("customer_locale")
    found = g.locale = best_locale(wanted, request.headers.get("Accept-Language", ""))
    return found


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


@lru_cache(maxsize=_MOST_SENTENCES)
def _sentence(locale: str, message: str) -> Markup:
    return do_mark_safe(translation(locale).gettext(message))


@lru_cache(maxsize=_MOST_SENTENCES)
def _sentence_alone(locale: str, message: str) -> Markup:
    return _sentence(locale, message) % {}


def _say(message: str, **values: object) -> Markup:
    """Say a sentence in a template as Jinja's new style does: values are named, and escaped where they are shown."""
    locale = current_locale()
    return _sentence(locale, message) % values if values else _sentence_alone(locale, message)


def _say_number(singular: str, plural: str, num: int, **values: object) -> Markup:
    """Say a sentence in a template in the number that fits."""
    said = translation(current_locale()).ngettext(singular, plural, num)
    return do_mark_safe(said) % {"num": num, **values}


def add_language(app: Flask, zone: ZoneInfo) -> None:
    """Teach the templates ``_``, ``ngettext``, ``locale`` and the filters for amounts, days and times."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    # The extension adds this method when it is loaded, and would wrap each sentence anew; ours are kept.
    environment.install_gettext_callables(_say, _say_number, newstyle=True)
    environment.globals |= {"_": _say, "gettext": _say, "ngettext": _say_number, "locale": LocalProxy(current_locale)}

    def say_money(amount: Money) -> str:
        return language.money(amount, current_locale())

    def say_day(when: date | datetime, *, year: bool = False) -> str:
        return language.day(when, current_locale(), zone, year=year)

    def say_moment(when: datetime) -> str:
        return language.moment(when, current_locale(), zone)

    def say_clock(when: datetime) -> str:
        return language.clock(when, zone)

    environment.filters |= {"money": say_money, "day": say_day, "moment": say_moment, "clock": say_clock}
