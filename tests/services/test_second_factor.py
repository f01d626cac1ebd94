"""The second factor: each code once, few wrong ones, nothing readable at rest, and reset only into a new one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import Conflict, NotAllowed, NotFound, TooMany, WrongCode
from portal.services.create_demonstration_staff import create_demonstration_staff
from portal.services.create_staff import COMMAND
from portal.services.enrol_second_factor import enrol_second_factor, offer_second_factor
from portal.services.give_second_factor import MOST_WRONG, give_second_factor
from portal.services.limit_rate import Visitor
from portal.services.reset_second_factor import reset_second_factor
from portal.services.second_factor_secrets import RECOVERY_CODES, new_recovery_codes
from portal.services.toolkit import Toolkit
from tests.support.second_factor import SECRET, code_at, enrolled, wrong_code_at
from tests.support.staff_made import a_staff_member
from tests.support.web import toolkit_of

HERE, ELSEWHERE = Visitor(b"a browser", "127.0.0.1"), Visitor(b"another browser", "127.0.0.1")
# The first second of a half minute.
NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)


def at(toolkit: Toolkit, moment: datetime) -> Toolkit:
    return replace(toolkit, now=lambda: moment)


@pytest.fixture
def toolkit(app) -> Toolkit:
    return at(toolkit_of(app), NOON)


@pytest.fixture
def ada(toolkit: Toolkit) -> int:
    return a_staff_member(toolkit, "ada@shop.example", Role.AGENT, {})


def give(toolkit: Toolkit, staff_id: int, typed: str, moment: datetime = NOON) -> None:
    give_second_factor(at(toolkit, moment), staff_id=staff_id, typed=typed, visitor=HERE)


@pytest.mark.proves("input 24")
@pytest.mark.parametrize(
    "spaced", ["{0}", "{0[0]} {0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {0}\t", "{0[0]}\u00a0{0[1]}-{0[2]}{0[3]}{0[4]}{0[5]}"]
)
def test_a_code_counts_once_however_it_is_spaced(toolkit: Toolkit, ada: int, spaced: str):
    enrolled(toolkit, ada)
    code = code_at(NOON)
    give(toolkit, ada, f"{code[:3]} {code[3:]}")

    with pytest.raises(WrongCode):
        give(toolkit, ada, spaced.format(code))


def test_the_code_of_the_next_half_minute_counts_again(toolkit: Toolkit, ada: int):
    enrolled(toolkit, ada)
    later = NOON + HALF_A_MINUTE
    give(toolkit, ada, code_at(NOON))

    give(toolkit, ada, code_at(later), later)

    assert rows_of(toolkit, "SELECT used_step FROM second_factors")[0].used_step == int(later.timestamp()) // 30


@pytest.mark.proves("input 24")
@pytest.mark.parametrize("seconds", [-1, 30])
def test_a_code_is_good_for_its_half_minute_only(toolkit: Toolkit, ada: int, seconds: int):
    enrolled(toolkit, ada)

    with pytest.raises(WrongCode):
        give(toolkit, ada, code_at(NOON), NOON + timedelta(seconds=seconds))


@pytest.mark.proves("input 24")
def test_of_eight_at_once_with_one_code_one_comes_in(toolkit: Toolkit, ada: int):
    enrolled(toolkit, ada)

    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(lambda _: _outcome(toolkit, ada), range(8)))

    assert outcomes.count("in") == 1
    assert set(outcomes) <= {"in", "WrongCode", "TooMany"}


def _outcome(toolkit: Toolkit, staff_id: int) -> str:
    try:
        give(toolkit, staff_id, code_at(NOON))
    except (WrongCode, TooMany) as error:
        return type(error).__name__
    return "in"


@pytest.mark.proves("input 24", "F12")
def test_the_sixth_try_is_refused_even_with_the_right_code(toolkit: Toolkit, ada: int):
    enrolled(toolkit, ada)
    for _ in range(MOST_WRONG):
        with pytest.raises(WrongCode):
            give(toolkit, ada, wrong_code_at(NOON))

    with pytest.raises(TooMany) as waits:
        give(toolkit, ada, code_at(NOON))

    later = NOON + timedelta(seconds=waits.value.retry_after)
    give(toolkit, ada, code_at(later), later)


@pytest.mark.proves("F12")
def test_of_twenty_wrong_ones_at_once_five_are_looked_at(toolkit: Toolkit, ada: int):
    enrolled(toolkit, ada)

    def guess(number: int) -> str:
        try:
            give(toolkit, ada, f"wrong {number}")
        except (WrongCode, TooMany) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(10) as crowd:
        outcomes = list(crowd.map(guess, range(20)))

    assert (outcomes.count("WrongCode"), outcomes.count("TooMany")) == (MOST_WRONG, 15)


def test_a_recovery_code_lets_in_once_and_is_written_down(toolkit: Toolkit, ada: int):
    first, second = new_recovery_codes()[:2]
    enrolled(toolkit, ada, recovery_codes=(first, second))

    give(toolkit, ada, first.lower().replace("-", " "))

    with pytest.raises(WrongCode):
        give(toolkit, ada, first)
    give(toolkit, ada, second)
    deeds = rows_of(
        toolkit, "SELECT actor FROM deeds WHERE kind = 'recovery_code_used' AND subject = 'ada@shop.example'"
    )
    assert [deed.actor for deed in deeds] == [f"staff:{ada}"] * 2


def test_somebody_elses_recovery_code_opens_nothing(toolkit: Toolkit, ada: int):
    codes = new_recovery_codes()
    other = a_staff_member(toolkit, "bob@shop.example", Role.AGENT, {})
    enrolled(toolkit, ada)
    enrolled(toolkit, other, recovery_codes=codes)

    with pytest.raises(WrongCode):
        give(toolkit, ada, codes[0])


@pytest.mark.proves("P8")
def test_what_is_kept_of_a_factor_reads_as_nothing(toolkit: Toolkit, ada: int):
    codes = new_recovery_codes()
    enrolled(toolkit, ada, recovery_codes=codes)

    kept = str(rows_of(toolkit, "SELECT f, r FROM second_factors f JOIN recovery_codes r USING (staff_id)"))

    assert SECRET not in kept
    # The hash is kept in bytes, which the database writes in hexadecimal.
    plain = [word for code in codes for word in (code, code.replace("-", ""))]
    assert all(word not in kept and word.encode().hex() not in kept for word in plain)


def test_under_another_secret_key_no_code_is_right(toolkit: Toolkit, ada: int):
    enrolled(toolkit, ada)
    rolled = replace(toolkit, secret_key="another key, which is long enough too")

    with pytest.raises(WrongCode):
        give(rolled, ada, code_at(NOON))


def test_enrolling_keeps_the_secret_that_was_offered(toolkit: Toolkit, ada: int):
    offered = offer_second_factor(toolkit, staff_id=ada, visitor=HERE)
    assert offered is not None
    code = code_at(NOON, secret=offered.secret)

    codes = enrol_second_factor(toolkit, staff_id=ada, typed=f"{code[:3]} {code[3:]}", visitor=HERE)

    later = NOON + HALF_A_MINUTE
    assert len(set(codes)) == RECOVERY_CODES
    assert f"secret={offered.secret}" in offered.address
    assert offer_second_factor(toolkit, staff_id=ada, visitor=HERE) is None
    with pytest.raises(WrongCode):
        give(toolkit, ada, code)
    give(toolkit, ada, code_at(later, secret=offered.secret), later)
    deeds = rows_of(toolkit, "SELECT subject, actor FROM deeds WHERE kind = 'second_factor_set'")
    assert [tuple(deed) for deed in deeds] == [("ada@shop.example", f"staff:{ada}")]


def test_two_who_know_the_password_are_offered_different_secrets(toolkit: Toolkit, ada: int):
    here = offer_second_factor(toolkit, staff_id=ada, visitor=HERE)
    there = offer_second_factor(toolkit, staff_id=ada, visitor=ELSEWHERE)
    assert here is not None
    assert there is not None
    enrol_second_factor(toolkit, staff_id=ada, typed=code_at(NOON, secret=here.secret), visitor=HERE)

    with pytest.raises(Conflict):
        enrol_second_factor(toolkit, staff_id=ada, typed=code_at(NOON, secret=there.secret), visitor=ELSEWHERE)

    assert here.secret != there.secret


def test_a_code_that_is_not_shown_enrols_nothing(toolkit: Toolkit, ada: int):
    with pytest.raises(WrongCode):
        enrol_second_factor(toolkit, staff_id=ada, typed="000000", visitor=HERE)

    assert rows_of(toolkit, "SELECT 1 FROM second_factors") == []


@pytest.mark.proves("P4", "P6")
def test_a_reset_leads_to_a_new_factor_and_is_written_down(toolkit: Toolkit, ada: int):
    codes = new_recovery_codes()
    enrolled(toolkit, ada, recovery_codes=codes)

    reset_second_factor(toolkit, mailbox="ada@shop.example", actor=COMMAND)

    with pytest.raises(NotFound):
        give(toolkit, ada, code_at(NOON))
    with pytest.raises(NotFound):
        give(toolkit, ada, codes[0])
    assert offer_second_factor(toolkit, staff_id=ada, visitor=HERE) is not None
    deeds = rows_of(toolkit, "SELECT subject, actor FROM deeds WHERE kind = 'second_factor_reset'")
    assert [tuple(deed) for deed in deeds] == [("ada@shop.example", "system:command")]


def test_nobody_resets_their_own(toolkit: Toolkit):
    goro = a_staff_member(toolkit, "goro@shop.example", Role.ADMIN, {})
    enrolled(toolkit, goro)

    with pytest.raises(NotAllowed):
        reset_second_factor(toolkit, mailbox="goro@shop.example", actor=Actor.staff(goro))

    give(toolkit, goro, code_at(NOON))


def test_nothing_to_reset_is_said(toolkit: Toolkit, ada: int):
    with pytest.raises(NotFound):
        reset_second_factor(toolkit, mailbox="ada@shop.example", actor=COMMAND)
    with pytest.raises(NotFound):
        reset_second_factor(toolkit, mailbox="nobody@shop.example", actor=COMMAND)


def test_the_demonstrations_people_made_by_an_older_release_get_their_factor(toolkit: Toolkit):
    create_demonstration_staff(toolkit)
    with toolkit.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM second_factors")

    create_demonstration_staff(toolkit)
    create_demonstration_staff(toolkit)

    assert rows_of(toolkit, "SELECT count(*) FROM second_factors")[0][0] == 9


def rows_of(toolkit: Toolkit, query: str) -> list:
    with toolkit.transaction() as session:
        return list(session.connection().exec_driver_sql(query))
