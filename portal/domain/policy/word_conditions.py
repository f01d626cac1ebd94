"""Conditions on words: a fact is one of a list or in none of it, and how the order was paid."""

import re
from operator import attrgetter

from portal.domain.facts import Facts
from portal.domain.policy import shape
from portal.domain.policy.regions import AnyOf, Known, Only, Words
from portal.domain.policy.table import Condition, ask_of
from portal.domain.policy.vocabulary import VOCABULARY

_COUNTRY = re.compile(r"[A-Z]{2}")


def one_of(name: str, value: object, place: str) -> Condition:
    """Ask whether a word is in a list, or with ``{ none_of = [...] }`` that it is in none."""
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        word = get(facts)
        return "unknown" if word is None else str(word)

    if value in ("known", "unknown"):
        return ask_of(name, str(value), Known(value == "known"), found)
    if isinstance(value, dict):
        shape.known_keys(shape.table(value, place), ("none_of",), place)
        unwanted = _words(name, value["none_of"], f"{place}.none_of")
        return ask_of(name, "!" + "|".join(sorted(unwanted)), Words(unwanted, inside=False), found)
    wanted = _words(name, value, place)
    return ask_of(name, "|".join(sorted(wanted)), Words(wanted), found)


def methods(name: str, value: object, place: str) -> Condition:
    """Ask how the order was paid: any of a list, none of it, or only by methods in it."""

    def found(facts: Facts) -> str:
        return "|".join(sorted(facts.payment_methods)) or "none"

    asked = shape.table(value, place)
    shape.known_keys(asked, ("any_of", "none_of", "only"), place)
    if len(asked) > 1:
        raise shape.refuse(place, "asks one thing: any_of, none_of or only")
    way = next(iter(asked))
    wanted = _words(name, asked[way], f"{place}.{way}")
    written = "|".join(sorted(wanted))
    if way == "any_of":
        return ask_of(name, written, AnyOf(wanted), found)
    if way == "none_of":
        return ask_of(name, "!" + written, AnyOf(wanted, yes=False), found)
    return ask_of(name, "only " + written, Only(wanted), found)


def _words(name: str, value: object, place: str) -> frozenset[str]:
    if not isinstance(value, list) or not value:
        raise shape.refuse(place, "must be a list of words that is not empty, not %(found)s", found=shape.quoted(value))
    words = [shape.text(word, place) for word in value]
    if len(set(words)) < len(words):
        raise shape.refuse(place, "names a word twice")
    for word in words:
        _known_word(name, word, place)
    return frozenset(words)


def _known_word(name: str, word: str, place: str) -> None:
    known = VOCABULARY[name].choices
    if known is not None and word not in known:
        raise shape.refuse(
            place,
            "does not know %(found)s; it knows %(known)s",
            found=shape.quoted(word),
            known=", ".join(sorted(known)),
        )
    if name == "ship_to_country" and not _COUNTRY.fullmatch(word):
        raise shape.refuse(place, "a country is two capital letters, not %(found)s", found=shape.quoted(word))
