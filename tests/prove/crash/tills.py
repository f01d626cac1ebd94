"""A till of the shop that speaks to the API of store credit over HTTP, with a customer's code and its own key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.refs import new_ref
from portal.records.credit_statements import statements
from portal.services.create_api_key import create_api_key
from tests.prove.crash.customers import Answer, ask
from tests.prove.crash.rest import be_idle
from tests.prove.crash.world import World

HOLDS = "/api/v1/credit/holds"
_HOLDS_OF = """
    SELECT h.ref, h.state FROM credit_holds AS h JOIN credit_accounts AS a ON a.id = h.account_id
    WHERE a.customer_id = %(customer)s ORDER BY h.id
"""
_SPENT = """
    SELECT m.source, -sum(m.amount_minor)::int AS minor, (
        SELECT count(*) FROM journal_entries AS e WHERE e.source = m.source AND e.occasion = 'credit_spent'
    ) AS times
    FROM credit_moves AS m JOIN credit_accounts AS a ON a.id = m.account_id
    WHERE a.customer_id = %(customer)s AND m.kind = 'spend' GROUP BY m.source
"""


@dataclass
class Till:
    """A till, and the customer at it, whose parcel never came and who chose store credit."""

    world: World
    secret: str
    customer_id: int

    @classmethod
    def of(cls, world: World) -> "Till":
        be_idle(world)
        order, claim = world.reported()
        world.shop.accept(order, claim, "store_credit")
        be_idle(world)
        return cls(world, create_api_key(world.toolkit, new_ref("till", 9)), order.customer_id)

    @property
    def code(self) -> str:
        toolkit = self.world.toolkit
        with toolkit.reading() as session:
            (only,) = statements(session, self.customer_id, secret_key=toolkit.secret_key, now=toolkit.now())
        assert only.code
        return only.code

    def wish(self, amount: str = "10.00") -> dict[str, str]:
        """Say what to set aside."""
        return {"code": self.code, "amount": amount, "currency": "BRL", "purpose": "order 17"}

    def post(self, path: str, body: Mapping[str, str], key: str) -> Answer:
        """Ask for something under an idempotency key."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        return ask(self.world.web_port, "POST", path, json.dumps(body).encode(), headers)

    def holds(self) -> list[tuple[str, str]]:
        """Give the customer's holds, each with how it stands."""
        return [(row.ref, row.state) for row in self.world.rows(_HOLDS_OF, {"customer": self.customer_id})]

    def spent(self) -> list[tuple[str, int, int]]:
        """Give what was spent of the customer's credit: for which hold, how much, and how often it was booked."""
        return [tuple(row) for row in self.world.rows(_SPENT, {"customer": self.customer_id})]
