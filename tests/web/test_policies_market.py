"""Which version decides about the orders of a market: one person asks, another agrees, and both are written down."""

from flask import Flask
from sqlalchemy import text

from portal.domain.authority import Role
from portal.domain.drafts import OrdersKeep
from portal.services.publish_policy import publish_policy
from portal.services.set_policy_market import set_policy_market
from tests.support.policy_desk import Desk
from tests.support.policy_texts import quiet
from tests.support.web import rows, toolkit_of

_PLACED = "An order keeps the version of the day on which it was placed."
_PAGE = "/staff/policies/markets/all"


def settings(desk: Desk) -> list[tuple[str, str]]:
    return [(row.market, row.orders_keep) for row in rows(desk.app, "SELECT market, orders_keep FROM policy_markets")]


def test_an_owner_asks_and_an_approver_agrees_and_only_then_it_holds(app: Flask):
    desk = Desk(app)
    approver, admin = desk.somebody(Role.APPROVER), desk.somebody(Role.ADMIN)

    empty = desk.owner.get(_PAGE).submit("Ask a second person", words=" ", status=422)
    asked = empty.submit("Ask a second person", words="A present is opened late.")
    before, looked_at = settings(desk), approver.get(_PAGE)
    # The same wish with other words is another one, which the page of the approver did not show.
    asked.submit("Leave it as it is").submit("Ask a second person", words="A gift is opened late.")
    stale, looked_at = looked_at.submit("Agree", status=409), approver.get(_PAGE)
    in_the_list = approver.get("/staff/policies/").text
    agreed, late = looked_at.submit("Agree"), looked_at.submit("Agree", status=409)

    assert "Please say why, for whoever decides it." in empty.text
    assert "Agree" not in asked.text.partition("Waits for a second person")[2]
    assert before == []
    assert "A change of this waits for a second person" in in_the_list
    assert "Nothing was changed" in stale.text
    assert "A gift is opened late." in looked_at.text
    assert "Done. It holds for every report from now on." in agreed.text
    assert "Nothing was changed" in late.text
    assert settings(desk) == [("*", "placed")]
    assert _PLACED in admin.get(_PAGE).text
    assert "Ask for the other" not in admin.get(_PAGE).text
    deeds = rows(app, "SELECT kind, detail, actor FROM deeds WHERE kind LIKE 'policy_market%' ORDER BY id")
    assert [(deed.kind, deed.detail) for deed in deeds] == [
        ("policy_market_asked", {"orders_keep": "placed", "words": "A present is opened late."}),
        ("policy_market_dropped", {"orders_keep": "placed", "asked_by": deeds[0].actor}),
        ("policy_market_asked", {"orders_keep": "placed", "words": "A gift is opened late."}),
        ("policy_market_set", {"orders_keep": "placed", "asked_by": deeds[0].actor}),
    ]
    assert deeds[0].actor != deeds[-1].actor


def test_a_market_says_so_for_itself_and_follows_what_is_said_for_all_until_then(app: Flask):
    desk = Desk(app)
    path, actor = "/staff/policies/markets/BR", desk.shop.actor
    desk.owner.get(path, status=404)
    publish_policy(toolkit_of(app), source=quiet(market="BR"), actor=actor)
    set_policy_market(toolkit_of(app), market="*", orders_keep=OrdersKeep.PLACED, actor=actor)

    page = desk.owner.get(path)
    empty = page.submit("Ask a second person", words=" ", status=422)
    empty.submit("Ask a second person", words="They judge by the day of the report.")
    agreed = desk.somebody(Role.APPROVER).get(path).submit("Agree")

    assert page.heading == "Which version decides: BR"
    assert "This market says nothing of its own, so what is said for all markets holds." in page.text
    assert _PLACED in page.text.partition("Ask for the other")[0]
    assert agreed.path == path
    assert _PLACED not in agreed.text
    assert "This market says nothing of its own" not in agreed.text
    assert sorted(settings(desk)) == [("*", "placed"), ("BR", "reported")]
    assert "Nobody has set it" not in desk.owner.get(_PAGE).text


def test_nobody_agrees_to_their_own_wish_and_one_that_is_dropped_or_overtaken_is_told_so(app: Flask):
    desk = Desk(app)
    approver = desk.somebody(Role.APPROVER)
    page, rival = desk.owner.get(_PAGE), desk.somebody(Role.POLICY_OWNER).get(_PAGE)
    page.submit("Ask a second person", words="Why not?")
    twice = page.submit("Ask a second person", words="Why not?")
    lost = rival.submit("Ask a second person", words="Me too.", status=409)
    waiting, looked_at = desk.owner.get(_PAGE), approver.get(_PAGE)
    form = next(one for one in waiting.forms() if str(one.get("action")).endswith("/drop"))
    with toolkit_of(app).transaction() as session:
        session.execute(text("UPDATE staff SET role = 'approver' WHERE role = 'policy_owner'"))
    own = desk.owner.post(f"{_PAGE}/agree", waiting.filled(form), status=422)
    dropped = waiting.submit("Leave it as it is")
    gone = looked_at.submit("Agree", status=409)
    set_policy_market(toolkit_of(app), market="*", orders_keep=OrdersKeep.PLACED, actor=desk.shop.actor)

    assert "Asked. An approver decides it" in twice.text
    assert "What you typed: Me too." in lost.text
    assert "You asked for it yourself" in own.text
    assert "It stays as it is." in dropped.text
    assert "Nothing was changed" in gone.text
    assert settings(desk) == [("*", "placed")]
    desk.owner.get("/staff/policies/markets/B%20R", status=404)
    assert rows(app, "SELECT count(*) FROM deeds WHERE kind = 'policy_market_asked'")[0][0] == 1
