"""The mails: one folder a message (subject, text, HTML) and one layout; rendered here, sent elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from portal.letters.language import clock, day, language_tag, moment, money, translation
from portal.letters.mail_contexts import MailContext, from_document
from portal.letters.offers import card_brand

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BLANK_LINES = re.compile(r"\n{3,}")
_PARAGRAPHS = re.compile(r"(?:\r\n|\r|\n)\s*\n")
_BREAK = re.compile(r"\r\n|\r|\n")
# Below it a channel of sRGB is linear.
_DARKEST = 0.04045
# Where white text and black text are equally readable, by WCAG's relative luminance.
_MIDDLE_LUMINANCE = 0.179


@dataclass(frozen=True, slots=True)
class Brand:
    """The shop as a mail shows it. accent is ``#rrggbb``; origin is the portal's; days are told in zone."""

    shop_name: str
    logo_url: str | None
    accent: str
    origin: str
    reply_to: str | None
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a colour that is not one: it is written into the style of the mail."""
        if not _COLOUR.fullmatch(self.accent):
            raise ValueError(f"a colour is #rrggbb, not {self.accent!r}")

    @property
    def on_accent(self) -> str:
        """The colour of text on the accent, by its luminance (WCAG 2.2)."""
        channels = [int(self.accent[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= _DARKEST else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < _MIDDLE_LUMINANCE else "#000000"


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail, ready to be addressed; the subject is one line."""

    subject: str
    text: str
    html: str


def render(name: str, locale: str, brand: Brand, context: MailContext | Mapping[str, Any]) -> RenderedMail:
    """Render one message, in one of LOCALES, from its context or from the document of one.

    Raises KeyError for an unknown message and TypeError for a value that is missing or not the message's.
    """
    told = from_document(name, context) if isinstance(context, Mapping) else context
    if name != told.NAME:
        raise TypeError(f"{name} is not told by {type(told).__name__}")
    values: dict[str, Any] = {field.name: getattr(told, field.name) for field in fields(told)}
    values |= {"brand": brand, "language": language_tag(locale)}
    templates = environment(locale, brand.zone)
    subject, text, html = (
        templates.get_template(f"{name}/{part}").render(values) for part in ("subject.txt", "body.txt", "body.html")
    )
    return RenderedMail(" ".join(subject.split()), _BLANK_LINES.sub("\n\n", text).strip() + "\n", html)


@lru_cache(maxsize=8)
def environment(locale: str, zone: str) -> Environment:
    """Make the templates' surroundings for a language and a zone; a value that nobody gave is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(("html",), default_for_string=True),
        undefined=StrictUndefined,
        # A letter is made of eight files or so, and each would be asked at every letter whether it has changed.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # The extension adds this method when it is loaded, so no type knows it.
    cast("Any", made).install_gettext_translations(translation(locale), newstyle=True)
    made.filters |= {
        "money": partial(money, locale=locale),
        "day": partial(_day, locale=locale, zone=zone),
        "moment": partial(moment, locale=locale, zone=zone),
        "clock": partial(clock, zone=zone),
        "card_brand": card_brand,
        "paragraphs": _paragraphs,
    }
    return made


def _day(when: date | datetime, *, year: bool = False, locale: str, zone: str) -> str:
    return day(when, locale, zone, year=year)


def _paragraphs(words: str) -> Markup:
    """Turn what a person typed into paragraphs; everything in it is text."""
    parts = [part.strip() for part in _PARAGRAPHS.split(words)]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in _BREAK.split(part)))
        for part in parts
        if part
    )
