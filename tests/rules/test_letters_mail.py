"""Every mail, in both languages, as text and as HTML."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from portal.letters import mail
from portal.letters.guide import remarks
from portal.letters.language import LOCALES
from portal.letters.mail import Brand, render
from portal.letters.mail_contexts import CONTEXTS, AboutClaim, AnswerFromPerson, SignInCode, from_document, to_document
from portal.letters.withdrawal_mails import WithdrawalAnswered
from tests.support.letters_samples import BRAND, every_mail

_EVERY = [
    pytest.param(context, locale, id=f"{context.NAME}-{locale}") for locale in LOCALES for context in every_mail(locale)
]
_TAGS = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)
# Buttons and the head with the shop's name are left out: the text has links written out.
_PARAGRAPH = re.compile(r"<p>((?:(?!</p>|<a ).)*)</p>", re.DOTALL)
_LINKS = re.compile(r"https?://\S+")


class _Balance(HTMLParser):
    """Reads HTML and remembers what is open."""

    void = frozenset({"meta", "br", "img"})

    def __init__(self):
        super().__init__()
        self.open, self.heads = [], 0

    def handle_starttag(self, tag, attrs):
        self.heads += tag == "h1"
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_message_has_a_folder_a_context_and_a_sample():
    folders = {path.parent.name for path in Path(mail.__file__).parent.glob("*/body.txt")}

    assert folders == set(CONTEXTS) == {context.NAME for context in every_mail("en")}


@pytest.mark.parametrize(("context", "locale"), _EVERY)
def test_every_mail_passes_the_guide(context, locale):
    sent = render(context.NAME, locale, BRAND, context)

    for text in (sent.subject, _LINKS.sub("", sent.text), _TAGS.sub(" ", sent.html)):
        assert remarks(text, locale) == []
        assert "%(" not in text


@pytest.mark.parametrize(("context", "locale"), _EVERY)
def test_every_mail_is_well_formed_and_in_its_language(context, locale):
    sent = render(context.NAME, locale, BRAND, context)

    reader = _Balance()
    reader.feed(sent.html)
    assert reader.open == []
    assert reader.heads == 1
    assert f'<html lang="{locale.replace("_", "-")}">' in sent.html
    assert "\n" not in sent.subject
    assert BRAND.shop_name in sent.text


@pytest.mark.parametrize(("context", "locale"), _EVERY)
def test_text_tells_all_that_the_html_tells(context, locale):
    sent = render(context.NAME, locale, BRAND, context)

    told = " ".join(sent.text.split())
    sentences = [" ".join(unescape(_TAGS.sub(" ", found)).split()) for found in _PARAGRAPH.findall(sent.html)]
    assert len(sentences) > 2
    assert [sentence for sentence in sentences if sentence not in told] == []


@pytest.mark.parametrize(("context", "locale"), _EVERY)
def test_every_mail_survives_the_way_through_a_job(context, locale):
    document = json.loads(json.dumps(to_document(context)))

    assert from_document(context.NAME, document) == context
    assert render(context.NAME, locale, BRAND, document) == render(context.NAME, locale, BRAND, context)


@pytest.mark.parametrize("locale", LOCALES)
def test_mail_reads_well_where_little_is_known(locale):
    for context in every_mail(locale):
        bare = replace(context, **_unknown(context))

        sent = render(bare.NAME, locale, BRAND, bare)

        assert "None" not in sent.subject + sent.text + sent.html


@pytest.mark.parametrize("context", [context for context in every_mail("en") if isinstance(context, AboutClaim)])
def test_mail_about_a_claim_leads_back_to_it(context):
    sent = render(context.NAME, "en", BRAND, context)

    assert context.claim_url in sent.text
    assert f'href="{context.claim_url}"' in sent.html
    assert context.claim_ref in sent.text


@pytest.mark.proves("input 43")
def test_what_people_typed_is_text_and_never_markup():
    context = next(context for context in every_mail("en") if isinstance(context, AnswerFromPerson))
    evil = replace(context, words='<script>x</script>\r\n\r\n{{ 7*7 }} %(name)s "&', staff_name="<b>Bia\r\nBcc: x")

    sent = render(evil.NAME, "en", BRAND, evil)

    assert "<script>" not in sent.html
    assert "<b>" not in sent.html
    assert "<p>{{ 7*7 }} %(name)s &#34;&amp;</p>" in sent.html
    assert "<script>x</script>" in sent.text
    assert sent.subject == "<b>Bia Bcc: x from Aurora wrote to you"


def test_value_that_is_missing_or_unknown_is_refused():
    with pytest.raises(TypeError, match="minutes"):
        render("sign_in_code", "en", BRAND, {"code": "1", "link": "x"})
    with pytest.raises(TypeError, match="colour"):
        render("sign_in_code", "en", BRAND, {"code": "1", "link": "x", "minutes": 1, "colour": "red"})


def test_context_of_another_message_is_refused():
    with pytest.raises(TypeError, match="no_orders_here"):
        render("no_orders_here", "en", BRAND, SignInCode(code="1", minutes=10, link="x"))


def test_template_may_not_name_what_nobody_tells_it():
    environment = mail.environment("en", "UTC")

    with pytest.raises(UndefinedError):
        environment.get_template("sign_in_code/subject.txt").render(brand=BRAND)


@pytest.mark.parametrize(("accent", "expected"), [("#1f6f5c", "#ffffff"), ("#ffd54a", "#000000")])
def test_words_on_the_colour_of_the_shop_stay_readable(accent, expected):
    assert replace(BRAND, accent=accent).on_accent == expected


@pytest.mark.parametrize("accent", ["red", "#12345", "#1f6f5c;}</style>", "#1f6f5c\n"])
def test_colour_that_is_none_is_refused(accent):
    with pytest.raises(ValueError, match="rrggbb"):
        Brand("Aurora", None, accent, "https://amends.example", None)


def _unknown(context):
    may_lack = "customer_name photo_reason choose_by words staff_name card_brand card_ending bank_reference shop_url"
    may_lack += " usable_until carrier tracking_number tracking_url arrives_on"
    if isinstance(context, AnswerFromPerson):
        return {"customer_name": None}
    if isinstance(context, WithdrawalAnswered):
        return {}
    return {name: None for name in may_lack.split() if hasattr(context, name)}
