"""The text of a policy, changed by program: what is not changed stays as it was written, comments included.

Text goes in and text comes out; whether it is a policy is for the strict reader to say.
"""

from portal.services.policy_text.amounts import change_amounts
from portal.services.policy_text.rows import add_rule, change_rule, duplicate_rule, move_rule, new_key, remove_rule
from portal.services.policy_text.sections import (
    add_row,
    change_defaults,
    change_pack,
    change_row,
    remove_pack,
    remove_row,
)

__all__ = [
    "add_row",
    "add_rule",
    "change_amounts",
    "change_defaults",
    "change_pack",
    "change_row",
    "change_rule",
    "duplicate_rule",
    "move_rule",
    "new_key",
    "remove_pack",
    "remove_row",
    "remove_rule",
]
