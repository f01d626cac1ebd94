"""How fast a draft is replayed over past claims, and how much memory that takes.

It is held to a raw COPY of the same stored facts, before and after it, read by the same driver; every byte is let go.
"""

import time
from importlib.resources import files
from pathlib import Path
from statistics import median

import psycopg

from portal.launch.postgres import Server
from tests.bench.apart import run_apart
from tests.bench.figures import Report
from tests.support.database import fresh_database, migrated_template
from tests.support.past_claims import write_past_claims

MOST_SLOWER = 3.0
MOST_GROWTH = 1.10
# Five times the claims may take no more than this beside five times the seconds.
MOST_BESIDE_LINE = 1.25
_TIMES = 5
_GIVES = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"
_COPY = "COPY (SELECT facts FROM claim_lines) TO STDOUT"


def measure(report: Report, server: Server, folder: Path, *, claims: int) -> None:
    """Replay a stingier draft over so many claims, and over a fifth of them."""
    source = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft.toml"
    draft.write_text(source.replace(_GIVES, _GIVES.replace("100", "50")), encoding="utf-8")
    template = migrated_template(server)
    small = _measure_one(server, template, draft, claims // _TIMES)
    large = _measure_one(server, template, draft, claims)
    report.tell("policy.replay_claims", claims, "claims")
    report.tell("policy.replay_claims_a_second", claims / large["seconds"], "claims/s")
    report.tell("policy.replay_copy_claims_a_second", claims / large["copy"], "claims/s")
    report.hold("policy.replay_to_copy", large["seconds"] / large["copy"], "times", most=MOST_SLOWER)
    report.hold(
        "policy.replay_beside_line",
        large["seconds"] / small["seconds"] / _TIMES,
        "times, five times the claims",
        most=MOST_BESIDE_LINE,
    )
    report.tell("policy.replay_peak_memory", large["peak"] / 2**20, "MiB")
    report.hold("policy.replay_memory_at_five_times", large["peak"] / small["peak"], "times", most=MOST_GROWTH)


def _measure_one(server: Server, template: str, draft: Path, claims: int) -> dict[str, float]:
    with fresh_database(server, "bench_replay", template=template) as url:
        write_past_claims(url, claims)
        before = median(_raw_copy(url) for _ in range(3))
        told = run_apart("replay", url, str(draft), str(claims))
        copy = (before + median(_raw_copy(url) for _ in range(3))) / 2
    return {"seconds": told["seconds"], "peak": told["peak"], "copy": copy}


def _raw_copy(url: str) -> float:
    """Copy the facts out, and let every byte of them go; tell the seconds."""
    with psycopg.connect(url) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(_COPY) as copy:
            sum(len(piece) for piece in copy)
        return time.perf_counter() - began
