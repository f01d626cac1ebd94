"""Whose claim it is, in a form that is equal for one and the same mailbox or address however it was written."""

import re
import unicodedata
from collections.abc import Sequence

from portal.domain.limits import Subject

# Mail to these ignores dots before the @, and both names are one service.
_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
_NOT_A_WORD = re.compile(r"[\W_]+")
_SHOWN = 60


def one_mailbox(mailbox: str) -> str:
    """Give a kept mailbox without its tag, and without dots where they mean nothing.

    Two that come out equal may belong to two people at a rare mail server; then a person answers, and nothing else.
    """
    local, _at, domain = mailbox.rpartition("@")
    kept = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        return f"{kept.replace('.', '')}@{_WITHOUT_DOTS[domain]}"
    return f"{kept}@{domain}"


def one_address(street: str, postcode: str, country: str) -> str | None:
    """Give an address in small letters and digits without accents; None without a street, which a town alone is not."""
    said = [_plain(part) for part in (street, postcode, country)]
    return "|".join(said) if said[0] else None


def subjects_of(
    *, mailbox: str, cards: Sequence[str], street: str, postcode: str, country: str, device: str | None
) -> list[tuple[Subject, str]]:
    """List the subjects of a claim that are known, each in its one form."""
    address = one_address(street, postcode, country)
    found = [(Subject.MAILBOX, one_mailbox(mailbox)), *((Subject.CARD, card) for card in dict.fromkeys(cards))]
    found += [(Subject.ADDRESS, address)] if address else []
    return found + ([(Subject.DEVICE, device)] if device else [])


def masked_mailbox(mailbox: str) -> str:
    """Show a mailbox so that somebody who knows it recognises it, and nobody else learns it."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local[:1]}…@{domain}"[-_SHOWN:]


def masked_address(postcode: str, city: str, country: str) -> str:
    """Show an address by the town and the beginning of its postcode, without the street."""
    parts = (f"{postcode[:3]}…" if postcode else "", city, country)
    return ", ".join(part for part in parts if part)[:_SHOWN]


def masked_card(brand: str | None, last_four: str | None) -> str:
    """Show a card by what its owner knows it by."""
    return " ".join(part for part in (brand, f"…{last_four}" if last_four else "") if part)[:_SHOWN]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub("", letters)
