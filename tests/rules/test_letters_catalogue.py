"""The catalogue is complete for letters, and its keeper finds what is not."""

import io

from babel.messages.catalog import Catalog, Message

from portal.letters import catalogue
from portal.letters.language import translation


def test_plural_follows_the_number():
    portuguese = translation("pt_BR")
    texts = ("That is %(days)s day longer than we promised.", "That is %(days)s days longer than we promised.")

    assert portuguese.ngettext(*texts, 1) == "É %(days)s dia a mais do que prometemos."
    assert portuguese.ngettext(*texts, 2) == "São %(days)s dias a mais do que prometemos."


def test_check_finds_what_is_untranslated_fuzzy_or_filled_in_otherwise():
    template, translated = Catalog(), Catalog(locale="pt_BR")
    for text in ("Hello %(name)s", "Good bye", "Maybe", "Fine %(a)s"):
        template.add(text)
    translated.add("Hello %(name)s", "Olá %(nome)s")
    translated.add("Maybe", "Talvez", flags=["fuzzy"])
    translated.add("Fine %(a)s", "Bem %(a)s")

    found = {message.id: what for message, what in catalogue.compare(template, translated)}

    assert found == {"Hello %(name)s": "other placeholders", "Good bye": "untranslated", "Maybe": "fuzzy"}


def test_singular_may_leave_its_number_out():
    texts = ("%(n)s day", "%(n)s days")

    assert catalogue.fault(Message(texts), Message(texts, ("um dia", "%(n)s dias"))) == "other placeholders"
    assert catalogue.fault(Message(("a day", "%(n)s days")), Message(texts, ("um dia", "%(n)s dias"))) == ""


def test_sentences_of_code_and_templates_are_found(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text('{{ _("Seen %(n)s", n=1) }}{% trans %}\n  Two\n  lines{% endtrans %}')
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/rules.toml").write_text('name = "Not"\n[[rules]]\ndescribe = "Told"\n')
    (tmp_path / "portal/code.py").write_text('msg("Marked")\nmsgs("One", "Many")\n_("Said")\nother("Not")\n')

    found = {message.id for message in catalogue.extract(tmp_path)}

    assert found == {"", "Seen %(n)s", "Two lines", "Told", "Marked", ("One", "Many"), "Said"}


def test_command_that_is_none_is_explained():
    out = io.StringIO()

    assert catalogue.main(["mend"], out) == 2
    assert out.getvalue().startswith("usage:")


def test_check_of_letters_is_clean_from_the_command_line():
    out = io.StringIO()

    assert catalogue.main(["check", "portal/letters"], out) == 0
    assert out.getvalue() == "0 sentences to mend\n"
