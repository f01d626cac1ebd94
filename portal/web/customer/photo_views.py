"""Photos: taken in clean, and shown to their owner only."""

import structlog
from flask import Response, make_response, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import BadPicture, NotFound, TooManyPhotos
from portal.records import customer_pages
from portal.services.add_photos import MOST_PHOTOS, Photo
from portal.services.add_photos import add_photos as keep_photos
from portal.web.customer.building.said import Said
from portal.web.customer.claim_page import REFUSED, show_claim, to_claim
from portal.web.shared.access import customer, customer_id
from portal.web.shared.errors import OUTAGE_SECONDS
from portal.web.shared.intake import takes_photos
from portal.web.shared.language import gettext as _
from portal.web.shared.language import ngettext
from portal.web.shared.means import glancing, photo_cleaner, photos, toolkit

_LONGEST_NAME = 60
_AWAY = 503
_log = structlog.get_logger("amends.photos")


@customer
@takes_photos
def add_photos(ref: str) -> Answer:
    """Keep the photos that can be kept, and name each that cannot with its reason."""
    _check_own(ref)
    files = [file for file in request.files.getlist("photos") if file.filename]
    clean, errors = _cleaned(files[:MOST_PHOTOS])
    if len(files) > MOST_PHOTOS:
        errors.append(_at_most())
    if not files:
        errors.append(_("Please choose a photo first."))
    if clean:
        try:
            keep_photos(toolkit(), photos(), customer_id=customer_id(), claim_ref=ref, photos=clean)
        except TooManyPhotos:
            errors.append(_at_most())
        except OSError as failure:
            _log.error("photos cannot be kept", error=type(failure).__name__)
            later = _(
                "We cannot take photos just now. Please send them later, or tell us in words: both reach us here."
            )
            answer = show_claim(ref, Said(photo_errors=(later,)), _AWAY)
            answer.headers["Retry-After"] = str(OUTAGE_SECONDS)
            return answer
    if errors:
        return show_claim(ref, Said(photo_errors=tuple(errors)), REFUSED)
    return to_claim(ref)


@customer
def photo(ref: str, photo: str) -> Response:
    """Give a photo to the customer whose claim it belongs to."""
    with glancing() as session:
        found = customer_pages.photo(session, photo, ref, customer_id())
    if found is None:
        raise NotFound(photo)
    answer = make_response(photos().get(found.ref))
    answer.headers["Content-Type"] = found.media_type
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _check_own(ref: str) -> None:
    """Look whose claim it is before pictures are worked on."""
    with glancing() as session:
        if customer_pages.glance(session, ref, customer_id()) is None:
            raise NotFound(ref)


def _cleaned(files: list[FileStorage]) -> tuple[list[Photo], list[str]]:
    clean, errors = [], []
    for file in files:
        try:
            one = photo_cleaner()(_read(file))
        except BadPicture as error:
            errors.append(_sentence(error.reason, (file.filename or "")[-_LONGEST_NAME:]))
        else:
            clean.append(Photo(one.content, one.media_type, one.width, one.height, bytes.fromhex(one.sha256)))
    return clean, errors


def _read(file: FileStorage) -> bytes:
    """Read a file and let go of it at once, because a large one lies on disk."""
    with file.stream as stream:
        return bytes(stream.read())


def _at_most() -> str:
    return ngettext("At most %(num)s photo fits here.", "At most %(num)s photos fit here.", MOST_PHOTOS)


def _sentence(reason: str, name: str) -> str:
    if reason == "too_large":
        return _("“%(name)s” is larger than 10 MB. A smaller copy of it is fine.", name=name)
    if reason == "too_many_pixels":
        return _("“%(name)s” has more pixels than we can take in. A smaller copy of it is fine.", name=name)
    if reason == "empty":
        return _("“%(name)s” reached us empty. Please choose it once more.", name=name)
    return _("“%(name)s” is no photo that we can read. A JPEG or PNG works.", name=name)
