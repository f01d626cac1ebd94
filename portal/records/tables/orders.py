"""Orders as the shop knows them: customers, orders, lines, shipments, payments, and the imports that wrote them."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.records.tables.base import (
    Base,
    CreatedAt,
    Currency,
    Document,
    Key,
    Minor,
    Moment,
    OptionalMinor,
    OptionalMoment,
    Ref,
)


class Customer(Base):
    """One verified, normalised mailbox with its orders."""

    __tablename__ = "customers"

    id: Mapped[Key]
    mailbox: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), server_default="")
    locale: Mapped[str] = mapped_column(String(16), server_default="en")
    created_at: Mapped[CreatedAt]


class FeedImport(Base):
    """One run of the order feed: what came in, and when."""

    __tablename__ = "feed_imports"

    id: Mapped[Key]
    imported_at: Mapped[CreatedAt]
    actor: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    counts: Mapped[Document]


class Order(Base):
    """An order. Its market is the country it ships to until a shop says otherwise."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_customer_placed", "customer_id", "placed_at"),)

    id: Mapped[Key]
    order_number: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"))
    placed_at: Mapped[Moment]
    status: Mapped[str] = mapped_column(String(32))
    customer_name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16))
    currency: Mapped[Currency]
    ship_to_name: Mapped[str] = mapped_column(String(200))
    ship_to_line1: Mapped[str] = mapped_column(String(200))
    ship_to_city: Mapped[str] = mapped_column(String(120))
    ship_to_region: Mapped[str] = mapped_column(String(80))
    ship_to_postcode: Mapped[str] = mapped_column(String(20))
    ship_to_country: Mapped[str] = mapped_column(String(2))
    market: Mapped[str] = mapped_column(String(16))
    # What the lines add up to; it may differ from what the payments add up to, which is a fact and not an error.
    lines_total_minor: Mapped[Minor]
    payments_total_minor: Mapped[Minor]
    imported_at: Mapped[CreatedAt]

    customer: Mapped[Customer] = relationship(lazy="raise")
    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.line_number")
    shipments: Mapped[list["Shipment"]] = relationship(lazy="raise", order_by="Shipment.id")
    payments: Mapped[list["Payment"]] = relationship(lazy="raise", order_by="Payment.sequence")


class Shipment(Base):
    """A parcel of some lines of an order, and what the carrier said of it."""

    __tablename__ = "shipments"
    # Parcels come in the order of time: ranges of pages find those of a day, and cost an import next to nothing.
    __table_args__ = (
        UniqueConstraint("order_id", "shipment_number"),
        *(
            Index(
                f"ix_shipments_{name}",
                name,
                postgresql_using="brin",
                postgresql_with={"autosummarize": "on", "pages_per_range": "32"},
            )
            for name in ("promised_at", "handed_over_at", "delivered_at")
        ),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    shipment_number: Mapped[str] = mapped_column(String(80))
    vendor: Mapped[str] = mapped_column(String(80))
    vendor_region: Mapped[str] = mapped_column(String(80))
    carrier: Mapped[str | None] = mapped_column(String(80))
    service: Mapped[str | None] = mapped_column(String(80))
    tracking_number: Mapped[str | None] = mapped_column(String(80))
    handed_over_at: Mapped[OptionalMoment]
    promised_at: Mapped[OptionalMoment]
    delivered_at: Mapped[OptionalMoment]
    # When the carrier last told of it, whatever it told.
    last_scan_at: Mapped[OptionalMoment]
    signed_by: Mapped[str | None] = mapped_column(String(200))
    left_at: Mapped[str | None] = mapped_column(String(200))


class OrderLine(Base):
    """One line of an order. All amounts are for the whole line except the unit price.

    Tax stands on top of the prices, or inside them where they include it.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "line_number"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_minor >= 0 AND shipping_minor >= 0", name="prices_not_negative"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    shipment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("shipments.id"), index=True)
    line_number: Mapped[int]
    sku: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    category: Mapped[str] = mapped_column(String(120))
    vendor: Mapped[str] = mapped_column(String(80))
    vendor_region: Mapped[str] = mapped_column(String(80))
    quantity: Mapped[int]
    unit_price_minor: Mapped[Minor]
    shipping_minor: Mapped[Minor]
    discount_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]
    shipping_tax_minor: Mapped[Minor]
    tax_included: Mapped[bool] = mapped_column(server_default=false())
    unit_cost_minor: Mapped[OptionalMinor]

    shipment: Mapped[Shipment] = relationship(lazy="raise")


class Payment(Base):
    """Money taken for an order. provider_ref is Stripe's PaymentIntent; without one no card refund can be sent."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        Index("ix_payments_provider_ref", "provider_ref", unique=True, postgresql_where="provider_ref IS NOT NULL"),
        Index("ix_payments_provider_account", "provider_account", postgresql_where="provider_account IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(32))
    installments: Mapped[int]
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    card_brand: Mapped[str | None] = mapped_column(String(32))
    card_last4: Mapped[str | None] = mapped_column(String(4))
    # The provider's name for the card, the same on every payment by it; none where nobody told it.
    card_fingerprint: Mapped[str | None] = mapped_column(String(80))
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    provider_account: Mapped[str | None] = mapped_column(String(255))
    captured_at: Mapped[OptionalMoment]
