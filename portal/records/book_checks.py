"""What must hold in the books: each check is a query that returns no row while it does."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.refunds import DEAD

_DEAD = [state.value for state in DEAD]

CHECKS: tuple[tuple[str, str, str], ...] = (
    (
        "M1",
        "live refunds of a payment stay within it",
        """SELECT p.ref, sum(r.amount_minor) AS refunded, p.amount_minor
            FROM refunds r JOIN payments p ON p.id = r.payment_id
            WHERE r.state <> ALL (:dead) GROUP BY p.id HAVING sum(r.amount_minor) > p.amount_minor""",
    ),
    (
        "M5",
        "a refund's frozen request says what its row says",
        """SELECT ref FROM refunds WHERE request ->> 'key' <> ref
            OR (request ->> 'amount_minor')::bigint <> amount_minor OR request ->> 'currency' <> currency""",
    ),
    (
        "M7",
        "the effects of a remedy add up to it",
        """SELECT d.ref FROM remedies d LEFT JOIN refunds r ON r.remedy_id = d.id WHERE d.kind <> 'replacement'
            GROUP BY d.id HAVING coalesce(sum(r.amount_minor), 0) + d.credit_minor <> d.amount_minor""",
    ),
    (
        "M8",
        "a unit is spoken for once, and never more units than were bought",
        """SELECT u.order_line_id, u.unit FROM claim_units u JOIN order_lines l ON l.id = u.order_line_id
            WHERE u.live GROUP BY u.order_line_id, u.unit, l.quantity HAVING count(*) > 1 OR u.unit > l.quantity""",
    ),
    (
        "M9",
        "what one order gives back as money or credit stays within what was paid, bonus and goodwill apart",
        """SELECT o.order_number FROM remedies d JOIN claims c ON c.id = d.claim_id JOIN orders o ON o.id = c.order_id
            WHERE d.kind <> 'replacement' AND d.policy_class <> 'goodwill' AND d.state IN ('promised', 'settled')
            GROUP BY o.id HAVING sum(d.amount_minor) > o.payments_total_minor""",
    ),
    (
        "L1",
        "every entry sums to zero in each currency",
        "SELECT entry_id FROM journal_postings GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0",
    ),
    (
        "L3",
        "no credit lot was ever below zero",
        """SELECT lot_id FROM (SELECT lot_id, sum(amount_minor) OVER (PARTITION BY lot_id ORDER BY id) AS left_then
            FROM credit_moves) AS moves WHERE left_then < 0""",
    ),
    (
        "L4",
        "the credit that customers hold is the liability in the journal",
        """SELECT a.currency FROM (
              SELECT a.currency, sum(m.amount_minor) AS held
              FROM credit_moves m JOIN credit_accounts a ON a.id = m.account_id GROUP BY a.currency) AS a
            FULL JOIN (SELECT currency, -sum(amount_minor) AS owed FROM journal_postings
              WHERE account = 'store_credit_liability' GROUP BY currency) AS j ON j.currency = a.currency
            WHERE coalesce(a.held, 0) <> coalesce(j.owed, 0)""",
    ),
    (
        "L11",
        "what went out by refund is what left the Stripe balance in the journal",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM refunds WHERE state = 'succeeded' GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM journal_postings WHERE account = 'stripe_balance'
              GROUP BY currency) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    (
        "L12",
        "what is in flight in the journal is what waits for the bank",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM refunds WHERE state IN ('pending', 'requires_action')
              GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM journal_postings WHERE account = 'refunds_in_flight'
              GROUP BY currency) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    (
        "L13",
        "what we owe in the journal is what was promised and has not got there",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM journal_postings WHERE account = 'owed_to_customers'
              GROUP BY currency
              UNION ALL SELECT r.currency, sum(r.amount_minor) FROM refunds r JOIN remedies d ON d.id = r.remedy_id
              WHERE r.state IN ('requested', 'sent', 'unknown')
                 OR (r.state = ANY (:dead) AND d.state <> 'replaced') GROUP BY r.currency
              UNION ALL SELECT d.currency, sum(d.credit_minor + d.bonus_minor) FROM remedies d WHERE NOT EXISTS
                (SELECT FROM credit_lots l WHERE l.source = d.ref) GROUP BY d.currency
              UNION ALL SELECT d.currency, sum(d.amount_minor) FROM remedies d JOIN replacements g ON g.remedy_id = d.id
              WHERE g.shipped_at IS NULL AND d.state <> 'replaced' GROUP BY d.currency
            ) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    (
        "F1",
        "the last event of a claim line tells the state it is in",
        """SELECT l.id, l.state, e.to_state FROM claim_lines l JOIN LATERAL (
              SELECT to_state FROM claim_events
              WHERE claim_line_id = l.id AND to_state IS NOT NULL ORDER BY id DESC LIMIT 1
            ) AS e ON true WHERE e.to_state <> l.state""",
    ),
    (
        "F7",
        "nothing waits without a date or a person",
        """SELECT c.ref FROM claims c JOIN claim_lines l ON l.claim_id = c.id
            WHERE (l.state = 'escalated' AND c.answer_by IS NULL)
               OR (l.state IN ('waiting', 'offered') AND c.next_action_at IS NULL AND c.answer_by IS NULL)""",
    ),
    (
        "F9",
        "one replacement lives per claim line",
        """SELECT claim_line_id FROM replacements WHERE state <> 'refused'
            GROUP BY claim_line_id HAVING count(*) > 1""",
    ),
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that does not hold, with the first rows that show it."""

    key: str
    sentence: str
    rows: tuple[str, ...]


def broken(session: Session) -> list[Broken]:
    """Run every check and list those that do not hold."""
    found = []
    for key, sentence, query in CHECKS:
        rows = session.execute(text(f"{query} LIMIT 5"), {"dead": _DEAD}).all()
        if rows:
            found.append(Broken(key, sentence, tuple(str(tuple(row)) for row in rows)))
    return found
