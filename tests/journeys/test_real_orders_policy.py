"""What the policy says about every real order and every problem that makes sense for it."""

from portal.analysis.coverage import tally
from portal.domain.policy import OutcomeKind
from portal.services.cover_policy import cover_policy
from tests.support.running import Running

_MOST_TO_A_PERSON = 0.08


def test_hardly_anything_goes_to_a_person_and_nothing_is_without_a_rule(real_shop: Running):
    with real_shop.toolkit() as toolkit:
        table = tally(cover_policy(toolkit))

    for row in table.rows:
        cell = row.cell
        print(f"{cell.problem:<17} {cell.parcel_state:<12} {cell.rule_key:<36} {cell.outcome:<9} {row.lines:>6}")
    print(f"{table.total} judged, to a person {table.share_of(OutcomeKind.ESCALATE):.2%}")
    assert table.without_rule == 0
    assert table.share_of(OutcomeKind.ESCALATE) <= _MOST_TO_A_PERSON
