"""How a sentence is chosen and said: by what is known, by how many things, with values written in the language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.domain.money import Money
from portal.letters.language import day, money, translation

# One text, or two where the things are one or several.
Numbered = str | tuple[str, str]
# Texts with the names of the values that each needs: the most telling first, the last needing none.
Variants = tuple[tuple[frozenset[str], Numbered], ...]
Value = str | int | Money | date | datetime | None


def told(*variants: tuple[str, Numbered]) -> Variants:
    """List the texts of one saying, each after the names of the values it needs."""
    return tuple((frozenset(needs.split()), text) for needs, text in variants)


@dataclass(frozen=True, slots=True)
class Voice:
    """A language and a time zone to say things in."""

    locale: str
    zone: ZoneInfo | str

    def written(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Write values for people: amounts, days and times; what is not known is left out."""
        return {name: self._write(value) for name, value in values.items() if value is not None}

    def say(self, text: Numbered, values: Mapping[str, str], count: int = 1) -> str:
        """Say one text; count chooses its number where it has two."""
        catalogue = translation(self.locale)
        said = catalogue.gettext(text) if isinstance(text, str) else catalogue.ngettext(*text, count)
        return said % values

    def tell(self, variants: Variants, values: Mapping[str, str], count: int = 1) -> str:
        """Say the first of the variants whose values are all known."""
        return self.say(next(text for needs, text in variants if needs <= values.keys()), values, count)

    def _write(self, value: Value) -> str:
        if isinstance(value, Money):
            return money(value, self.locale)
        if isinstance(value, date):
            return day(value, self.locale, self.zone)
        return str(value)
