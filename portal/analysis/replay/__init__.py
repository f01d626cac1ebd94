"""Replay: a policy over many kept facts at once, in columns instead of claim by claim."""

from portal.analysis.replay.columns import FactColumns
from portal.analysis.replay.judging import NOT_OFFERED, Judged, judge_columns

__all__ = ["NOT_OFFERED", "FactColumns", "Judged", "judge_columns"]
