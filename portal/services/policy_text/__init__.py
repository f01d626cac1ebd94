"""The text of a policy, changed by program: what is not changed stays as it was written, comments included.

Text goes in and text comes out; whether it is a policy is for the strict reader to say.
"""

from portal.services.policy_text.amounts import change_amounts
from portal.services.policy_text.rows import add_rule, change_rule, duplicate_rule, move_rule, new_key, remove_rule

__all__ = ["add_rule", "change_amounts", "change_rule", "duplicate_rule", "move_rule", "new_key", "remove_rule"]
