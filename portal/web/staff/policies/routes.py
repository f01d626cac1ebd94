"""The addresses of the pages where policy is written and reviewed."""

from collections.abc import Callable

from werkzeug.wrappers import Response as Answer

from portal.web.staff.policies import (
    amount_views,
    defaults_views,
    draft_views,
    limit_views,
    list_views,
    market_views,
    pack_views,
    publish_views,
    review_views,
    rule_views,
    text_views,
    version_views,
)

_Add = Callable[..., None]
_View = Callable[..., Answer]
_AT = "/policies"
_DRAFT = f"{_AT}/drafts/<ref>"
_RULE = f"{_DRAFT}/rules/<key>"
_ROW = f"{_DRAFT}/<any(limits, budgets):table>/<key>"
_PACK = f"{_DRAFT}/offers/<key>"
_REVIEW = {
    "go-back": ("go_back_draft", draft_views.go_back),
    "comments": ("comment_draft", review_views.comment),
    "propose": ("propose_draft", review_views.propose),
    "take-back": ("take_back_draft", review_views.take_back),
    "send-back": ("send_back_draft", review_views.send_back),
    "give-up": ("abandon_draft", review_views.abandon),
    "go-on": ("rebase_draft", review_views.rebase),
}


def add_policies(add: _Add) -> None:
    """Add them to the staff's front."""
    add(f"{_AT}/", "policies", list_views.policies)
    _act(add, f"{_AT}/drafts", "start_draft", list_views.start, list_views.policies_again)
    add(f"{_AT}/versions/<market>/<version>", "policy_version", version_views.policy_version)
    add(f"{_AT}/versions/<market>/<version>/changes", "version_changes", version_views.version_changes)
    _act(add, f"{_AT}/versions/<market>/<version>/draft", "draft_of_version", version_views.start, version_views.back)
    _add_markets(add)
    add(_DRAFT, "draft", draft_views.draft)
    add(f"{_DRAFT}/changes", "draft_changes", version_views.draft_changes)
    add(f"{_DRAFT}/text", "draft_text", text_views.draft_text)
    add(f"{_DRAFT}/text", "save_text", text_views.save_text, methods=["POST"])
    add(f"{_DRAFT}/amounts", "draft_amounts", amount_views.draft_amounts)
    add(f"{_DRAFT}/amounts", "save_amounts", amount_views.save_amounts, methods=["POST"])
    add(f"{_DRAFT}/defaults", "draft_defaults", defaults_views.defaults)
    add(f"{_DRAFT}/defaults", "save_defaults", defaults_views.save_defaults, methods=["POST"])
    _add_rows(add)
    _add_packs(add)
    add(f"{_DRAFT}/publish", "publish_page", publish_views.publish_page)
    add(f"{_DRAFT}/publish", "publish_draft", publish_views.publish, methods=["POST"])
    add(f"{_DRAFT}/rules", "new_rule", rule_views.new_rule)
    add(f"{_DRAFT}/rules", "save_new_rule", rule_views.save_new_rule, methods=["POST"])
    add(_RULE, "rule", rule_views.rule)
    add(_RULE, "save_rule", rule_views.save_rule, methods=["POST"])
    for act in ("move", "copy", "remove"):
        _act(add, f"{_RULE}/{act}", f"{act}_rule", getattr(draft_views, act), draft_views.back)
    for path, (name, view) in _REVIEW.items():
        _act(add, f"{_DRAFT}/{path}", name, view, draft_views.back)


def _add_rows(add: _Add) -> None:
    """Add the pages of limits and budgets."""
    add(f"{_DRAFT}/limits", "draft_limits", limit_views.limits)
    add(_ROW, "draft_row", limit_views.row)
    add(_ROW, "save_row", limit_views.save_row, methods=["POST"])
    _act(add, f"{_ROW}/remove", "remove_row", limit_views.remove, limit_views.back)


def _add_packs(add: _Add) -> None:
    """Add the pages of sets of offers."""
    add(f"{_DRAFT}/offers", "draft_packs", pack_views.packs)
    add(f"{_DRAFT}/new-offers", "new_pack", pack_views.new_pack)
    add(f"{_DRAFT}/new-offers", "save_new_pack", pack_views.save_new_pack, methods=["POST"])
    add(_PACK, "draft_pack", pack_views.pack)
    add(_PACK, "save_pack", pack_views.save_pack, methods=["POST"])
    _act(add, f"{_PACK}/remove", "remove_pack", pack_views.remove, pack_views.back)


def _add_markets(add: _Add) -> None:
    """Add the page on which a market says which version decides about its orders."""
    add(f"{_AT}/markets/<market>", "policy_market", market_views.market)
    for act in ("ask", "agree", "drop"):
        _act(add, f"{_AT}/markets/<market>/{act}", f"{act}_market", getattr(market_views, act), market_views.back)


def _act(add: _Add, path: str, name: str, view: _View, back: _View) -> None:
    """Add an address that only takes forms, and lead whoever reloads its answer back to the page that it is about."""
    add(path, name, view, methods=["POST"])
    add(path, f"{name}_again", back)
