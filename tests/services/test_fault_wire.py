"""The network between the worker and Stripe breaks: nobody knows is never called failed, and one refund is made."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.poll_events import poll_events
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.send_refund import send_refund
from tests.support import spoiled_wire
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import AnOrder, Shop
from tests.support.spoiled_wire import Toxic, spoiled, untrusted

_A_DAY = timedelta(days=1)
# Each with how many refunds Stripe has made by then.
_TOXICS: dict[Toxic, int] = {
    spoiled_wire.reset_before: 0,
    spoiled_wire.reset_after: 1,
    spoiled_wire.timeout_before: 0,
    spoiled_wire.timeout_after: 1,
    spoiled_wire.half_head: 1,
    spoiled_wire.half_body: 1,
    spoiled_wire.half_body_called_whole: 1,
    spoiled_wire.no_answer: 1,
}


@pytest.fixture
def promised(shop: Shop) -> tuple[AnOrder, str, str]:
    """Give an order, the claim on it, and its refund that has not been sent."""
    return shop.promised_refund()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate that names this machine, with its key, signed by nobody but itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stripe.example")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + _A_DAY)
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path / "stripe.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, *plain))
    return file


def by(url: str) -> StripeRefunds:
    """Speak to Stripe at an address, without the patience of the worker."""
    return StripeRefunds(SECRET_KEY, api_base=url, read_seconds=0.5)


def is_unknown(shop: Shop, stripe: StripeRefunds, claim: str, refund: str) -> None:
    """Send it on a wire that breaks, ask again on the same wire, and see that nothing is called failed."""
    assert send_refund(shop.toolkit, stripe, refund_ref=refund) is True
    told = [tuple(row) for row in shop.rows("SELECT state, reason FROM refunds")]
    assert told == [("unknown", "no_answer")]

    shop.later(minutes=3)
    assert open_refunds(shop.toolkit) == [refund]
    assert reconcile_refund(shop.toolkit, stripe, refund_ref=refund) == "UnknownOutcome"
    assert poll_events(shop.toolkit, stripe) == 0
    assert send_refund(shop.toolkit, stripe, refund_ref=refund) is True

    assert [row.state for row in shop.refunds()] == ["unknown"]
    assert shop.claim(claim).state == "accepted"
    assert shop.rows("SELECT count(*) FROM troubles")[0][0] == 0
    assert shop.rows("SELECT count(*) FROM letters WHERE template = 'refund_failed'")[0][0] == 0


def ends_well(shop: Shop, order: AnOrder, claim: str, refund: str) -> None:
    """Let the sweeps run on a wire that is whole: one refund, under the one key."""
    shop.later(minutes=3)
    for one in open_refunds(shop.toolkit):
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=one)
    shop.work()
    assert [row.state for row in shop.refunds()] == ["succeeded"]
    made = shop.ports.refunds.of_payment(order.payments[0], None)
    assert [one.refund_ref for one in made] == [refund]
    assert shop.claim(claim).state == "made_whole"
    assert shop.balance("stripe_balance") == -5_500


@pytest.mark.proves("fault 26", "fault 9", "fault 10", "bug 8", "bug 9", "bug 10")
@pytest.mark.parametrize(("toxic", "made"), _TOXICS.items(), ids=[toxic.__name__ for toxic in _TOXICS])
def test_a_wire_that_breaks_leaves_the_refund_unknown_and_one_is_made(
    shop: Shop, promised: tuple[AnOrder, str, str], toxic: Toxic, made: int
):
    order, claim, refund = promised

    with spoiled(shop.sandbox.host, shop.sandbox.port, toxic) as url:
        is_unknown(shop, by(url), claim, refund)

    assert len(shop.ports.refunds.of_payment(order.payments[0], None)) == made
    ends_well(shop, order, claim, refund)


@pytest.mark.proves("fault 26")
def test_an_answer_that_comes_byte_by_byte_is_the_answer(shop: Shop, promised: tuple[AnOrder, str, str]):
    order, claim, refund = promised

    with spoiled(shop.sandbox.host, shop.sandbox.port, spoiled_wire.sliced) as url:
        assert send_refund(shop.toolkit, StripeRefunds(SECRET_KEY, api_base=url), refund_ref=refund) is False

    assert [row.state for row in shop.refunds()] == ["succeeded"]
    ends_well(shop, order, claim, refund)


@pytest.mark.proves("fault 26")
@pytest.mark.parametrize("address", ["http://stripe.invalid", "https://127.0.0.1:{port}"], ids=["no name", "no TLS"])
def test_a_name_that_is_not_known_and_a_port_without_tls_are_unknown(
    shop: Shop, promised: tuple[AnOrder, str, str], address: str
):
    order, claim, refund = promised

    is_unknown(shop, by(address.format(port=shop.sandbox.port)), claim, refund)

    assert shop.ports.refunds.of_payment(order.payments[0], None) == []
    ends_well(shop, order, claim, refund)


@pytest.mark.proves("fault 26")
def test_a_certificate_that_nobody_vouches_for_is_told_nothing(
    shop: Shop, promised: tuple[AnOrder, str, str], certificate: Path
):
    order, claim, refund = promised

    with untrusted(certificate) as (url, heard):
        is_unknown(shop, by(url), claim, refund)

    assert b"".join(heard) == b""
    ends_well(shop, order, claim, refund)
