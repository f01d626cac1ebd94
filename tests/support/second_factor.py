"""Second factors of staff for tests: kept at once, and the codes that their authenticators show."""

from collections.abc import Iterable
from datetime import datetime

from pyotp import TOTP

from portal.records import second_factors
from portal.services.second_factor_secrets import recovery_hash, seal_secret
from portal.services.toolkit import Toolkit
from tests.support.web import Clock

_STEP_SECONDS, _SECONDS_TO_TYPE = 30, 15
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrolled(toolkit: Toolkit, staff_id: int, *, recovery_codes: Iterable[str] = ()) -> None:
    """Give a staff member a second factor, of which no code was used yet."""
    hashes = [recovery_hash(code, toolkit.secret_key) for code in recovery_codes]
    with toolkit.transaction() as session:
        second_factors.add(
            session,
            staff_id=staff_id,
            sealed_secret=seal_secret(SECRET, toolkit.secret_key),
            used_step=0,
            recovery_hashes=hashes,
            now=toolkit.now(),
        )


def code_at(now: datetime, *, secret: str = SECRET) -> str:
    """Tell what an authenticator shows."""
    return TOTP(secret).at(now)


def code_by(clock: Clock, *, secret: str = SECRET) -> str:
    """Tell what an authenticator shows, and see that it shows it for some seconds more."""
    left = _STEP_SECONDS - clock().timestamp() % _STEP_SECONDS
    if left < _SECONDS_TO_TYPE:
        clock.pass_(seconds=left)
    return code_at(clock(), secret=secret)


def wrong_code_at(now: datetime) -> str:
    """Make up six digits that it does not show."""
    return f"{(int(code_at(now)) + 1) % 1_000_000:06}"
