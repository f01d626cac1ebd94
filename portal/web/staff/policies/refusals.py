"""Why something about a policy was refused, in the language of the page: the strict reader's reasons, and where."""

import re
from typing import Any

from portal.domain.drafts import MOST_WORDS
from portal.domain.errors import BadPolicy, BadWords, NotAllowed
from portal.domain.policy.publishing import StopsPublishing
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.language import ngettext

_Words = tuple[tuple[re.Pattern[str], Any], ...]
_RULE_NUMBER = lazy("rule number %(name)s")
_FIRST: _Words = (
    (re.compile(r"^rule number (?P<name>[0-9]+)(?=:|$)"), _RULE_NUMBER),
    (re.compile(r"^rule (?P<name>[a-z0-9_]+)(?=:|$)"), lazy("rule %(name)s")),
    (re.compile(r"^limit number (?P<name>[0-9]+)(?=:|$)"), lazy("limit number %(name)s")),
    (re.compile(r"^budget number (?P<name>[0-9]+)(?=:|$)"), lazy("budget number %(name)s")),
    (re.compile(r"^policy: line (?P<name>[0-9]+)(?=:|$)"), lazy("line %(name)s")),
)
_LAST: _Words = (
    (re.compile(r"(?<= \()rule number (?P<name>[0-9]+)(?=\)$)"), _RULE_NUMBER),
    (re.compile(r"(?<= )in (?P<name>[A-Z]{3})$"), lazy("in %(name)s")),
)


def why(error: Exception) -> str:
    """Say why: what the strict reader refuses with its place, what the check found, or what an account cannot do."""
    if isinstance(error, StopsPublishing):
        return ngettext(
            "The check finds %(num)s thing that stops publishing; it stands beside the table.",
            "The check finds %(num)s things that stop publishing; they stand beside the table.",
            error.number,
        )
    if isinstance(error, BadPolicy):
        reason = error.reason(_)
        return _("%(place)s: %(reason)s", place=place_words(error.place), reason=reason) if error.place else reason
    if isinstance(error, BadWords):
        return _("Please write something here, in up to %(most)s characters.", most=MOST_WORDS)
    if isinstance(error, NotAllowed):
        return _("Your account cannot do this.")
    return str(error)


def clash(error: BadPolicy, *, at_input: bool) -> str:
    """Say that what was typed does not go together. at_input: it stands at the input, so that no place is told."""
    reason = error.reason(_) if at_input else why(error)
    return _("This does not go together: %(reason)s", reason=reason)


def place_words(place: str) -> str:
    """Say which rule, limit, budget or line a place is in, and in which currency; what the text calls it stays."""
    return _in_words(_in_words(place, _FIRST), _LAST)


def _in_words(place: str, kinds: _Words) -> str:
    for pattern, words in kinds:
        match = pattern.search(place)
        if match:
            return place[: match.start()] + str(words) % match.groupdict() + place[match.end() :]
    return place
