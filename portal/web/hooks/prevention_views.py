"""Where whoever was told of a parcel says what they did about it."""

from flask import Response, jsonify
from werkzeug.exceptions import BadRequest

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.prevention import LONGEST_NOTE, BadOutcome
from portal.domain.signatures import HEADER
from portal.services.record_precaution import record_precaution
from portal.web.hooks.signed import optional_text_of, settings, signed_message_at, text_of
from portal.web.shared.access import hook
from portal.web.shared.means import toolkit

_KNOWN = frozenset({"ref", "done", "note"})
_LONGEST_WORD = 80
BY_MESSAGE = Actor.system("prevention_desk")


@hook
def hear_prevention() -> Response:
    """Keep what was done, as it was said last; the same message again, or one from before, changes nothing."""
    # Without a secret nobody was told of anything, and nobody can sign.
    secrets = [settings().prevention_secret] if settings().prevention_secret else []
    message, said_at = signed_message_at(HEADER, secrets)
    if set(message) - _KNOWN:
        raise BadRequest("there are fields that nobody knows")
    ref, done = text_of(message, "ref", _LONGEST_WORD), text_of(message, "done", _LONGEST_WORD)
    note = optional_text_of(message, "note", LONGEST_NOTE) or ""
    try:
        record_precaution(toolkit(), ref=ref, done=done, note=note, actor=BY_MESSAGE, said_at=said_at)
    except BadOutcome as error:
        raise BadRequest("done is called, held, rerouted or nothing_possible") from error
    except NotFound as error:
        raise BadRequest("nothing of this ref was ever told") from error
    return jsonify(heard=True)
