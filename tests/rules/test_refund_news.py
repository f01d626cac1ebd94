"""News of a refund in any order and number ends where the provider's own history ended (F2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.errors import IllegalMove
from portal.domain.refunds import RefundState, next_refund_state

_S = RefundState
# The lives that a refund can have at the provider, each to its end.
LIVES = [
    (_S.SUCCEEDED,),
    (_S.PENDING, _S.SUCCEEDED),
    (_S.PENDING, _S.FAILED),
    (_S.SUCCEEDED, _S.FAILED),
    (_S.PENDING, _S.SUCCEEDED, _S.FAILED),
    (_S.REQUIRES_ACTION, _S.PENDING, _S.SUCCEEDED, _S.FAILED),
    (_S.REQUIRES_ACTION, _S.CANCELED),
    (_S.REQUIRES_ACTION, _S.SUCCEEDED),
    (_S.REQUIRES_ACTION, _S.FAILED),
]


@some.composite
def news_of_a_life(draw):
    """Draw a life, and its news shuffled, some of it again and some never; of the end we hear at least once."""
    life = draw(some.sampled_from(LIVES))
    heard = draw(some.lists(some.sampled_from(life), max_size=8))
    return life, draw(some.permutations([*heard, life[-1]]))


@pytest.mark.proves("F2", "bug 23", "bug 9")
@given(news_of_a_life(), some.sampled_from([_S.REQUESTED, _S.SENT, _S.UNKNOWN]))
def test_any_order_and_number_of_news_ends_where_the_life_ended(life_and_news, state: RefundState) -> None:
    life, news = life_and_news

    for told in news:
        try:
            state = next_refund_state(state, told)
        except IllegalMove:
            continue

    assert state is life[-1]
