"""The bar that every page a journey lands on is held to: nothing sideways on a phone, axe finds nothing in any scheme.

Pages are made of the same parts in the same colours, and what was judged in this run is not judged again: axe looks at
a page where an element stood in no such place before, and at its colours where letters stood on no such ground. Of rows
that are alike it looks at the first.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import JSHandle, Page, ViewportSize

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
# What stands in which place, as far as axe can tell it apart: the element, its kinds and what it says of itself, within
# the three around it; and which heading follows which. Each with the first element of it.
_PARTS = r"""
() => {
    const telling = /^(role|type|lang|scope|autocomplete|aria-(?!label|describedby|controls|details|owns))/;
    const named = new Set(["A", "BUTTON", "SUMMARY", "LABEL", "LEGEND", "TH", "H1", "H2", "H3", "H4", "H5", "H6"]);
    const known = new Map();
    const own = (one) => {
        if (!known.has(one)) {
            const said = [...one.attributes].map(({ name, value }) => telling.test(name) ? `${name}=${value}` : name);
            const words = named.has(one.tagName) && !one.textContent.trim() ? "silent" : "";
            const labels = one.labels ? `${one.labels.length} labels` : "";
            known.set(one, `${one.tagName}.${[...one.classList].sort()}[${said.sort()}]${words}${labels}`);
        }
        return known.get(one);
    };
    const found = new Map();
    const note = (what, one) => found.has(what) || found.set(what, one);
    let heading = "";
    for (const one of document.querySelectorAll("body *")) {
        if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        let place = own(one);
        for (let at = one.parentElement, deep = 0; at && deep < 3; at = at.parentElement, deep += 1) {
            place = `${own(at)} ${place}`;
        }
        note(place, one);
        if (/^H[1-6]$/.test(one.tagName)) {
            note(`${one.tagName} after ${heading}`, one);
            heading = one.tagName;
        }
    }
    return found;
}
"""
# Which colours of letters, large or not, stand on which ground. Each with the first element of it.
_LETTERS = r"""
() => {
    const grounds = new Map([[null, ""]]);
    const ground = (one) => {
        if (!grounds.has(one)) {
            const { backgroundColor: colour, backgroundImage: image, opacity } = getComputedStyle(one);
            const seen = [opacity === "1" ? "" : `${opacity} of `, image === "none" ? "" : `${image} on `,
                colour === "rgba(0, 0, 0, 0)" ? "" : `${colour} `].join("");
            grounds.set(one, seen + (/^rgb\(/.test(colour) ? "" : ground(one.parentElement)));
        }
        return grounds.get(one);
    };
    const found = new Map();
    const noted = new Set();
    // What axe does not look at has not been judged: what is not seen, what cannot be used.
    const note = (one) => {
        if (noted.has(one)) return;
        noted.add(one);
        if (one.matches(":disabled")) return;
        if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
        const { color, fontSize, fontWeight } = getComputedStyle(one);
        const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
        const what = `${color} ${large ? "large" : ""} on ${ground(one)}`;
        if (!found.has(what)) found.set(what, one);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.trim().length > 1) note(texts.currentNode.parentElement);
    document.querySelectorAll("input, textarea, select").forEach(note);
    return found;
}
"""
_KEYS = "(found) => [...found.keys()]"
# Rows that hold the first of nothing are not shown meanwhile: axe takes its time to tell where everything lies.
_SET_ASIDE = r"""
(kept) => {
    const looked = new Set();
    const look = (one) => { for (let at = one; at; at = at.parentElement) looked.add(at); };
    kept.forEach(([found, fresh]) => fresh.forEach((what) => look(found.get(what))));
    document.querySelectorAll("header, nav, main, aside, section, footer, h1, h2").forEach(look);
    document.querySelectorAll("tbody tr, li").forEach(
        (one) => looked.has(one) || one.style.setProperty("display", "none", "important"));
}
"""
_AS_BEFORE = """() => document.querySelectorAll("tbody tr, li").forEach((one) => one.style.removeProperty("display"))"""
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


class Seen:
    """What was judged, pages, parts and colours, kept in a folder for every process of one run of the tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._here: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Tell whether it was judged, here or by another process."""
        return key in self._here or self._file(key).exists()

    def add(self, key: str) -> None:
        """Note that it was judged and nothing was found."""
        self._here.add(key)
        self._file(key).touch()

    def _file(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()


def hold_to_the_bar(page: Page, seen: Seen) -> None:
    """Fail with all that is wrong with a page; parts that come more often, or in another order, make no other page."""
    outline = repr((_nameless(page.url), sorted({_nameless(part) for part in page.evaluate(_OUTLINE)})))
    if outline in seen:
        return
    faults = _sideways(page)
    parts = _fresh(page, _PARTS, seen)
    fresh = [outline, *parts.named]
    for scheme in _SCHEMES if parts.keys else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(FADED)
        letters = _fresh(page, _LETTERS, seen, f"{scheme}: ")
        fresh += letters.named
        if scheme == _SCHEMES[-1]:
            faults += _faults_in(page, scheme, _RULES if letters.keys else _WITHOUT_COLOURS, parts, letters)
        elif letters.keys:
            faults += _faults_in(page, scheme, _COLOURS, letters)
    assert not faults, "\n".join(faults)
    for one in fresh:
        seen.add(one)


@dataclass(frozen=True)
class _Fresh:
    """What a page has that was not judged yet, as the page names it and as it is kept, and where it stands."""

    found: JSHandle
    keys: list[str]
    named: list[str]


def _fresh(page: Page, look: str, seen: Seen, prefix: str = "") -> _Fresh:
    found = page.evaluate_handle(look)
    keys = [one for one in found.evaluate(_KEYS) if prefix + one not in seen]
    return _Fresh(found, keys, [prefix + one for one in keys])


def _sideways(page: Page) -> list[str]:
    size = page.viewport_size or DESK
    page.set_viewport_size(PHONE)
    sideways = page.evaluate(_SIDEWAYS)
    page.set_viewport_size(size)
    return [f"{page.url} is too wide for a phone: {sideways}"] if sideways else []


def _faults_in(page: Page, scheme: str, rules: dict[str, Any], *fresh: _Fresh) -> list[str]:
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()
    page.evaluate(_SET_ASIDE, [[one.found, one.keys] for one in fresh])
    found = axe.run(page, options=rules)
    page.evaluate(_AS_BEFORE)
    return [f"{page.url} in {scheme}:\n{found.generate_report()}"] if found.violations_count else []


def _nameless(text: str) -> str:
    """Take the names and numbers out of an address or a heading, so that pages of one kind are one."""
    return re.sub(r"[A-Z]{2,}-[0-9A-Z]+|\d+|\?.*", "", text)
