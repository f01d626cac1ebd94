"""``python -m tests.reliability RESULTS…``: print docs/reliability.md from what runs wrote down."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.reliability.table import OPEN, commits, read, rendered, states


def _run(results: list[Path], commit: str) -> str:
    """Say of which commit the tests were, and on which day the newest of them ran."""
    on = datetime.fromtimestamp(max(file.stat().st_mtime for file in results), UTC).date()
    return f"on {on.isoformat()} at commit `{commit}`"


def main() -> int:
    """Print the table, name what is open, and end with 1 where something is or the results are of several commits."""
    asked = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    asked.add_argument("results", nargs="+", type=Path, help="files that pytest --reliability wrote")
    results = asked.parse_args().results
    if len(found := commits(results)) != 1:
        print(f"Results of one commit make one table, not those of: {', '.join(sorted(found))}", file=sys.stderr)
        return 1
    proofs = read(results)
    print(rendered(proofs, _run(results, *found)), end="")
    left = [one for one, state in states(proofs).items() if state == OPEN]
    print(f"{len(left)} open: {', '.join(left)}" if left else "Nothing is open.", file=sys.stderr)
    return 1 if left else 0


sys.exit(main())
