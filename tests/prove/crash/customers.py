"""Customers at the real front: each opens the pages of an order over HTTP and sends their forms, as a browser would."""

import http.client
from dataclasses import dataclass

from portal.domain.problems import Problem
from portal.domain.refs import new_secret
from portal.services.keep_browser_session import CUSTOMER_ENDS, begin_session
from tests.bench.forms import filled_in, form_in
from tests.prove.crash.world import World
from tests.support.shop import AnOrder

DROPPED = (OSError, http.client.HTTPException)
OK, TO_ANOTHER_PAGE, UNAVAILABLE = 200, 303, 503
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    body: bytes
    location: str
    retry_after: str
    # An answer of the API that was given before, under the same key.
    replayed: bool = False


class Refused(Exception):
    """A page that has to be there was not shown."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status}: {answer.body[:400]!r}")
        self.answer = answer


@dataclass
class Visitor:
    """A customer who is signed in, with an order; where none is named, one whose parcel never came."""

    world: World
    order: AnOrder
    cookie: str
    port: int

    @classmethod
    def of(cls, world: World, *, port: int | None = None, order: AnOrder | None = None) -> "Visitor":
        order = order or world.lost_order()
        token = new_secret()
        begin_session(
            world.toolkit,
            token=token,
            subject=f"customer:{order.customer_id}",
            held={},
            ends=CUSTOMER_ENDS,
            instead_of=None,
        )
        return cls(world, order, f"amends={token}", port or world.web_port)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, kind: str = _FORM) -> Answer:
        return self._ask("POST", path, body, {"Content-Type": kind})

    def report_form(self) -> bytes:
        """Open the report, and give it filled in."""
        page = self._page(f"/orders/{self.order.number}/report")
        return filled_in(form_in(page, 'id="lines"'), choose=Problem.MISSING_PACKAGE)

    def report(self, form: bytes) -> Answer:
        """Send it; what comes back leads to the claim."""
        return self.post(f"/orders/{self.order.number}/report", form)

    def accept_form(self, path: str) -> bytes:
        """Open the claim, and give the choice of money back."""
        return filled_in(form_in(self._page(path), 'id="take-refund"'))

    def accept(self, path: str, form: bytes) -> Answer:
        """Choose."""
        return self.post(f"{path}/accept", form)

    def _page(self, path: str) -> bytes:
        answer = self.get(path)
        if answer.status != OK:
            raise Refused(answer)
        return answer.body

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        return ask(self.port, method, path, body, {"Cookie": self.cookie, **headers})


def ask(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    """Make one request of the web, by a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        location = (answer.getheader("Location") or "").partition("#")[0]
        again, replayed = answer.getheader("Retry-After") or "", bool(answer.getheader("Idempotent-Replayed"))
        return Answer(answer.status, answer.read(), location, again, replayed)
    finally:
        connection.close()


def claims_of(world: World, order: AnOrder) -> list[str]:
    """List the claims of an order."""
    asked = "SELECT c.ref FROM claims AS c JOIN orders AS o ON o.id = c.order_id WHERE o.order_number = %(number)s"
    return [row.ref for row in world.rows(asked, {"number": order.number})]
