"""What a policy says of claims, judged one by one and in columns, so that both can be compared."""

from portal.analysis.replay import NOT_OFFERED, judge_columns
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.facts import Facts
from portal.domain.offers import RemedyKind
from portal.domain.policy import OutcomeKind, Policy, judge
from tests.support.kept_texts import columns_of

Said = tuple[str, OutcomeKind, dict[RemedyKind, tuple[int, int]]]


def said_alone(one: Facts, policy: Policy) -> Said:
    """Judge one claim: the rule, the outcome, and the amount and bonus of every remedy."""
    verdict = judge(one, policy)
    offers = {offer.kind: (offer.amount.minor, offer.bonus.minor) for offer in verdict.offers}
    return verdict.rule_key, verdict.outcome, offers


def said_together(many: list[Facts], policy: Policy) -> list[Said]:
    """Judge many claims in columns."""
    judged = judge_columns(policy, columns_of([one.to_document() for one in many], reading_of([policy])))
    keys = [*(rule.key for rule in policy.rules), ""]
    return [
        (
            keys[judged.rules[row]],
            list(OutcomeKind)[judged.outcomes[row]],
            {
                kind: (int(judged.amounts[kind][row]), int(judged.bonuses[kind][row]))
                for kind in RemedyKind
                if judged.amounts[kind][row] != NOT_OFFERED
            },
        )
        for row in range(len(many))
    ]
