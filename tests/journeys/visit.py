"""One person at one browser; every page that they land on is held to the same bar."""

import re
from typing import Any

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests.journeys.bar import DESK, Seen, hold_to_the_bar
from tests.support.running import Running, eventually

_TRIES = 4
# What a browser says of a page that another page took the place of before it was there.
_CUT_OFF = "ERR_ABORTED"


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

        eventually(there, f"{words!r} on {self.page.url}, which says {self.words!r}", seconds=seconds, pause=1.0)
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
            self._patiently(self._seen)
        return self.page

    def _patiently(self, seen: Seen) -> None:
        """Judge again where the page renewed itself meanwhile, as a claim in motion does."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                hold_to_the_bar(self.page, seen)
            except BrowserError:
                if not left:
                    raise
            else:
                return
