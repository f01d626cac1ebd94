"""The fault script of the Stripe double: what its lines meet, how often, and that the books stay true."""

import http.client
import json
import re
import secrets
from pathlib import Path
from urllib.parse import urlencode

import pytest
import stripe

from portal.domain.ports import ProviderBusy, ProviderState, RefundRefused, UnknownOutcome
from portal.gateways.stripe_refunds import StripeRefunds
from portal.sandbox.app import create_sandbox
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.faults import ACTIONS, read_fault
from tests.support.refund_requests import a_request, brl, wait_for
from tests.support.sandbox_server import SECRET_KEY, Sandbox, running_sandbox

pytestmark = pytest.mark.usefixtures("books_add_up")


def outcomes(refunds: StripeRefunds, payment: str, calls: int) -> str:
    """Write down call after call: `.` for a refund, `b` for busy."""
    written = ""
    for _ in range(calls):
        try:
            refunds.refund(a_request(payment, brl(1)))
            written += "."
        except ProviderBusy:
            written += "b"
    return written


def test_line_is_used_up_after_its_times_and_skips_the_first(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    sandbox.fault("429", times=2, skip=1)

    written = outcomes(refunds, sandbox.payment(), 5)

    assert written == ".bb.."
    assert sandbox.faults() == []


def test_line_for_ever_stays_until_it_is_removed(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment()
    other = sandbox.fault("401", path="/v1/nothing")
    number = sandbox.fault("429", times=None)

    during = outcomes(refunds, payment, 3)
    counted = [(line["id"], line["seen"], line["hits"]) for line in sandbox.faults()]
    sandbox.no_faults(number)

    assert (during, outcomes(refunds, payment, 1)) == ("bbb", ".")
    assert counted == [(other, 0, 0), (number, 3, 3)]
    assert sandbox.raw("DELETE", f"/stripe/faults/{number}")[0] == 404


def test_seed_throws_the_same_dice_every_time(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment, written = sandbox.payment(), []
    for seed in (7, 7, 8):
        sandbox.fault("429", times=None, probability=0.4, seed=seed)
        written.append(outcomes(refunds, payment, 24))
        sandbox.no_faults()

    assert written[0] == written[1]
    assert written[0] != written[2]
    assert 3 < written[0].count("b") < 18


def test_pattern_and_method_choose_the_calls(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment())
    sandbox.fault("503", method="GET", path="/v1/refunds/*")

    made = refunds.refund(request)
    listed = refunds.of_payment(request.payment_ref, None)
    with pytest.raises(UnknownOutcome):
        refunds.read(made.provider_ref, None)

    assert listed == [made] == [refunds.read(made.provider_ref, None)]


def test_lines_are_met_in_their_order(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment())
    sandbox.post("/stripe/faults", [{"action": "after-execute"}, {"action": "429"}, {"action": "cut-body"}])

    errors = []
    for _ in range(3):
        with pytest.raises((UnknownOutcome, ProviderBusy)) as error:
            refunds.refund(request)
        errors.append(error.type)

    assert errors == [UnknownOutcome, ProviderBusy, UnknownOutcome]
    assert refunds.of_payment(request.payment_ref, None) == [refunds.refund(request)]


def test_script_and_clock_survive_a_restart_with_their_counts(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        refunds = StripeRefunds(SECRET_KEY, api_base=sandbox.url)
        sandbox.fault("429", times=3, skip=1, probability=1.0)
        before = outcomes(refunds, sandbox.payment(), 2)
        sandbox.let_pass(days=3)

    with running_sandbox(tmp_path) as sandbox:
        (line,) = sandbox.faults()
        offset = sandbox.get("/stripe/clock")["offset_seconds"]
        after = outcomes(StripeRefunds(SECRET_KEY, api_base=sandbox.url), sandbox.payment(), 3)

    assert (before, after) == (".b", "bb.")
    assert (line["seen"], line["hits"], offset) == (2, 1, 3 * 86_400)


def test_slow_call_is_executed_though_the_client_gave_up(sandbox: Sandbox) -> None:
    request = a_request(sandbox.payment())
    hasty = StripeRefunds(SECRET_KEY, api_base=sandbox.url, read_seconds=0.2)
    sandbox.fault("slow", milliseconds=600)

    with pytest.raises(UnknownOutcome):
        hasty.refund(request)
    sandbox.wait_for_refunds(request.payment_ref, 1)

    assert [answer.refund_ref for answer in hasty.of_payment(request.payment_ref, None)] == [request.key]


def test_connection_is_cut_in_three_ways(sandbox: Sandbox) -> None:
    payment, found = sandbox.payment(), []
    for action in ("before", "after-execute", "cut-body"):
        sandbox.fault(action)
        found.append(_failure_of(sandbox, payment))

    assert found == [ConnectionResetError, http.client.RemoteDisconnected, http.client.IncompleteRead]
    assert len(StripeRefunds(SECRET_KEY, api_base=sandbox.url).of_payment(payment, None)) == 2


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("balance_insufficient", stripe.InvalidRequestError),
        ("refund_disputed_payment", stripe.InvalidRequestError),
        ("card_declined", stripe.CardError),
    ],
)
def test_scripted_refusal_makes_nothing_and_stays_under_its_key(
    sandbox: Sandbox, refunds: StripeRefunds, code: str, error: type[stripe.StripeError]
) -> None:
    client = stripe.StripeClient(SECRET_KEY, base_addresses={"api": sandbox.url}, max_network_retries=0)
    payment, key = sandbox.payment(), secrets.token_hex(8)
    sandbox.fault("refused", code=code)

    for _ in range(2):
        with pytest.raises(error) as refusal:
            client.v1.refunds.create({"payment_intent": payment}, {"idempotency_key": key})
        assert refusal.value.code == code

    assert refunds.of_payment(payment, None) == []


@pytest.mark.parametrize(
    ("behaviour", "states"),
    [
        ("pending", ["pending", "succeeded"]),
        ("pending_then_fails", ["pending", "failed"]),
        ("pending_then_canceled", ["pending", "canceled"]),
        ("insufficient_funds", ["pending", "succeeded"]),
        ("insufficient_funds_then_fails", ["pending", "failed"]),
        ("fails_later", ["succeeded", "failed"]),
        ("requires_action_then_succeeds", ["requires_action", "succeeded"]),
        ("requires_action_then_fails", ["requires_action", "failed"]),
        ("requires_action_then_canceled", ["requires_action", "canceled"]),
    ],
)
def test_refund_goes_as_the_script_says_nine_days_later(
    sandbox: Sandbox, refunds: StripeRefunds, behaviour: str, states: list[str]
) -> None:
    request = a_request(sandbox.payment())
    sandbox.fault("outcome", behaviour=behaviour, after_seconds=9 * 86_400)

    first = refunds.refund(request)
    sandbox.let_pass(days=8)
    eighth_day = refunds.read(first.provider_ref, None)
    sandbox.let_pass(days=1, minutes=1)
    last = wait_for(lambda: refunds.read(first.provider_ref, None), ProviderState(states[1]))

    assert [first.state, eighth_day.state, last.state] == [states[0], states[0], states[1]]
    if behaviour.startswith("insufficient_funds"):
        assert first.reason == "insufficient_funds"


def test_key_is_forgotten_after_a_day_and_would_refund_again(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment(5000), brl(2000))
    first = refunds.refund(request)
    sandbox.let_pass(hours=23)
    same = refunds.refund(request)

    sandbox.let_pass(hours=2)
    second = refunds.refund(request)

    assert first == same
    assert second.provider_ref != first.provider_ref
    assert len(refunds.of_payment(request.payment_ref, None)) == 2


def test_clock_goes_to_a_time_and_never_behind_the_machines(sandbox: Sandbox) -> None:
    there = sandbox.post("/stripe/clock", {"at": "2034-02-28T23:59:00+00:00"})

    assert there["now"].startswith("2034-02-28T23:59")
    assert sandbox.raw("POST", "/stripe/clock", b'{"at": "2018-01-01T00:00:00+00:00"}')[0] == 400


def test_refund_of_the_dashboard_is_nobodys_and_takes_its_part(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)

    made = sandbox.dashboard_refund(payment, 3000)

    (held,) = refunds.of_payment(payment, None)
    assert (held.provider_ref, held.refund_ref, held.amount) == (made, None, brl(3000))
    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payment, brl(2001)))
    assert refunds.refund(a_request(payment, brl(2000))).state is ProviderState.SUCCEEDED


def test_inquiry_that_becomes_a_chargeback_takes_what_was_not_refunded(
    sandbox: Sandbox, refunds: StripeRefunds
) -> None:
    payment = sandbox.payment(5000)
    dispute = sandbox.dispute(payment, inquiry=True)
    refunds.refund(a_request(payment, brl(2000)))

    moved = sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "needs_response"})

    assert (moved["amount"], moved["status"]) == (3000, "needs_response")
    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payment, brl(1)))


def test_books_page_shows_the_script_and_its_form_adds_to_it(sandbox: Sandbox) -> None:
    form = {"action": "slow", "times": "for ever", "milliseconds": "20", "event": "", "path": "/v1/*", "method": "*"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    status, _ = sandbox.raw("POST", "/stripe/faults", urlencode(form).encode(), headers)
    (line,) = sandbox.faults()
    page = sandbox.raw("GET", "/stripe")[1].decode()
    removed, _ = sandbox.raw("POST", f"/stripe/faults/{line['id']}/remove", b"remove=1", headers)

    assert (status, removed, sandbox.faults()) == (303, 303, [])
    assert (line["times"], line["milliseconds"], line["path"], line["event"]) == (None, 20, "/v1/*", "*")
    assert "slow (20 ms)" in page
    assert sandbox.raw("POST", "/stripe/clock", b"advance_seconds=3600", headers)[0] == 303
    assert sandbox.get("/stripe/clock")["offset_seconds"] == 3600


def _failure_of(sandbox: Sandbox, payment: str) -> type[BaseException]:
    connection = http.client.HTTPConnection(sandbox.host, sandbox.port, timeout=5)
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/v1/refunds", urlencode({"payment_intent": payment, "amount": 1}), headers)
    try:
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as failure:
        return type(failure)
    finally:
        connection.close()
    raise AssertionError("the connection held")


def test_page_of_the_sandbox_names_every_action_and_behaviour_and_its_examples_are_lines() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    examples = [json.loads(found) for found in re.findall(r"-d '([^']+)'", page)]
    lines = [line for found in examples for line in (found if isinstance(found, list) else [found])]

    assert [name for name in (*ACTIONS, *BEHAVIOURS) if f"`{name}`" not in page] == []
    assert len([read_fault(line) for line in lines if "action" in line]) == 6


def test_simulation_brings_its_own_time_and_turns_the_world_itself(tmp_path: Path) -> None:
    moment = [1_900_000_000.0]
    double = create_sandbox(SandboxSettings(tmp_path, refund_seconds=60), time_source=lambda: moment[0])
    client = double.test_client()
    payment = {"feed_reference": "one", "amount": 500, "currency": "brl", "behaviour": "pending"}
    paid = client.post("/sandbox/payment_intents", json=[payment]).get_json()["payment_intents"][0]["id"]
    key = {"Authorization": f"Bearer {SECRET_KEY}"}
    made = client.post("/v1/refunds", data={"payment_intent": paid}, headers=key).get_json()

    moment[0] += 61
    double.extensions["threads"].clockwork.turn()

    after = client.get(f"/v1/refunds/{made['id']}", headers=key).get_json()
    assert (made["created"], made["status"], after["status"]) == (1_900_000_000, "pending", "succeeded")
