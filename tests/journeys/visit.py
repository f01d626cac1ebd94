"""One person at one browser; every page that they land on is held to the same bar."""

import hashlib
import re
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import Error as BrowserError

from tests.support.running import Running, eventually

PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The places of all that is in order are not looked up, which takes axe as long as to find what is not.
    "resultTypes": ["violations"],
}
_WITHOUT_COLOURS = _RULES | {"rules": {"color-contrast": {"enabled": False}}}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}} | {
    "resultTypes": ["violations"]
}
# Of a long table the rows that are alike are looked at once, which is what axe takes its time for.
_PARTS = {"exclude": [["tr:nth-of-type(n+12)"]]}
# Which colours of letters, large or not, stand on which ground. Axe takes most of its time to tell whether they can be
# read, and pages are made of the same few.
_LETTERS = r"""
() => {
    const found = new Set();
    const ground = (one) => {
        let seen = "";
        for (let at = one; at; at = at.parentElement) {
            const { backgroundColor: colour, backgroundImage: image, opacity } = getComputedStyle(at);
            if (opacity !== "1") seen += `${opacity} of `;
            if (image !== "none") seen += `${image} on `;
            if (colour !== "rgba(0, 0, 0, 0)") seen += `${colour} `;
            if (/^rgb\(/.test(colour)) break;
        }
        return seen;
    };
    // What axe does not look at has not been judged: rows that are left out, what is not seen, what cannot be used.
    const note = (one) => {
        if (one.closest("tr:nth-of-type(n+12)") || one.matches(":disabled")) return;
        if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
        const { color, fontSize, fontWeight } = getComputedStyle(one);
        const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
        found.add(`${color} ${large ? "large" : ""} on ${ground(one)}`);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.trim().length > 1) note(texts.currentNode.parentElement);
    document.querySelectorAll("input, textarea, select").forEach(note);
    return [...found];
}
"""
# Where a page is wider than the screen, these are the elements that stick out.
_SIDEWAYS = """
() => document.documentElement.scrollWidth <= innerWidth + 1 ? [] : [...document.querySelectorAll("main *, header *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
"""
# Colours that change with the scheme fade over; they are judged where they end.
FADED = """
async () => {
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    document.getAnimations().forEach((one) => one.finish());
}
"""
_OUTLINE = "() => [...document.querySelectorAll('h1, h2')].map((one) => one.textContent.trim())"
_SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
_TRIES = 4
# What a browser says of a page that another page took the place of before it was there.
_CUT_OFF = "ERR_ABORTED"


class Seen:
    """What was audited, pages and colours, kept in a folder for every process of one run of the tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, key: str) -> bool:
        """Tell whether it was audited, here or by another process."""
        return self._file(key).exists()

    def add(self, key: str) -> None:
        """Note that it was audited and nothing was found."""
        self._file(key).touch()

    def _file(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()


class Visit:
    """A browser window. `seen` holds what was audited before in this run: the same page is not audited twice."""

    def __init__(self, browser: Browser, running: Running, seen: Seen | None, **options: Any) -> None:
        """Open the window. options: of Playwright's context. Without ``seen`` nothing is audited."""
        self.running = running
        self._seen = seen
        self.context = browser.new_context(base_url=running.url, **{"viewport": DESK, "locale": "en-GB", **options})
        self.context.set_default_timeout(20_000)
        self._scripts = options.get("java_script_enabled", True)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._note(said.type, said.text))

    def _note(self, kind: str, text: str) -> None:
        # The browser also notes every answer of 4xx, and pages for people may be such answers.
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def close(self) -> None:
        """Close the window; fail with whatever the browser complained of."""
        self.context.close()
        assert self.complaints == []

    def go(self, path: str) -> Page:
        """Open an address of the portal."""
        self.page.goto(path if path.startswith("http") else f"{self.running.url}{path}")
        return self.look()

    def press(self, name: str | re.Pattern[str], *, within: str = "body") -> Page:
        """Press the button with this name and look at the page that it leads to."""
        button = self.page.locator(within).get_by_role("button", name=name)
        with self.page.expect_navigation():
            button.click()
        return self.look()

    def follow(self, name: str | re.Pattern[str]) -> Page:
        """Follow the link with this name."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        return self.look()

    @property
    def heading(self) -> str:
        """The words of the page's one h1."""
        return self.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        """All that stands in the main part of the page."""
        return self.page.locator("main").inner_text()

    def until(self, words: str, *, seconds: float = 40) -> Page:
        """Open the page again until it says this."""

        def there() -> bool:
            if words in self.words:
                return True
            self._again()
            return words in self.words

        eventually(there, f"{words!r} on {self.page.url}, which says {self.words!r}", seconds=seconds, pause=0.5)
        return self.look()

    def _again(self) -> None:
        """Load the page again. It does so by itself where something changed, which cuts ours off and is as good."""
        try:
            self.page.reload()
        except BrowserError as error:
            if _CUT_OFF not in str(error):
                raise
            self.page.wait_for_load_state()

    def look(self) -> Page:
        """Hold the page to the bar: one h1, nothing sideways on a phone, axe finds nothing in light or dark."""
        assert self.page.locator("h1").count() == 1, self.page.url
        if self._scripts and self._seen is not None:
            _patiently(self._audit)
        return self.page

    def _audit(self) -> None:
        # Parts that come more often, or in another order, make no other page.
        parts = {_nameless(part) for part in self.page.evaluate(_OUTLINE)}
        key = repr((_nameless(self.page.url), sorted(parts)))
        if self._seen is None or key in self._seen:
            return
        size = self.page.viewport_size or DESK
        self.page.set_viewport_size(PHONE)
        sideways = self.page.evaluate(_SIDEWAYS)
        faults = [f"{self.page.url} is too wide for a phone: {sideways}"] if sideways else []
        self.page.set_viewport_size(size)
        fresh = [key]
        for scheme in _SCHEMES:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.evaluate(FADED)
            letters = {f"{scheme}: {one}" for one in self.page.evaluate(_LETTERS)}
            unseen = [one for one in letters if one not in self._seen]
            faults += self._faults_in(scheme, _COLOURS) if unseen else []
            fresh += unseen
        faults += self._faults_in(scheme, _WITHOUT_COLOURS)
        assert not faults, "\n".join(faults)
        for one in fresh:
            self._seen.add(one)

    def _faults_in(self, scheme: str, rules: dict[str, Any]) -> list[str]:
        axe = Axe("0") if self.page.evaluate("'axe' in window") else Axe()
        found = axe.run(self.page, context=_PARTS, options=rules)
        return [f"{self.page.url} in {scheme}:\n{found.generate_report()}"] if found.violations_count else []


def _nameless(text: str) -> str:
    """Take the names and numbers out of an address or a heading, so that pages of one kind are one."""
    return re.sub(r"[A-Z]{2,}-[0-9A-Z]+|\d+|\?.*", "", text)


def _patiently(audit: Any) -> None:
    """Audit again where the page renewed itself meanwhile, as a claim in motion does."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            audit()
        except BrowserError:
            if not left:
                raise
        else:
            return
