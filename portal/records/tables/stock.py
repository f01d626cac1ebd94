"""Stock of what can be sent again: what is on the shelf, and the append-only list of what changed it."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.stock import MoveKind
from portal.records.tables.base import Base, Key, Moment, one_of

_CHANGES = """CASE kind WHEN 'reserve' THEN on_hand_change = 0 AND reserved_change > 0
 WHEN 'release' THEN on_hand_change = 0 AND reserved_change < 0
 WHEN 'take' THEN on_hand_change <= 0 AND reserved_change < 0
 ELSE reserved_change = 0 END"""


class StockItem(Base):
    """A SKU on the shelf of one vendor, or of any where none is named. Its row is the lock for every change.

    A SKU without a row is not kept: as many as are wanted can be sent again. reserved: promised and still on the shelf.
    kept: false where the shop has stopped keeping it, which is as if there were no row but for what was promised.
    """

    __tablename__ = "stock_items"
    __table_args__ = (
        UniqueConstraint("sku", "vendor"),
        CheckConstraint("on_hand >= 0 AND reserved >= 0", name="not_negative"),
    )

    id: Mapped[Key]
    sku: Mapped[str] = mapped_column(String(80))
    vendor: Mapped[str] = mapped_column(String(80), server_default="")
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(server_default="0")
    counted_at: Mapped[Moment]
    kept: Mapped[bool] = mapped_column(server_default="true")


class StockMove(Base):
    """One change of stock, with who made it and why. Never changed, never taken out; the sums are the item's row.

    source: the ref of the replacement, or of the count. A source reserves once, and ends once, by a release or a take.
    """

    __tablename__ = "stock_moves"
    __table_args__ = (
        CheckConstraint(one_of("kind", MoveKind), name="kind"),
        CheckConstraint(_CHANGES, name="changes"),
        UniqueConstraint("stock_item_id", "kind", "source"),
        Index("ix_stock_moves_one_end", "source", unique=True, postgresql_where="kind IN ('release', 'take')"),
    )

    id: Mapped[Key]
    stock_item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stock_items.id"))
    kind: Mapped[str] = mapped_column(String(16))
    on_hand_change: Mapped[int]
    reserved_change: Mapped[int]
    source: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
