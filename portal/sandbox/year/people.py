"""Who buys: some for the first time, some again, and those whom something went wrong for less often."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.sandbox.year.given import Given, Row

_COME_BACK = 0.3
_NOT_BEFORE = timedelta(days=5)
_ADDRESS = ("locale", "currency", "ship_to_country", "ship_to_city", "ship_to_region", "ship_to_postcode")
# How willing somebody is to buy again: nothing went wrong, they told us of it, or they said nothing and left.
GLAD, TOLD_US, SAID_NOTHING = 1.0, 0.8, 0.4


@dataclass(slots=True)
class Customer:
    """Somebody who buys. address: the columns of the feed that say where they live."""

    mailbox: str
    name: str
    address: Row
    willing: float = GLAD


class Customers:
    """Everybody who bought in the year so far."""

    def __init__(self, given: Given) -> None:
        """Begin with nobody."""
        self._names = given.names
        self._bought: list[tuple[datetime, Customer]] = []
        self._count = 0

    def who_buys(self, dice: random.Random, at: datetime, address: Row) -> Customer:
        """Give who places an order: somebody who came back, or somebody new who lives where the pattern's buyer did.

        Who bought often comes back often, because an earlier order is picked and not a person.
        """
        comes_back, picked, willing = dice.random(), dice.random(), dice.random()
        # Thrown for everybody, so that who comes back moves nothing else of the order.
        first, last, number = dice.choice(self._names)[0], dice.choice(self._names)[1], dice.randint(1, 1900)
        customer = None
        if self._bought and comes_back < _COME_BACK:
            bought_at, known = self._bought[int(picked * len(self._bought))]
            if at - bought_at >= _NOT_BEFORE and willing < known.willing:
                customer = known
        customer = customer or self._new(first, last, number, address)
        self._bought.append((at, customer))
        return customer

    def _new(self, first: str, last: str, number: int, address: Row) -> Customer:
        self._count += 1
        mailbox = f"{_plain(first)}.{_plain(last)}.{self._count}@example.com"
        known = {name: address[name] for name in _ADDRESS}
        known["ship_to_line1"] = address["ship_to_line1"] or f"Rua {last} {number}"
        return Customer(mailbox, f"{first} {last}", known)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in letters if letter.isalnum()) or "someone"
