"""One history: its orders, what was done to them step by step, and how its people find what they act on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.refs import new_ref
from portal.records import claims
from portal.records.tables.claims import Claim
from portal.services.show_hold import Hold
from tests.prove.simulation.carts import OVERCHARGED, a_cart
from tests.prove.simulation.chance import Chance, one_in, pick
from tests.prove.simulation.stage import Stage
from tests.support.an_order import AnOrder, an_order

NOTHING = "nothing to do"
_CLAIMS = "SELECT id, ref, order_id, state, version FROM claims WHERE state = ANY(%s) ORDER BY id"
_ALL_CLAIMS = "SELECT id, ref, order_id, state, version FROM claims ORDER BY id"

_UNCLAIMED = """
    SELECT o.id FROM orders o JOIN order_lines l ON l.order_id = o.id
    LEFT JOIN (SELECT order_line_id, count(*) AS units FROM claim_units WHERE live GROUP BY order_line_id) AS taken
      ON taken.order_line_id = l.id
    WHERE l.quantity > coalesce(taken.units, 0) GROUP BY o.id
"""
_NAME = "SELECT (SELECT count(*) FROM claims o WHERE o.id <= c.id), c.state FROM claims c WHERE c.ref = %s"

# In the second of them store credit ends, and in the third its rest is not ours to keep.
_MARKETS = ("BR", "BR", "DE", "US")
_WAYS = ("delivered", "delivered", "delivered", "late", "late", "on its way", "not shipped")
_PARCELS: dict[str, dict[str, Any]] = {
    "delivered": {},
    "on its way": {"status": "shipped", "ordered": 4, "handed_over": 3, "promised": -4, "delivered": None},
    "late": {"status": "shipped", "ordered": 40, "handed_over": 35, "promised": 20, "delivered": None},
    "not shipped": {"status": "processing", "ordered": 2, "handed_over": None, "promised": -5, "delivered": None},
}
_BEHAVIOURS = (
    *("normal",) * 6,
    "pending",
    "pending_then_fails",
    "pending_then_canceled",
    "insufficient_funds",
    "fails_later",
    "requires_action_then_succeeds",
    "requires_action_then_fails",
    "requires_action",
    "stays_pending",
)


@dataclass
class World:
    """What one seed lives in."""

    stage: Stage
    chance: Chance
    orders: list[AnOrder] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    # By number: what was planned in the double's script.
    planned: dict[int, str] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    rolled: list[int] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    keys: list[tuple[AnOrder, str, str]] = field(default_factory=list)
    # What the carts held, and the orders whose customers were charged more than was asked.
    carts: Counter[str] = field(default_factory=Counter)
    overcharged: set[int] = field(default_factory=set)

    def seldom(self, many: int) -> bool:
        """Choose seldom."""
        return one_in(self.chance, many)

    def pick(self, options: Sequence[Any]) -> Any:
        """Choose one."""
        return pick(self.chance, options)

    def ask(self, query: str, *values: object) -> list[Any]:
        """Ask the portal's database."""
        return self.stage.worker.ask(query, *values)

    def order(self) -> str:
        """Make an order, at times of a customer who was here before."""
        cart, kinds = a_cart(self.chance)
        way = self.pick(_WAYS)
        said: dict[str, Any] = {
            **cart,
            "behaviour": self.pick(_BEHAVIOURS),
            "customer": self.pick(self.orders) if self.orders and self.seldom(4) else None,
            "unit_cost": self.pick((None, cart["lines"][0][1])),
            "market": self.pick(_MARKETS),
            **_PARCELS[way],
        }
        made = an_order(self.stage.toolkit, self.stage.outside.sandbox, **said)
        self.orders.append(made)
        self.carts.update(kinds)
        if OVERCHARGED in kinds:
            self.overcharged.add(made.order_id)
        return f"order {len(self.orders)}: {way}, {', '.join(kinds)}, {said['behaviour']}, {said['payments']}"

    def order_to_claim_on(self) -> AnOrder:
        """Choose an order that has something left to claim, mostly."""
        left = {row.id for row in self.ask(_UNCLAIMED)}
        orders = [order for order in self.orders if order.order_id in left]
        return self.pick(self.orders if not orders or self.seldom(8) else orders)

    def claim(self, *states: str) -> Any | None:
        """Choose a claim that shows one of these states, or any: its id, ref, order_id, state and version."""
        found = self.ask(_CLAIMS, list(states)) if states else self.ask(_ALL_CLAIMS)
        return self.pick(found) if found else None

    def read(self, ref: str) -> Claim:
        """Read a claim as it is now, as the services read it."""
        with self.stage.toolkit.reading() as session:
            claim = claims.found(session, ref)
            assert claim is not None
            session.expunge_all()
            return claim

    def order_of(self, claim: Any) -> AnOrder:
        """Find the order of a claim."""
        return next(order for order in self.orders if order.order_id == claim.order_id)

    def named(self, ref: str) -> str:
        """Name a claim in the log, the same in every run: its ref is not."""
        place, state = self.ask(_NAME, ref)[0]
        return f"claim {place} ({state})"

    def all_goes_well(self) -> None:
        """Take back every fault that waits, and let what is late arrive."""
        self.met_so_far()
        self.stage.outside.sandbox.no_faults()
        self.rolled.clear()
        self.stage.fates.clear()
        self.stage.mortality.dies_after(None)
        while self.stage.refunds.late:
            self.stage.refunds.arrive()

    def met_so_far(self) -> None:
        """Count the lines of the double's script that struck: they are gone from it, or have hits."""
        waiting = {line["id"]: line["hits"] for line in self.stage.outside.sandbox.faults()}
        for number, action in list(self.planned.items()):
            if waiting.get(number, 1):
                self.faults[f"stripe: {action}"] += 1
                del self.planned[number]

    def key(self) -> str:
        """Make what a page is known by."""
        return new_ref("key", 12)
