"""Give store credit to a customer: what was paid for, and a gift on top, as two lots of one source."""

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.money import Money
from portal.services.grant_credit import Grant, Granted, grant_credit
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def issue_credit(
    toolkit: Toolkit,
    *,
    customer_id: int,
    paid_value: Money,
    bonus: Money,
    source: str,
    jurisdiction: str,
    about: journal.About,
    actor: Actor,
) -> list[Granted]:
    """Grant both parts of a remedy's credit in one transaction, each exactly once; a part of nothing grants nothing."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        return [
            grant_credit(
                session,
                Grant(
                    customer_id=customer_id,
                    amount=amount,
                    origin=origin,
                    source=source,
                    jurisdiction=jurisdiction,
                    about=about,
                ),
                actor=actor,
                now=now,
                zone=toolkit.zone,
                secret_key=toolkit.secret_key,
            )
            for origin, amount in ((Origin.PAID_VALUE, paid_value), (Origin.GOODWILL, bonus))
            if amount
        ]
