"""The strip for the front page of the project: one promise kept, on three screens of a phone."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from portal.launch.settings import ROOT
from tests.journeys.bar import FADED
from tests.journeys.people import Guest
from tests.pictures.stage import Stage, submit

PATH = ROOT / "docs" / "strip.webp"
_ORDER, _LINE = "AURORA-1222", 1
_PHONE, _SHARP = {"width": 390, "height": 1400}, 2
_SHOWN, _GAP, _PAPER, _QUALITY = 400, 28, "#e9e4da", 78
# So far down the page of offers the apology begins, and two ways out fit below it.
_TO_THE_APOLOGY = 125


def photograph_strip(stage: Stage) -> Path:
    """Report what was not in the box, read the apology, take the money; give the path of the strip."""
    guest = Guest(stage.browser, stage.running, None, viewport=_PHONE, device_scale_factor=_SHARP)
    mailbox = stage.running.rows(
        "SELECT c.mailbox FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.order_number = %(n)s",
        {"n": _ORDER},
    )[0].mailbox
    guest.is_in(mailbox)
    guest.say(_ORDER, {_LINE: "missing_line"}, "The box was closed, and it was not in it.")
    shots = [_shot(guest)]
    submit(guest, "#lines")
    shots.append(_shot(guest, down=_TO_THE_APOLOGY))
    guest.take("refund")
    guest.until("Promise kept")
    shots.append(_shot(guest))
    guest.close()
    return _laid(shots)


def _shot(guest: Guest, *, down: int = 0) -> Image.Image:
    """Take the beginning of a page, as far as a thumb goes once."""
    guest.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    guest.page.evaluate("down => { document.activeElement?.blur(); scrollTo(0, down); }", down)
    guest.page.evaluate(FADED)
    return Image.open(BytesIO(guest.page.screenshot(animations="disabled"))).convert("RGB")


def _laid(shots: list[Image.Image]) -> Path:
    """Lay the screens side by side, and keep them small enough for a page that somebody glances at."""
    height = round(_SHOWN * _PHONE["height"] / _PHONE["width"])
    width = len(shots) * (_SHOWN + _GAP) + _GAP
    paper = Image.new("RGB", (width, height + 2 * _GAP), _PAPER)
    for place, shot in enumerate(shots):
        paper.paste(shot.resize((_SHOWN, height), Image.Resampling.LANCZOS), (_GAP + place * (_SHOWN + _GAP), _GAP))
    paper.save(PATH, quality=_QUALITY, method=6)
    return PATH
