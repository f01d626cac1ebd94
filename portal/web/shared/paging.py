"""A long list in pages: which one is asked for, and how many there are."""

from dataclasses import dataclass

from flask import request

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one is among pages.

    number: this page, from 1. of: how many there are. previous_url: newer; next_url: older; None where there is none.
    """

    number: int
    of: int
    previous_url: str | None
    next_url: str | None


def page_number() -> int:
    """Read which page is asked for; the first for what is none."""
    asked = request.args.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS else 1


def pages_of(whole: int, rows: int) -> int:
    """Tell how many pages so many take, at least one."""
    return max(1, -(-whole // rows))
