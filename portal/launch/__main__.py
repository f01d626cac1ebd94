"""The command line of the launch: ``run``; ``migrate`` for a database of your own; ``database`` for ours alone."""

import argparse
import sys
from pathlib import Path

from config import Config
from portal.launch import schema
from portal.launch.demonstration import Feed
from portal.launch.run import hold_database, run
from portal.launch.settings import ROOT, Ports


def main(arguments: list[str]) -> int:
    """Read the command line and launch; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m portal.launch", description="Start all of Amends on this machine.")
    parser.add_argument(
        "command",
        choices=["run", "migrate", "database"],
        help="start everything, only migrate the database, or start it alone",
    )
    parser.add_argument("--orders", type=Path, help="an order feed to import instead of the project's own sample")
    parser.add_argument("--payments", type=Path, help="the payments of that feed")
    parser.add_argument("--instance", type=Path, default=ROOT / "instance", help="the folder of data, logs and secrets")
    parser.add_argument("--port", type=int, default=Ports().web, help="of the portal")
    parser.add_argument("--sandbox-port", type=int, default=Ports().sandbox, help="of the sandbox's pages")
    parser.add_argument("--mail-port", type=int, default=Ports().mail, help="of the sandbox's mail server")
    given = parser.parse_args(arguments)
    if given.command == "migrate":
        schema.upgrade(Config.from_environment().database_url)
        return 0
    ports = Ports(given.port, given.sandbox_port, given.mail_port)
    if given.command == "database":
        return hold_database(given.instance.resolve(), ports)
    if bool(given.orders) != bool(given.payments):
        parser.error("an order feed is two files: name both the orders and the payments")
    for path in filter(None, (given.orders, given.payments)):
        if not path.is_file():
            parser.error(f"there is no file {path}")
    feed = Feed(given.orders.resolve(), given.payments.resolve()) if given.orders else None
    return run(given.instance.resolve(), ports, feed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
