"""Stock: what is on the shelf for sending again, what of it is promised, and how each of the two changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.errors import AmendsError, OutOfStock

# The warehouse's own word for having none, and its word counts more than the last count.
NONE_THERE = "out_of_stock"


class MoveKind(StrEnum):
    """Why stock changed: it was counted, or a replacement was promised, called off, or has left."""

    COUNT = "count"
    RESERVE = "reserve"
    RELEASE = "release"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is there of one SKU. on_hand: pieces on the shelf; reserved: those of them that are promised."""

    item_id: int
    sku: str
    vendor: str
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        """What can still be promised; nothing where a count found less than is promised."""
        return max(self.on_hand - self.reserved, 0)


@dataclass(frozen=True, slots=True)
class Move:
    """One change of one shelf. source: the ref of what caused it."""

    item_id: int
    kind: MoveKind
    on_hand: int
    reserved: int
    source: str


class Shelves:
    """The shelves that a choice draws on, held while it is made."""

    def __init__(self, shelves: Iterable[Shelf] = ()) -> None:
        """Know what is free on each. A named vendor's shelf goes before the one of any vendor."""
        self._shelves = {(shelf.sku, shelf.vendor): shelf for shelf in shelves}
        self._free = {shelf.item_id: shelf.free for shelf in self._shelves.values()}

    def take(self, sku: str, vendor: str, quantity: int) -> int | None:
        """Take pieces of a SKU and tell from which item; None where it is not kept. Raises OutOfStock."""
        shelf = self._shelves.get((sku, vendor)) or self._shelves.get((sku, ""))
        if shelf is None:
            return None
        if self._free[shelf.item_id] < quantity:
            raise OutOfStock(sku)
        self._free[shelf.item_id] -= quantity
        return shelf.item_id


@dataclass(frozen=True, slots=True)
class Free:
    """How many pieces of an item can still be promised."""

    item_id: int
    pieces: int


def lacking(wanted: Mapping[int, int], free: Mapping[int, Free]) -> frozenset[int]:
    """Tell which lines cannot be sent again, were all of them chosen, those named first served first.

    wanted: pieces by line, in their order. free: by line, as far as its stock is kept; lines may share an item.
    """
    left = {one.item_id: one.pieces for one in free.values()}
    without = set()
    for line, quantity in wanted.items():
        if line in free and left[free[line].item_id] < quantity:
            without.add(line)
        elif line in free:
            left[free[line].item_id] -= quantity
    return frozenset(without)


def reserve(item_id: int, quantity: int, source: str) -> Move:
    """Promise pieces that are free."""
    return Move(item_id, MoveKind.RESERVE, 0, quantity, source)


def release(item_id: int, quantity: int, source: str) -> Move:
    """Let go of pieces that were promised and do not leave."""
    return Move(item_id, MoveKind.RELEASE, 0, -quantity, source)


def take(shelf: Shelf, quantity: int, source: str) -> Move:
    """Take pieces away that have left. A count may have found fewer meanwhile: then only those were there to leave."""
    return Move(shelf.item_id, MoveKind.TAKE, -min(quantity, shelf.on_hand), -quantity, source)


def moves_of_leaving(shelf: Shelf, quantity: int, source: str, refused: str | None) -> list[Move]:
    """Take pieces off the shelf as they leave.

    refused: why the warehouse had refused them before, None where it had not. What it refused was let go already, and
    where it said that it had none, those pieces were counted off with it.
    """
    if refused is None:
        return [take(shelf, quantity, source)]
    if refused == NONE_THERE:
        return []
    return [count(shelf, max(shelf.on_hand - quantity, 0), source)]


def count(shelf: Shelf, counted: int, source: str) -> Move:
    """Say what is on the shelf, promised pieces among it."""
    if counted < 0:
        raise AmendsError("nothing is counted below zero")
    return Move(shelf.item_id, MoveKind.COUNT, counted - shelf.on_hand, 0, source)


def after(shelf: Shelf, moves: Iterable[Move]) -> Shelf:
    """Tell how a shelf stands after moves of it."""
    own = [move for move in moves if move.item_id == shelf.item_id]
    return Shelf(
        shelf.item_id,
        shelf.sku,
        shelf.vendor,
        shelf.on_hand + sum(move.on_hand for move in own),
        shelf.reserved + sum(move.reserved for move in own),
    )


def moves_of_refusal(shelf: Shelf, quantity: int, source: str, reason: str | None) -> list[Move]:
    """Let go of what a warehouse does not send; where it has none, there is none free for anybody else either."""
    released = release(shelf.item_id, quantity, source)
    left = after(shelf, [released])
    return [released, count(left, left.reserved, source)] if reason == NONE_THERE and left.free else [released]
