"""Orders of a year as rows of an order feed: what the shop knew at one moment, and not what happened later."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from portal.domain.feed import ORDER_COLUMNS, PAYMENT_COLUMNS
from portal.sandbox.year.chance import dice_of
from portal.sandbox.year.drafting import Drafted, Parcel, scans_of
from portal.sandbox.year.given import Row

COLUMNS = tuple(column.name for column in ORDER_COLUMNS)
PAYMENTS = tuple(column.name for column in PAYMENT_COLUMNS)
_CHEAPEST, _DEAREST = 0.42, 0.72


class Costs:
    """What a unit costs the shop where the feed does not say: a share of its price, the same all year."""

    def __init__(self, seed: int) -> None:
        """Begin with none."""
        self.seed = seed
        self._shares: dict[str, float] = {}

    def of(self, line: Row) -> str:
        """Give the cost of a unit of a line."""
        if line.get("unit_cost"):
            return line["unit_cost"]
        sku = line["sku"]
        if sku not in self._shares:
            self._shares[sku] = dice_of(self.seed, "cost", sku).uniform(_CHEAPEST, _DEAREST)
        price = Decimal(line["unit_price"])
        return str((price * Decimal(self._shares[sku])).quantize(price))


def order_rows(order: Drafted, known_at: datetime, costs: Costs) -> Iterator[list[str]]:
    """Write an order as it was known at a moment, a row for each line."""
    status = order.row["status"] or _status(order.parcels, known_at)
    for parcel in order.parcels:
        said = _parcel_cells(parcel, known_at, costs.seed)
        for line in parcel.lines:
            row = {**line, **said, "status": status, "unit_cost": costs.of(line)}
            yield [row.get(name) or "" for name in COLUMNS]


def payment_rows(order: Drafted) -> Iterator[list[str]]:
    """Write an order's payments. The sandbox gives card payments their reference, so none has one of the given feed."""
    for payment in order.payments:
        row = {**payment, "order_number": order.number, "reference": "", "account": "", "captured_at": ""}
        yield [row.get(name) or "" for name in PAYMENTS]


def _parcel_cells(parcel: Parcel, known_at: datetime, seed: int) -> Row:
    truth = parcel.truth
    scans = _scans(parcel, seed)
    arrived = truth.delivered_at is not None and truth.delivered_at <= known_at
    left = truth.handed_over_at is not None and truth.handed_over_at <= known_at
    return {
        "shipment": parcel.number,
        "handed_to_carrier_at": _cell(truth.handed_over_at) if left else "",
        "promised_at": _cell(truth.promised_at),
        "delivered_at": _cell(truth.delivered_at) if arrived else "",
        "carrier": parcel.service.carrier if parcel.tracking_number else "",
        "service": parcel.service.name if parcel.tracking_number else "",
        "tracking_number": parcel.tracking_number if left else "",
        "signed_by": parcel.signed_by if arrived else "",
        "left_at": parcel.left_at if arrived else "",
        "last_scan_at": _cell(max((at for _, at, _ in scans if at <= known_at), default=None)),
    }


def _scans(parcel: Parcel, seed: int) -> Iterator[tuple[str, datetime, str]]:
    # The same dice as the file of scans is thrown with.
    return scans_of(parcel, dice_of(seed, "scans", parcel.number))


def _status(parcels: Sequence[Parcel], known_at: datetime) -> str:
    truths = [parcel.truth for parcel in parcels]
    if all(truth.delivered_at is not None and truth.delivered_at <= known_at for truth in truths):
        return "delivered"
    left = (truth.handed_over_at is not None and truth.handed_over_at <= known_at for truth in truths)
    return "shipped" if any(left) else "processing"


def _cell(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def news_of(order: Drafted, until: datetime, seed: int) -> list[datetime]:
    """Tell when something is learnt of an order that its customer has complained about: the feed brings it then."""
    first = order.complains_at
    if first is None or first >= until:
        return []
    moments = {at for parcel in order.parcels for _, at, _ in _scans(parcel, seed)}
    return sorted(moment for moment in moments if first < moment < until)
