"""What was counted of an outreach before anybody was told: whom policy would offer what, and what that would cost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.money import Money

OFFER, PERSON = "offer", "person"


@dataclass(slots=True)
class Preview:
    """Sums that grow page by page.

    outlooks: parcels by what would come of them; orders: those of them that would be told. remedies: by kind and
    currency, how many parcels could choose it and what it would cost where all of them did. dearest: by currency, what
    it would cost at most. letters: by language, a subject and a text.
    """

    outlooks: Counter[str] = field(default_factory=Counter)
    remedies: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    dearest: Counter[str] = field(default_factory=Counter)
    letters: dict[str, tuple[str, str]] = field(default_factory=dict)
    customers: int = 0
    orders: int = 0

    @property
    def telling(self) -> int:
        """Tell how many parcels somebody would be told of."""
        return self.outlooks[OFFER] + self.outlooks[PERSON]

    def skipped(self, reason: str) -> None:
        """Count a parcel whose customer would be left alone."""
        self.outlooks[reason] += 1

    def offered(self, offers: Mapping[str, Money]) -> str:
        """Count a parcel that would be told of, by what each remedy would cost; give its outlook."""
        outlook = OFFER if offers else PERSON
        self.outlooks[outlook] += 1
        for kind, cost in offers.items():
            parcels, minor = self.remedies.get((kind, cost.currency), (0, 0))
            self.remedies[kind, cost.currency] = parcels + 1, minor + cost.minor
        if offers:
            dearest = max(offers.values(), key=lambda cost: cost.minor)
            self.dearest[dearest.currency] += dearest.minor
        return outlook

    def costs(self) -> Iterable[tuple[str, int, Money]]:
        """List the remedies: kind, how many parcels could choose it, what all of those would cost together."""
        for (kind, currency), (parcels, minor) in sorted(self.remedies.items()):
            yield kind, parcels, Money(minor, currency)

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold; ``read`` gives the same."""
        return {
            "outlooks": dict(self.outlooks),
            "remedies": [[*key, *sums] for key, sums in sorted(self.remedies.items())],
            "dearest": dict(self.dearest),
            "letters": {locale: list(letter) for locale, letter in self.letters.items()},
            "customers": self.customers,
            "orders": self.orders,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any] | None) -> "Preview":
        """Read what was written; of nothing, an empty one."""
        said = document or {}
        return cls(
            outlooks=Counter(said.get("outlooks", {})),
            remedies={
                (kind, currency): (parcels, minor) for kind, currency, parcels, minor in said.get("remedies", ())
            },
            dearest=Counter(said.get("dearest", {})),
            letters={locale: (one[0], one[1]) for locale, one in said.get("letters", {}).items()},
            customers=said.get("customers", 0),
            orders=said.get("orders", 0),
        )
