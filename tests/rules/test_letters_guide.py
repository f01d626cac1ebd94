"""The guide finds what we never say, in each language, and leaves plain words alone."""

import pytest

from portal.letters.guide import remarks


@pytest.mark.parametrize(
    "text",
    [
        "We are sorry if this upset you.",
        "Sorry for any trouble.",
        "Unfortunately it is late.",
        "We regret the INCONVENIENCE.",
        "As per our policy, no.",
        "Mistakes were made.",
        "An error occurred.",
        "That was caused by the courier.",
        "You failed to tell us.",
        "You claim that it is broken.",
        "Ask your neighbour.",
        "Seu pacote is here.",
    ],
)
def test_english_that_we_never_say_is_found(text):
    assert remarks(text, "en") != []


@pytest.mark.parametrize(
    "text",
    [
        "Desculpe se isso incomodou.",
        "Caso precise, escreva.",
        "Lamentamos qualquer demora.",
        "Infelizmente atrasou.",
        "Pedimos desculpas pelo transtorno.",
        "Desculpe o inconveniente.",
        "Conforme a política da loja, não.",
        "Foram cometidos erros.",
        "Ocorreu um erro.",
        "A transportadora perdeu.",
        "A culpa é sua: você errou.",
        "Se você quiser, escreva.",
        "Your pacote chegou.",
    ],
)
def test_portuguese_that_we_never_say_is_found(text):
    assert remarks(text, "pt_BR") != []


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Your parcel should have been with you by Tuesday. It isn't. We are sorry.", "en"),
        ("Seu pacote não chegou. Pedimos desculpas. Resolver isso é trabalho nosso.", "pt_BR"),
    ],
)
def test_plain_words_pass(text, locale):
    assert remarks(text, locale) == []


def test_remark_names_the_words_and_the_reason():
    [remark] = remarks("Unfortunately it is late.", "en")

    assert remark.words == "Unfortunately"
    assert "say what happened" in remark.why
