"""Run a replay that was asked for: judge past claims, tell how far it is, and keep what came of it."""

import time
from dataclasses import dataclass

from portal.domain.errors import BadPolicy
from portal.domain.replays import UNDER_WAY, ReplayState, Span
from portal.records import policy_replays
from portal.services.current_policy import parsed
from portal.services.replay_policy import replay_policy
from portal.services.replay_result import result_of, to_document
from portal.services.replay_span import claims_of
from portal.services.toolkit import Toolkit

_SECONDS_BETWEEN = 0.5


class NotWanted(Exception):
    """Somebody stopped the replay while it ran."""


def run_replay(toolkit: Toolkit, replay_ref: str, *, last_try: bool = False) -> None:
    """Run one. A worker that died begins it anew; one that has ended is left as it is.

    last_try: nobody tries again where this fails, so that is told to whoever asked for it.
    """
    with toolkit.reading() as session:
        replay = policy_replays.with_text(session, replay_ref)
        if replay is None or replay.state not in UNDER_WAY:
            return
        span = Span(replay.since_on, replay.until_on, replay.market, replay.every)
        which = claims_of(session, span, toolkit.zone)
    try:
        done = replay_policy(
            toolkit, draft=parsed(replay.source), which=which, progress=_Progress(toolkit, replay_ref).tell
        )
    except NotWanted:
        return
    except BadPolicy as error:
        _fail(toolkit, replay_ref, str(error))
        return
    except Exception as error:
        if last_try:
            _fail(toolkit, replay_ref, type(error).__name__)
        raise
    with toolkit.transaction() as session:
        result = to_document(result_of(done))
        lines = done.comparison.lines + done.without_facts
        policy_replays.end(
            session, replay_ref, ReplayState.DONE, toolkit.now(), result=result, lines_done=lines, lines_whole=lines
        )


def _fail(toolkit: Toolkit, replay_ref: str, why: str) -> None:
    with toolkit.transaction() as session:
        policy_replays.end(session, replay_ref, ReplayState.FAILED, toolkit.now(), failure=why)


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
