"""``python -m tests.reliability RESULTS…``: print docs/reliability.md from what runs wrote down."""

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.reliability.marks import ROOT
from tests.reliability.table import OPEN, read, rendered, states


def _run(results: list[Path]) -> str:
    """Say on which commit, and on which day, the newest of the tests ran."""
    git = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    on = datetime.fromtimestamp(max(file.stat().st_mtime for file in results), UTC).date()
    return f"on {on.isoformat()} at commit `{commit}`"


def main() -> int:
    """Print the table, name what is open, and end with 1 where something is."""
    asked = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    asked.add_argument("results", nargs="+", type=Path, help="files that pytest --reliability wrote")
    results = asked.parse_args().results
    proofs = read(results)
    print(rendered(proofs, _run(results)), end="")
    left = [one for one, state in states(proofs).items() if state == OPEN]
    print(f"{len(left)} open: {', '.join(left)}" if left else "Nothing is open.", file=sys.stderr)
    return 1 if left else 0


sys.exit(main())
