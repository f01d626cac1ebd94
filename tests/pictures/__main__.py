"""Start the whole product on the sample, photograph every page of each front, lay out the sheets and the strip."""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from portal.factory import create_app
from portal.launch.settings import ROOT
from portal.wiring import wire_web
from tests.pictures.afterwards import photograph_afterwards
from tests.pictures.camera import Camera
from tests.pictures.customer import photograph
from tests.pictures.errors import photograph_errors
from tests.pictures.finance import photograph_finance
from tests.pictures.follow_ups import photograph_follow_ups
from tests.pictures.holding import photograph_holding
from tests.pictures.incidents import photograph_incidents
from tests.pictures.journey import photograph_journey
from tests.pictures.listening import photograph_listening
from tests.pictures.mails import photograph_mails
from tests.pictures.outreach import photograph_outreach
from tests.pictures.patterns import photograph_patterns
from tests.pictures.policies import photograph_policies
from tests.pictures.recoveries import photograph_recoveries
from tests.pictures.scenes import faults_of
from tests.pictures.stage import Stage
from tests.pictures.strip import photograph_strip
from tests.pictures.troubles import photograph_troubles
from tests.pictures.trying import photograph_trying
from tests.pictures.workbench import photograph_staff
from tests.support import database
from tests.support.browser import ARGUMENTS, chromium
from tests.support.running import whole_product
from tests.support.web import close_app

FOLDER = ROOT / "build" / "pictures"


def main() -> int:
    """Take every picture; give the exit code."""
    began, path = time.monotonic(), chromium()
    with (
        tempfile.TemporaryDirectory(prefix="amends-pictures-") as folder,
        database.throw_away_server("pictures") as server,
        whole_product(server, Path(folder), "amends_pictures") as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        stage = Stage(running, browser, Path(folder))
        cameras = {front: Camera(FOLDER, front) for front in ("customer", "staff", "finance", "mails")}
        print(photograph_strip(stage).relative_to(ROOT))
        photograph(stage, cameras["customer"])
        photograph_staff(stage, cameras["staff"])
        photograph_trying(stage, cameras["staff"])
        photograph_policies(stage, cameras["staff"])
        photograph_holding(stage, cameras["staff"])
        photograph_follow_ups(stage, cameras["customer"], cameras["staff"])
        photograph_afterwards(stage, cameras["customer"], cameras["staff"])
        photograph_troubles(stage, cameras["staff"])
        photograph_patterns(stage, cameras["staff"])
        photograph_incidents(stage, cameras["staff"])
        photograph_recoveries(stage, cameras["finance"])
        photograph_listening(stage, cameras["staff"])
        photograph_journey(stage, cameras["staff"])
        photograph_outreach(stage, cameras["customer"], cameras["staff"])
        photograph_errors(stage, cameras)
        photograph_finance(stage, cameras["finance"])
        photograph_mails(running, browser, cameras["mails"])
        browser.close()
        app = create_app(running.config, wire_web(running.config))
        faults = faults_of(app, {front: camera.taken for front, camera in cameras.items()})
        close_app(app)
        for front, camera in cameras.items():
            print(f"{front}: {len(camera.scenes)} scenes, {camera.sheet()}")
    print(*faults, f"{time.monotonic() - began:.0f} seconds", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
