"""The authenticator of the demonstration's people, for everybody to look at."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, render_template
from pyotp import TOTP

from portal.domain.demonstration import SECOND_FACTOR


def make_blueprint(time_source: Callable[[], float]) -> Blueprint:
    """Make the page /codes. time_source: Unix seconds, as the portal counts them, which no setting of ours moves."""
    blueprint = Blueprint("codes", __name__)

    @blueprint.get("/codes")
    def codes() -> Response:
        """Show the code of this half minute, and come again with the next one."""
        factor = TOTP(SECOND_FACTOR)
        now = int(time_source())
        left = factor.interval - now % factor.interval
        code = factor.at(now)
        answer = make_response(
            render_template("codes.html", code=f"{code[:3]} {code[3:]}", secret=SECOND_FACTOR, left=left)
        )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Refresh"] = str(left)
        return answer

    return blueprint
