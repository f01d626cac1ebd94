"""What policy says of every real order: each line reported whole with each problem that it can have."""

from collections.abc import Iterator

from portal.domain.facts import Facts
from portal.domain.policy import Verdict, judge
from portal.domain.problems import SENSIBLE
from portal.records import orders
from portal.services.current_policy import policy_for
from portal.services.gather_facts import Affected, gather_facts
from portal.services.read_order import read_order
from portal.services.toolkit import Toolkit

_PAGE = 500


def verdicts(toolkit: Toolkit) -> Iterator[tuple[Facts, Verdict]]:
    """Judge everything that could be reported; nothing is kept."""
    after = 0
    while True:
        with toolkit.reading() as session:
            page = orders.after(session, after, limit=_PAGE)
            for order in page:
                now = toolkit.now()
                read = read_order(session, order, now)
                _, policy = policy_for(session, read.dossier)
                for line in read.dossier.lines:
                    units = tuple(range(1, line.quantity + 1))
                    for problem in SENSIBLE[read.states[line.id]]:
                        facts = gather_facts(read, [Affected(line, units, problem)], now=now)[0]
                        yield facts, judge(facts, policy)
        if not page:
            return
        after = page[-1].id
