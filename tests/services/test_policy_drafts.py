"""A draft of a policy: who may do what to it and when, told with its history, and never overwritten in silence."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.authority import Role
from portal.domain.errors import BadPolicy, BadWords, IllegalMove, MovedOn, NotAllowed, NotFound
from portal.domain.policy.publishing import StopsPublishing
from portal.records import policies, policy_drafts
from portal.services.create_staff import deactivate_staff
from portal.services.draft_policy import DraftPage, abandon_draft, rebase_draft, save_draft, start_draft
from portal.services.review_policy import comment_on_draft, propose_draft
from portal.services.toolkit import Toolkit
from tests.support.at_once import at_once
from tests.support.draft_desk import Desk
from tests.support.policy_texts import GAP, NEVER_REACHED, quiet
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


@pytest.fixture
def desk(shop: Shop) -> Desk:
    owner, approver = (a_staff_member(shop.toolkit, role=role) for role in (Role.POLICY_OWNER, Role.APPROVER))
    return Desk(shop.toolkit, owner, approver)


def test_a_draft_begins_with_the_newest_text_of_its_market(desk: Desk, shop: Shop):
    page = desk.draft()

    with desk.toolkit.reading() as session:
        draft, newest = policy_drafts.found(session, page.ref), policies.newest(session, "*")
        assert draft is not None
        assert newest is not None
        assert (draft.source, draft.based_on_id, draft.state) == (newest.source, newest.id, "draft")
    assert desk.history(page.ref) == [("start", f"staff:{desk.owner}", "")]


def test_a_draft_of_a_market_without_a_version_begins_with_the_default_and_its_own_market(desk: Desk, shop: Shop):
    shop.order(market="PT")

    ref = start_draft(desk.toolkit, staff_id=desk.owner, market="PT", title="Portugal")

    with desk.toolkit.reading() as session:
        draft, default = policy_drafts.found(session, ref), policies.source_of(session, "*")
    assert draft is not None
    assert draft.source == str(default).replace('market = "*"', 'market = "PT"')
    assert draft.based_on_id is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"market": "XX"}, BadPolicy),
        ({"title": " "}, BadWords),
        ({"title": "a" * 121}, BadWords),
        ({"source": "name ="}, BadPolicy),
        ({"source": ""}, BadPolicy),
        ({"source": quiet(market="BR")}, BadPolicy),
    ],
)
def test_what_cannot_be_a_draft_is_refused_and_writes_nothing(
    desk: Desk, shop: Shop, changes: dict[str, str], refused: type[Exception]
):
    shop.order(market="BR")
    wanted = {"market": "*", "title": "Kinder", **changes}

    with pytest.raises(refused):
        start_draft(desk.toolkit, staff_id=desk.owner, **wanted)

    assert shop.rows("SELECT count(*) FROM policy_drafts")[0][0] == 0


def test_every_text_is_kept_with_who_wrote_it_and_what_they_say_of_it(desk: Desk, shop: Shop):
    page = desk.draft(quiet())
    colleague = a_staff_member(desk.toolkit, role=Role.POLICY_OWNER)

    second = save_draft(desk.toolkit, staff_id=colleague, page=page, source=quiet(12), said="Answers come sooner.")

    assert second == 2
    assert desk.history(page.ref) == [
        ("start", f"staff:{desk.owner}", ""),
        ("change", f"staff:{colleague}", "Answers come sooner."),
    ]
    with desk.toolkit.reading() as session:
        draft = policy_drafts.found(session, page.ref)
        assert draft is not None
        assert [policy_drafts.text_at(session, draft.id, version) for version in (1, 2)] == [quiet(), quiet(12)]
        assert sorted(policy_drafts.authors(session, draft.id)) == sorted(f"staff:{n}" for n in (desk.owner, colleague))


def test_the_same_text_again_changes_nothing(desk: Desk):
    page = desk.draft(quiet())

    version = save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet())

    assert (version, len(desk.history(page.ref))) == (1, 1)


def test_a_text_with_a_gap_or_an_error_may_be_saved_but_not_proposed(desk: Desk):
    page = desk.draft(quiet())

    page = DraftPage(page.ref, save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=NEVER_REACHED))

    with pytest.raises(StopsPublishing) as stopped:
        propose_draft(desk.toolkit, staff_id=desk.owner, page=page)
    assert stopped.value.proof.concerns[0].rules == ("paid_late",)


@pytest.mark.parametrize("source", ["name =", GAP.replace("paid = true", "paid = 1"), quiet(market="BR")])
def test_what_is_no_policy_of_the_market_is_not_saved(desk: Desk, source: str):
    page = desk.draft(quiet())

    with pytest.raises(BadPolicy):
        save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=source)

    assert (desk.page(page.ref), len(desk.history(page.ref))) == (page, 1)


def test_of_two_tabs_the_second_is_told(desk: Desk):
    page = desk.draft(quiet())
    save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet(12))

    with pytest.raises(MovedOn):
        save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet(6))

    assert [kind for kind, _, _ in desk.history(page.ref)] == ["start", "change"]


def test_of_two_people_who_save_at_once_one_is_told(desk: Desk):
    page = desk.draft(quiet())
    colleague = a_staff_member(desk.toolkit, role=Role.POLICY_OWNER)

    came = at_once(
        lambda: save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet(12)),
        lambda: save_draft(desk.toolkit, staff_id=colleague, page=page, source=quiet(6)),
    )

    assert {type(one) for one in came} == {int, MovedOn}
    assert len(desk.history(page.ref)) == 2


Act = Callable[[Toolkit, int, DraftPage], object]
WRITING: dict[str, Act] = {
    "start": lambda toolkit, who, _: start_draft(toolkit, staff_id=who, market="*", title="Mine", source=quiet()),
    "save": lambda toolkit, who, page: save_draft(toolkit, staff_id=who, page=page, source=quiet(12)),
    "rebase": lambda toolkit, who, page: rebase_draft(toolkit, staff_id=who, page=page, onto=1),
    "propose": lambda toolkit, who, page: propose_draft(toolkit, staff_id=who, page=page),
    "abandon": lambda toolkit, who, page: abandon_draft(toolkit, staff_id=who, page=page),
}
REVIEWING: dict[str, Act] = {
    "comment": lambda toolkit, who, page: comment_on_draft(toolkit, staff_id=who, ref=page.ref, words="Hm."),
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.POLICY_OWNER])
@pytest.mark.parametrize("act", WRITING.values(), ids=WRITING.keys())
def test_only_an_owner_of_policy_writes(desk: Desk, act: Act, role: Role):
    page = desk.draft(quiet())
    somebody = a_staff_member(desk.toolkit, role=role)

    with pytest.raises(NotAllowed):
        act(desk.toolkit, somebody, page)

    assert (desk.page(page.ref), len(desk.history(page.ref))) == (page, 1)


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE, Role.ADMIN])
def test_others_do_not_comment(desk: Desk, role: Role):
    page = desk.draft(quiet())

    with pytest.raises(NotAllowed):
        comment_on_draft(desk.toolkit, staff_id=a_staff_member(desk.toolkit, role=role), ref=page.ref, words="Hm.")


@pytest.mark.parametrize("act", [*WRITING.values(), *REVIEWING.values()], ids=[*WRITING, *REVIEWING])
def test_whose_account_was_closed_does_nothing_more(desk: Desk, act: Act):
    page = desk.draft(quiet())
    gone = a_staff_member(desk.toolkit, "gone@shop.example", Role.POLICY_OWNER)
    deactivate_staff(desk.toolkit, mailbox="gone@shop.example")

    with pytest.raises(NotAllowed):
        act(desk.toolkit, gone, page)


def test_a_draft_that_was_given_up_stays_as_it_is(desk: Desk, shop: Shop):
    page = desk.draft(quiet())
    abandon_draft(desk.toolkit, staff_id=desk.owner, page=page, words="Not now.")

    page = desk.page(page.ref)
    for act in (WRITING["save"], WRITING["propose"], WRITING["abandon"], REVIEWING["comment"]):
        with pytest.raises(IllegalMove):
            act(desk.toolkit, desk.owner, page)
    with pytest.raises(DBAPIError, match="is frozen"), desk.toolkit.transaction() as session:
        session.execute(text("UPDATE policy_drafts SET source = ''"))


def test_the_history_of_a_draft_cannot_be_changed(desk: Desk):
    desk.draft(quiet())

    for change in ("UPDATE policy_draft_events SET actor = 'x'", "DELETE FROM policy_draft_events"):
        with pytest.raises(DBAPIError, match=r"permission denied|append-only"), desk.toolkit.transaction() as session:
            session.execute(text(change))


def test_nobody_finds_a_draft_that_is_not_there(desk: Desk):
    for act in (WRITING["save"], WRITING["propose"], REVIEWING["comment"]):
        with pytest.raises(NotFound):
            act(desk.toolkit, desk.owner, DraftPage("DRF-NONE", 1))
