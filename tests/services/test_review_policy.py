"""A draft of a policy in review: its text stands still, it is sent back or spoken of, and based on what is newest."""

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import BadWords, IllegalMove, MovedOn, NotFound, Outdated
from portal.records import policy_drafts
from portal.services.draft_policy import DraftPage, rebase_draft, save_draft
from portal.services.publish_policy import publish_policy
from portal.services.review_policy import comment_on_draft, propose_draft, send_back_draft, take_back_draft
from tests.support.draft_desk import Desk
from tests.support.policy_texts import quiet
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


@pytest.fixture
def desk(shop: Shop) -> Desk:
    owner, approver = (a_staff_member(shop.toolkit, role=role) for role in (Role.POLICY_OWNER, Role.APPROVER))
    return Desk(shop.toolkit, owner, approver)


def test_a_text_in_review_stands_still_until_it_is_taken_back(desk: Desk):
    page = desk.proposed(quiet())

    with pytest.raises(IllegalMove):
        save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet(12))

    page = DraftPage(page.ref, take_back_draft(desk.toolkit, staff_id=desk.owner, page=page))
    save_draft(desk.toolkit, staff_id=desk.owner, page=page, source=quiet(12))
    assert [kind for kind, _, _ in desk.history(page.ref)] == ["start", "propose", "take_back", "change"]


def test_a_draft_is_sent_back_with_words_changed_and_proposed_again(desk: Desk):
    page = desk.proposed(quiet())

    sent = send_back_draft(desk.toolkit, staff_id=desk.approver, page=page, words=" Sooner, please. ")
    changed = save_draft(desk.toolkit, staff_id=desk.owner, page=DraftPage(page.ref, sent), source=quiet(12))
    propose_draft(desk.toolkit, staff_id=desk.owner, page=DraftPage(page.ref, changed), words="Done.")

    assert desk.history(page.ref)[2:] == [
        ("send_back", f"staff:{desk.approver}", "Sooner, please."),
        ("change", f"staff:{desk.owner}", ""),
        ("propose", f"staff:{desk.owner}", "Done."),
    ]


def test_a_draft_is_not_sent_back_without_a_word(desk: Desk):
    page = desk.proposed(quiet())

    with pytest.raises(BadWords):
        send_back_draft(desk.toolkit, staff_id=desk.approver, page=page, words=" ")


def test_comments_are_about_the_draft_or_a_rule_and_come_once(desk: Desk):
    page = desk.draft(quiet())

    for _ in range(2):
        comment_on_draft(desk.toolkit, staff_id=desk.approver, ref=page.ref, words="Why 24?")
    comment_on_draft(desk.toolkit, staff_id=desk.owner, ref=page.ref, words="A day.", rule_key="paid")

    with desk.toolkit.reading() as session:
        draft = policy_drafts.found(session, page.ref)
        assert draft is not None
        said = [(one.actor, one.rule_key, one.words) for one in policy_drafts.comments(session, draft.id)]
    assert said == [(f"staff:{desk.approver}", None, "Why 24?"), (f"staff:{desk.owner}", "paid", "A day.")]
    assert desk.page(page.ref) == page


def test_a_rule_that_the_draft_takes_out_may_be_spoken_of_and_one_that_never_was_may_not(desk: Desk):
    page = desk.draft(quiet())

    comment_on_draft(desk.toolkit, staff_id=desk.owner, ref=page.ref, words="Gone.", rule_key="lost_after_grace")

    with pytest.raises(NotFound):
        comment_on_draft(desk.toolkit, staff_id=desk.owner, ref=page.ref, words="?", rule_key="never_was")


def test_a_draft_on_an_older_version_is_told_and_based_on_the_newest_knowingly(desk: Desk):
    page = desk.draft(quiet(12))
    publish_policy(desk.toolkit, source=quiet(6), actor=Actor.system("tests"))

    with pytest.raises(Outdated) as told:
        propose_draft(desk.toolkit, staff_id=desk.owner, page=page)
    with pytest.raises(MovedOn):
        rebase_draft(desk.toolkit, staff_id=desk.owner, page=page, onto=1)
    version = rebase_draft(desk.toolkit, staff_id=desk.owner, page=page, onto=told.value.head, source=quiet(8))
    propose_draft(desk.toolkit, staff_id=desk.owner, page=DraftPage(page.ref, version))

    assert told.value.head == 2
    assert [kind for kind, _, _ in desk.history(page.ref)] == ["start", "rebase", "propose"]
