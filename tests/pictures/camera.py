"""Takes pictures of a page at every width, in light and dark, and lays them on a contact sheet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

from tests.journeys.bar import FADED

WIDTHS, LANGUAGES = (360, 1280), ("en", "pt_BR")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_THUMBS = {360: 130, 1280: 330}
_TALLEST, _GAP, _LABEL = 620, 12, 26
_LONGEST_PAGE = 6000
# The table of a whole policy takes a browser long to paint, on a machine that is busy longer than it waits by itself.
_PATIENCE_MS = 120_000.0


class Camera:
    """Keeps the pictures of one front in a folder, and knows in which order they were taken."""

    def __init__(self, folder: Path, front: str) -> None:
        """Make the front's folder."""
        self.folder, self.front = folder / front, front
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scenes: list[str] = []
        # At which address each scene was taken first.
        self.taken: dict[str, str] = {}

    def take(self, page: Page, scene: str, language: str) -> None:
        """Take one scene at every width, in light and dark."""
        if scene not in self.scenes:
            self.scenes.append(scene)
            self.taken[scene] = page.url
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(FADED)
                tall = min(page.evaluate("document.documentElement.scrollHeight"), _LONGEST_PAGE)
                page.screenshot(
                    path=self._path(scene, language, width, scheme),
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": tall},
                    animations="disabled",
                    timeout=_PATIENCE_MS,
                )

    def _path(self, scene: str, language: str, width: int, scheme: str) -> Path:
        return self.folder / f"{scene}-{language}-{width}-{scheme}.png"

    def sheet(self) -> Path:
        """Lay every picture of the front on one sheet, a row a scene, and give its path."""
        rows = [(scene, [*self._thumbs(scene)]) for scene in self.scenes]
        width = 2 * sum(2 * (thumb + _GAP) for thumb in _THUMBS.values()) + _GAP
        heights = [max(thumb.height for thumb in thumbs) + _LABEL + _GAP for _, thumbs in rows]
        paper = Image.new("RGB", (width, sum(heights) + _GAP), "#888888")
        pen, font, y = ImageDraw.Draw(paper), ImageFont.load_default(size=16), _GAP
        for (scene, thumbs), height in zip(rows, heights, strict=True):
            pen.text((_GAP, y), f"{self.front}: {scene}", font=font, fill="#ffffff")
            x = _GAP
            for thumb in thumbs:
                paper.paste(thumb, (x, y + _LABEL))
                x += thumb.width + _GAP
            y += height
        path = self.folder.parent / f"{self.front}.png"
        paper.save(path, optimize=True)
        return path

    def _thumbs(self, scene: str) -> Iterator[Image.Image]:
        for language in LANGUAGES:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    path = self._path(scene, language, width, scheme)
                    if path.exists():
                        with Image.open(path) as picture:
                            yield _small(picture, _THUMBS[width])


def _small(picture: Image.Image, width: int) -> Image.Image:
    """Make a thumbnail; what lies below the tallest is left out, the single picture shows it."""
    scale = width / picture.width
    shown = picture.crop((0, 0, picture.width, min(picture.height, round(_TALLEST / scale), _LONGEST_PAGE)))
    return shown.convert("RGB").resize((width, max(1, round(shown.height * scale))), Image.Resampling.LANCZOS)
