"""Run a replay that was asked for: judge past claims, tell how far it is, and keep what came of it."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day

from portal.domain.errors import BadPolicy
from portal.domain.replays import UNDER_WAY, ReplayState
from portal.records import policies, policy_replays
from portal.records.kept_facts import Which
from portal.records.policies import DEFAULT_MARKET
from portal.records.tables.replays import PolicyReplay
from portal.services.current_policy import parsed
from portal.services.replay_policy import replay_policy
from portal.services.replay_result import result_of, to_document
from portal.services.toolkit import Toolkit

_SECONDS_BETWEEN = 0.5


class NotWanted(Exception):
    """Somebody stopped the replay while it ran."""


def run_replay(toolkit: Toolkit, replay_ref: str) -> None:
    """Run one. A worker that died begins it anew; one that has ended is left as it is."""
    with toolkit.reading() as session:
        replay = policy_replays.with_text(session, replay_ref)
        if replay is None or replay.state not in UNDER_WAY:
            return
        which = _which(toolkit, replay, policies.markets(session))
    try:
        done = replay_policy(
            toolkit, draft=parsed(replay.source), which=which, progress=_Progress(toolkit, replay_ref).tell
        )
    except NotWanted:
        return
    except BadPolicy as error:
        with toolkit.transaction() as session:
            policy_replays.end(session, replay_ref, ReplayState.FAILED, toolkit.now(), failure=str(error))
        return
    with toolkit.transaction() as session:
        result = to_document(result_of(done))
        lines = done.comparison.lines + done.without_facts
        policy_replays.end(
            session, replay_ref, ReplayState.DONE, toolkit.now(), result=result, lines_done=lines, lines_whole=lines
        )


def _which(toolkit: Toolkit, replay: PolicyReplay, markets: list[str]) -> Which:
    """Choose the claims; a policy for all markets does not decide where a market has one of its own."""
    days = (replay.since_on, replay.until_on + timedelta(days=1))
    since, until = (datetime.combine(day, time_of_day(), toolkit.zone) for day in days)
    elsewhere = () if replay.market else tuple(market for market in markets if market != DEFAULT_MARKET)
    return Which(since, until, replay.market, replay.every, elsewhere)


@dataclass(slots=True)
class _Progress:
    """Writes now and then how far a replay is, each time in a transaction of its own."""

    toolkit: Toolkit
    ref: str
    told_at: float = float("-inf")

    def tell(self, done: int, whole: int) -> None:
        """Take note; raise NotWanted where somebody stopped it."""
        now = time.monotonic()
        if now - self.told_at < _SECONDS_BETWEEN:
            return
        self.told_at = now
        with self.toolkit.transaction() as session:
            wanted = policy_replays.tell(session, self.ref, done=done, whole=whole)
        if not wanted:
            raise NotWanted(self.ref)
