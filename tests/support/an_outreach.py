"""An outreach of one parcel that is late, for tests of pages."""

from portal.domain.authority import Role
from portal.domain.outreach import Plan
from portal.services.count_outreach import count_outreach
from portal.services.draw_outreach import draw_outreach
from portal.services.give_outreach import go_on_with_outreach
from portal.services.tell_first import tell_first
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.staff_made import a_staff_member
from tests.support.web import rows


def counted_outreach(front: Front) -> str:
    """Draw one up, let it be counted, and give its ref."""
    front.an_order(parcels={"1": LATE}, status="shipped")
    plan = Plan(words="Silent ones", silent_days=3, kept_back_share=0)
    owner = a_staff_member(front.toolkit, role=Role.POLICY_OWNER)
    ref = draw_outreach(front.toolkit, staff_id=owner, plan=plan)
    count_outreach(front.toolkit, outreach_ref=ref)
    return ref


def tell_of(front: Front, ref: str) -> None:
    """Tell whoever is to be told now."""
    go_on_with_outreach(front.toolkit, ref=ref)
    for one in rows(front.app, "SELECT customer_id FROM outreach_targets WHERE state = 'waiting'"):
        tell_first(front.toolkit, outreach_ref=ref, customer_id=one.customer_id)
    go_on_with_outreach(front.toolkit, ref=ref)
