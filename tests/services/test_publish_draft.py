"""A draft is published by a second person, after a check of exactly its text, once, and begins when it was said to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import BadWords, IllegalMove, MovedOn, NotAllowed, Outdated
from portal.domain.policy.publishing import BadStart, NeedsWord, StopsPublishing
from portal.records import policies, policy_drafts
from portal.services.create_staff import deactivate_staff
from portal.services.draft_policy import DraftPage, abandon_draft, save_draft, start_draft
from portal.services.publish_draft import Published, publish_draft
from portal.services.publish_policy import publish_policy
from portal.services.review_policy import propose_draft, take_back_draft
from tests.support.at_once import at_once
from tests.support.policy_texts import GAP, NEVER_REACHED, quiet
from tests.support.shop import NOW, Shop
from tests.support.staff_made import a_staff_member
from tests.support.troubled_database import as_owner

DAY = timedelta(days=1)


@dataclass
class Desk:
    """A shop with an owner of its policy and an approver."""

    shop: Shop
    url: str
    owner: int
    approver: int

    def proposed(self, source: str) -> DraftPage:
        """Start a draft and propose it."""
        toolkit = self.shop.toolkit
        ref = start_draft(toolkit, staff_id=self.owner, market="*", title="Kinder", source=source)
        return DraftPage(ref, propose_draft(toolkit, staff_id=self.owner, page=DraftPage(ref, 1)))

    def publish(
        self,
        page: DraftPage,
        by: int | None = None,
        start: datetime | None = None,
        despite: str = "",
        *,
        overtakes: bool = False,
    ) -> Published:
        """Publish a draft, as the approver where nobody else is named."""
        return publish_draft(
            self.shop.toolkit,
            staff_id=by or self.approver,
            page=page,
            in_force_from=start,
            despite=despite,
            overtakes=overtakes,
        )

    def versions(self) -> int:
        """Count the versions there are."""
        return int(self.shop.rows("SELECT count(*) FROM policy_versions")[0][0])

    def in_force(self, at: datetime) -> int:
        """Tell the number of the version that is in force at a moment."""
        with self.shop.toolkit.reading() as session:
            version = policies.in_force(session, "*", at)
        assert version is not None
        return version.number


@pytest.fixture
def desk(shop: Shop, database_url: str) -> Desk:
    shop.later(days=1)
    return Desk(
        shop, database_url, *(a_staff_member(shop.toolkit, role=role) for role in (Role.POLICY_OWNER, Role.APPROVER))
    )


def test_a_second_person_publishes_and_the_record_says_who_did_what(desk: Desk):
    page = desk.proposed(quiet())

    published = desk.publish(page)

    now = NOW + DAY
    assert published == Published("*", 2, now)
    with desk.shop.toolkit.reading() as session:
        version = policies.newest(session, "*")
        assert version is not None
        draft = policy_drafts.of_version(session, version.id)
    assert draft is not None
    assert (draft.state, version.source, version.published_by) == ("published", quiet(), f"staff:{desk.approver}")
    deed = desk.shop.rows("SELECT subject, actor, detail FROM deeds WHERE kind = 'policy_published' ORDER BY id")[-1]
    assert (deed.subject, deed.actor) == ("* 2", f"staff:{desk.approver}")
    assert deed.detail == {"draft": page.ref, "despite": "", "warnings": 0, "in_force_from": now.isoformat()}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_only_an_approver_publishes(desk: Desk, role: Role):
    page = desk.proposed(quiet())

    with pytest.raises(NotAllowed):
        desk.publish(page, by=a_staff_member(desk.shop.toolkit, role=role))

    assert desk.versions() == 1


@pytest.mark.proves("P1")
@pytest.mark.parametrize("wrote", ["start", "change"])
def test_nobody_publishes_what_they_wrote_some_of_even_with_another_role_by_now(desk: Desk, wrote: str):
    toolkit, author = desk.shop.toolkit, a_staff_member(desk.shop.toolkit, role=Role.POLICY_OWNER)
    starter = author if wrote == "start" else desk.owner
    ref = start_draft(toolkit, staff_id=starter, market="*", title="Kinder", source=quiet())
    version = save_draft(toolkit, staff_id=author, page=DraftPage(ref, 1), source=quiet(12))
    page = DraftPage(ref, propose_draft(toolkit, staff_id=desk.owner, page=DraftPage(ref, version)))
    as_owner(desk.url, "UPDATE staff SET role = 'approver' WHERE id = %(author)s", {"author": author})

    with pytest.raises(NotAllowed):
        desk.publish(page, by=author)

    assert desk.versions() == 1


def test_whose_account_was_closed_publishes_nothing(desk: Desk):
    page = desk.proposed(quiet())
    gone = a_staff_member(desk.shop.toolkit, "gone@shop.example", Role.APPROVER)
    deactivate_staff(desk.shop.toolkit, mailbox="gone@shop.example")

    with pytest.raises(NotAllowed):
        desk.publish(page, by=gone)


def test_warnings_need_a_word_that_is_kept(desk: Desk):
    page = desk.proposed(GAP)

    for word in ("", " \n"):
        with pytest.raises(NeedsWord) as asked:
            desk.publish(page, despite=word)
    with pytest.raises(BadWords):
        desk.publish(page, despite="a" * 4001)
    desk.publish(page, despite=" Nobody pays in advance here. ")

    row = desk.shop.rows("SELECT warnings, despite FROM policy_versions WHERE number = 2")[0]
    assert tuple(row) == (len(asked.value.proof.concerns), "Nobody pays in advance here.")


def test_an_error_that_the_check_learnt_to_find_meanwhile_stops_publishing(desk: Desk):
    page = desk.proposed(quiet())
    change = "UPDATE policy_drafts SET source = %(source)s"
    as_owner(desk.url, change, {"source": NEVER_REACHED})

    with pytest.raises(StopsPublishing):
        desk.publish(page, despite="Whatever.")
    as_owner(desk.url, change, {"source": quiet()})

    assert desk.versions() == 1


def test_what_is_published_is_what_the_page_showed(desk: Desk):
    page = desk.proposed(quiet())
    toolkit = desk.shop.toolkit
    back = take_back_draft(toolkit, staff_id=desk.owner, page=page)
    changed = save_draft(toolkit, staff_id=desk.owner, page=DraftPage(page.ref, back), source=quiet(1))
    propose_draft(toolkit, staff_id=desk.owner, page=DraftPage(page.ref, changed))

    with pytest.raises(MovedOn):
        desk.publish(page)

    assert desk.versions() == 1


def test_a_draft_that_nobody_proposed_or_that_was_given_up_is_not_published(desk: Desk):
    toolkit = desk.shop.toolkit
    ref = start_draft(toolkit, staff_id=desk.owner, market="*", title="Kinder", source=quiet())

    with pytest.raises(IllegalMove):
        desk.publish(DraftPage(ref, 1))
    abandon_draft(toolkit, staff_id=desk.owner, page=DraftPage(ref, 1))
    with pytest.raises(IllegalMove):
        desk.publish(DraftPage(ref, 2))


def test_the_same_tap_twice_gives_the_same_answer(desk: Desk):
    page = desk.proposed(quiet())

    first, second = desk.publish(page), desk.publish(page)

    assert (first == second, desk.versions()) == (True, 2)


@pytest.mark.proves("input 77")
def test_of_two_people_who_publish_one_draft_at_once_one_wins_and_the_other_is_told(desk: Desk):
    page = desk.proposed(quiet())
    others = [desk.approver, *(a_staff_member(desk.shop.toolkit, role=Role.APPROVER) for _ in range(3))]

    came = at_once(*(lambda who=who: desk.publish(page, by=who) for who in others))

    assert sorted(type(one).__name__ for one in came) == ["MovedOn"] * 3 + ["Published"]
    winner = f"staff:{others[[type(one) for one in came].index(Published)]}"
    assert all(winner in str(one) for one in came if isinstance(one, MovedOn))
    assert desk.versions() == 2


@pytest.mark.proves("input 77")
def test_of_two_drafts_that_are_published_at_once_one_wins_and_the_other_is_based_on_what_is_over(desk: Desk):
    pages = [desk.proposed(quiet(hours)) for hours in (6, 7, 8)]

    came = at_once(*(lambda page=page: desk.publish(page) for page in pages))

    assert sorted(type(one).__name__ for one in came) == ["Outdated", "Outdated", "Published"]
    assert {one.head for one in came if isinstance(one, Outdated)} == {2}
    assert desk.versions() == 2


def test_a_version_begins_at_the_moment_that_was_chosen(desk: Desk):
    monday = NOW + 5 * DAY

    desk.publish(desk.proposed(quiet()), start=monday)

    assert [desk.in_force(at) for at in (NOW, monday - timedelta(microseconds=1), monday, monday + DAY)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "start",
    [NOW + DAY - timedelta(seconds=1), NOW + 800 * DAY, NOW.replace(tzinfo=None)],
    ids=["over", "too far ahead", "nowhere"],
)
def test_a_start_that_cannot_be_is_refused_and_writes_nothing(desk: Desk, start: datetime):
    page = desk.proposed(quiet())

    with pytest.raises(BadStart):
        desk.publish(page, start=start)

    assert desk.versions() == 1
    assert desk.publish(page).number == 2


def test_a_version_that_is_planned_is_overtaken_only_knowingly_and_then_never_begins(desk: Desk):
    monday = NOW + 5 * DAY
    desk.publish(desk.proposed(quiet(6)), start=monday)
    page = desk.proposed(quiet(7))

    with pytest.raises(BadStart) as told:
        desk.publish(page)
    desk.publish(page, overtakes=True)

    assert told.value.planned == 2
    assert [desk.in_force(at) for at in (NOW, NOW + DAY, monday)] == [1, 3, 3]


def test_after_a_version_that_is_planned_another_may_be_planned(desk: Desk):
    monday, tuesday = NOW + 5 * DAY, NOW + 6 * DAY
    desk.publish(desk.proposed(quiet(6)), start=monday)

    desk.publish(desk.proposed(quiet(7)), start=tuesday)

    assert [desk.in_force(at) for at in (NOW, monday, tuesday)] == [1, 2, 3]


def test_the_machine_publishes_in_the_name_of_its_command_and_asks_the_check_too(desk: Desk):
    toolkit, command = desk.shop.toolkit, Actor.system("policy load")

    with pytest.raises(StopsPublishing):
        publish_policy(toolkit, source=NEVER_REACHED, actor=command, despite="Whatever.")
    with pytest.raises(NeedsWord):
        publish_policy(toolkit, source=GAP, actor=command)
    with pytest.raises(BadStart):
        publish_policy(toolkit, source=quiet(), actor=command, in_force_from=NOW)

    assert publish_policy(toolkit, source=GAP, actor=command, despite="It is known.") == ("*", 2, True)
    assert publish_policy(toolkit, source=GAP, actor=command) == ("*", 2, False)


def test_at_the_machine_too_the_same_text_is_published_once_by_many_at_once(desk: Desk):
    def publish() -> object:
        return publish_policy(desk.shop.toolkit, source=quiet(), actor=Actor.system("policy load"))

    came = at_once(*[publish] * 4)

    assert sorted(map(str, came)) == ["('*', 2, False)"] * 3 + ["('*', 2, True)"]
