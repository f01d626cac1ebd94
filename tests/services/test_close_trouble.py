"""A trouble is over because somebody put it right, or because it came right by itself; never both."""

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.troubles import TroubleKind
from portal.services.close_trouble import came_right, close_trouble
from portal.services.open_trouble import tell_of_trouble
from tests.support.shop import Shop


def test_what_came_right_while_somebody_looked_is_not_refused_to_them(shop: Shop) -> None:
    tell_of_trouble(shop.toolkit, TroubleKind.INVARIANT_BROKEN, subject="M1")
    ((ref,),) = shop.rows("SELECT ref FROM troubles")

    with pytest.raises(IllegalMove):
        close_trouble(shop.toolkit, ref=ref, actor=Actor.staff(1))
    came_right(shop.toolkit, TroubleKind.INVARIANT_BROKEN, subject="M1")

    assert close_trouble(shop.toolkit, ref=ref, actor=Actor.staff(1)) is False
    assert shop.rows("SELECT closed_by FROM troubles") == [("system:worker",)]
