"""What a payment cannot take back any more: our live refunds, those made at the provider, all of it while disputed."""

from string import Template

from portal.domain.disputes import BLOCKING
from portal.domain.refunds import DEAD

DEAD_LISTED = ", ".join(f"'{state.value}'" for state in sorted(DEAD))
_BLOCKING = ", ".join(f"'{state}'" for state in BLOCKING)
# A part of larger statements, about the payment ``p``, in minor units.
SPENT = Template("""CASE
    WHEN EXISTS (SELECT FROM disputes AS q WHERE q.payment_id = p.id AND q.state IN ($blocking)) THEN p.amount_minor
    ELSE coalesce((SELECT sum(f.amount_minor) FROM refunds AS f
        WHERE f.payment_id = p.id AND f.state NOT IN ($dead)), 0)
      + coalesce((SELECT sum(x.amount_minor) FROM external_refunds AS x
        WHERE x.payment_id = p.id AND x.state NOT IN ($dead)), 0)
  END""").substitute(blocking=_BLOCKING, dead=DEAD_LISTED)
