"""What a call says, read strictly: known fields only, each of its type, and an idempotency key on every POST."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request

from portal.domain.errors import BadAmount
from portal.domain.money import Money, parse
from portal.services.answer_once import Call
from portal.web.api.faults import Fault, bad_field
from portal.web.shared.access import api_key_id
from portal.web.shared.intake import CONTROL
from portal.web.shared.json_body import json_body

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST_CODE, _LONGEST_LINE = 40, 120


class Body:
    """The fields of one call. Each is read once; whatever nobody knows is refused first."""

    def __init__(self, *known: str, may_be_empty: bool = False) -> None:
        """Read the body of this request. may_be_empty: no body at all stands for no fields."""
        empty = may_be_empty and not request.get_data(cache=True)
        self.fields: Mapping[str, Any] = {} if empty else json_body()
        for name in self.fields:
            if name not in known:
                raise bad_field(name[:80], f"There is no such field; this call takes {', '.join(known) or 'none'}.")

    def code(self) -> str:
        """Give what was typed as the code; whether it is one is the service's to say, in one way for all."""
        return self._text("code", _LONGEST_CODE)

    def line(self, name: str) -> str:
        """Give the shop's own name of something: of a sale, or of its cancellation."""
        line = self._text(name, _LONGEST_LINE).strip()
        if len(line.splitlines()) != 1 or CONTROL.search(line):
            raise bad_field(name, f"The {name} is a text of one line, such as the order number.")
        return line

    def amount(self) -> str:
        """Give the amount as the plain decimal that was sent."""
        amount = self._text("amount", 16)
        if not _AMOUNT.fullmatch(amount):
            raise bad_field("amount", 'The amount is a plain decimal in a text, such as "39.90".')
        return amount

    def money(self) -> Money:
        """Give amount and currency together."""
        amount, currency = self.amount(), self._text("currency", 3)
        if not _CURRENCY.fullmatch(currency):
            raise bad_field("currency", 'The currency is three capital letters, such as "BRL".')
        try:
            money = parse(amount, currency)
        except BadAmount as error:
            raise bad_field("amount", f"The amount has more digits than {currency} has.") from error
        if not money:
            raise bad_field("amount", "The amount is above zero.")
        return money

    def _text(self, name: str, longest: int) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise bad_field(name, "This field is needed, and is a text.")
        if len(value) > longest:
            raise bad_field(name, f"This field has at most {longest} characters.")
        return value


def call_of(body: Body) -> Call:
    """Tell who calls, under which idempotency key, and what for; the same fields in another order are the same."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        raise Fault(400, "idempotency_key_missing", "Send an Idempotency-Key header, a new one for each intent.")
    if not _KEY.fullmatch(given):
        raise Fault(400, "bad_idempotency_key", "An Idempotency-Key is 1 to 255 printable ASCII characters.")
    asked = [request.method, request.path, body.fields]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()
    return Call(api_key_id(), given, digest)
