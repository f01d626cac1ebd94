"""Parcels and addresses as pages show them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale

from portal.domain.problems import ParcelState
from portal.records.sent_again import SentAgain
from portal.records.tables.orders import Order, OrderLine, Shipment
from portal.services.read_order import state_of
from portal.web.customer.pages.parts import AddressView, ParcelView

# Marketplaces often know their vendors by a number only, and a number tells nobody who sends it.
_ONLY_A_NUMBER = re.compile(r"(?=.*\d)[0-9a-fA-F-]{6,}")


def local_day(when: datetime | None, zone: ZoneInfo) -> date | None:
    """Tell the day of a moment at the shop."""
    return when.astimezone(zone).date() if when is not None else None


def by_parcel(lines: Sequence[OrderLine]) -> list[tuple[Shipment, list[OrderLine]]]:
    """Gather lines by their parcel, in the order of the lines."""
    grouped: dict[int, tuple[Shipment, list[OrderLine]]] = {}
    for line in lines:
        grouped.setdefault(line.shipment_id, (line.shipment, []))[1].append(line)
    return list(grouped.values())


def parcel_view(
    order: Order, shipment: Shipment, *, position: int, of: int, now: datetime, zone: ZoneInfo
) -> ParcelView:
    """Show what is known of a parcel."""
    state = state_of(order, shipment, now)
    delivered = state is ParcelState.DELIVERED
    return ParcelView(
        state=state,
        position=position,
        of=of,
        vendor=None if _ONLY_A_NUMBER.fullmatch(shipment.vendor) else shipment.vendor or None,
        carrier=shipment.carrier,
        service=shipment.service,
        tracking_number=shipment.tracking_number,
        shipped_on=None if state is ParcelState.NOT_SHIPPED else local_day(shipment.handed_over_at, zone),
        promised_on=local_day(shipment.promised_at, zone),
        delivered_on=local_day(shipment.delivered_at, zone) if delivered else None,
        signed_by=(shipment.signed_by or None) if delivered else None,
        left_at=(shipment.left_at or None) if delivered else None,
    )


def new_parcel_view(order: Order, sent: SentAgain, *, now: datetime, zone: ZoneInfo) -> ParcelView:
    """Show what is known of a parcel that was sent again."""
    parcel = sent.parcel
    state = parcel.state(order.status, now)
    return ParcelView(
        state=state,
        position=1,
        of=1,
        carrier=parcel.carrier,
        tracking_number=sent.replacement.tracking_number,
        shipped_on=local_day(parcel.handed_over_at, zone),
        promised_on=local_day(parcel.promised_at, zone),
        delivered_on=local_day(parcel.delivered_at, zone) if state is ParcelState.DELIVERED else None,
        sent_again=True,
    )


def address_view(order: Order, locale: str) -> AddressView:
    """Show where an order went, its country by name."""
    return AddressView(
        name=order.ship_to_name,
        line1=order.ship_to_line1,
        city=order.ship_to_city,
        region=order.ship_to_region,
        postcode=order.ship_to_postcode,
        country=Locale.parse(locale).territories.get(order.ship_to_country, order.ship_to_country),
    )
