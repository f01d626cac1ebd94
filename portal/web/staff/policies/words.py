"""The words for a policy's codes, as somebody reads them who has never seen its text."""

from typing import Any

from portal.web.shared.language import lazy_gettext as _

STATES: dict[str, Any] = {
    "draft": _("Being written"),
    "in_review": _("In review"),
    "sent_back": _("Sent back"),
    "published": _("Published"),
    "abandoned": _("Given up"),
}
STATE_TONES = {"draft": "calm", "in_review": "wait", "sent_back": "care", "published": "good", "abandoned": ""}
MOVES: dict[str, Any] = {
    "start": _("Started"),
    "change": _("Changed"),
    "rebase": _("Based on a newer version"),
    "propose": _("Proposed for review"),
    "take_back": _("Taken back from review"),
    "send_back": _("Sent back"),
    "abandon": _("Given up"),
    "publish": _("Published"),
    "comment": _("Comment"),
}
WAITS: dict[str, Any] = {
    "still_on_the_way": _("It is on its way and still in time"),
    "just_past_promise": _("It is late by a few days only"),
    "just_marked_delivered": _("It was marked as delivered a moment ago"),
    "being_packed": _("It is being packed"),
}
WAITS_FROM: dict[str, Any] = {
    "now": _("the report"),
    "ordered": _("the order"),
    "promised": _("the promised date"),
    "handed_over": _("it left us"),
    "delivered": _("it came"),
}
DECIDERS: dict[str, Any] = {
    "agent": _("Anybody who decides claims"),
    "approver": _("An approver has to agree"),
}
EVIDENCE: dict[str, Any] = {
    "see_the_damage": _("to see the damage"),
    "see_what_came": _("to see what came"),
    "see_the_fault": _("to see the fault"),
    "see_the_difference": _("to see the difference"),
}
WORDINGS: dict[str, Any] = {
    "standard": _("as always"),
    "serious": _("serious"),
    "light": _("light"),
}
KINDS: dict[str, Any] = {
    "offer": _("Offer remedies to choose from"),
    "person": _("Let a person decide"),
    "wait": _("Wait until a date"),
    "decline": _("Say no, with what we can still do"),
}
WHOLE_PARTS: dict[str, Any] = {
    "goods": _("all of the goods"),
    "shipping": _("all of the shipping"),
    "overpaid": _("all that was charged too much"),
}
SHARES: dict[str, Any] = {
    "goods": _("%(share)s of the goods"),
    "shipping": _("%(share)s of the shipping"),
    "overpaid": _("%(share)s of what was charged too much"),
}
GROUPS = (
    (_("The problem and the parcel"), ("problem", "parcel_state", "order_status")),
    (_("Where it came, and who signed"), ("signed_by", "signed_for_by", "left_at", "delivered_to")),
    (_("What it is, and where it goes"), ("vendor", "category", "sku", "carrier", "service", "market")),
    (_("What the customer told and had before"), ("evidence", "second_failure", "on_behalf", "asked_by")),
)
# What has to be known of a fact to ask about it well.
FACT_HINTS: dict[str, Any] = {
    "evidence": _(
        "Nobody can send a photo before the claim is there, so the answer is no at the report. It counts once the photo"
        " comes that a rule asked for, and when a claim is looked at again after a wait or after its offers ran out."
    ),
}
GROUP_OF_KIND: dict[str, Any] = {
    "days": _("Time"),
    "date": _("Time"),
    "money": _("Money"),
    "share": _("Money"),
    "recent": _("What the customer told and had before"),
    "recent_money": _("What the customer told and had before"),
    "times": _("What the customer told and had before"),
}
OTHER_FACTS = _("Other things")
PLAN_PARTS: dict[str, Any] = {
    "goods": _("Of the goods, %"),
    "fixed": _("Or an amount instead"),
    "shipping": _("Of the shipping, %"),
    "overpaid": _("Of what was charged too much, %"),
    "round_to": _("Rounded to multiples of"),
    "round": _("Rounded which way"),
    "cap": _("At most, for a line"),
    "claim_cap": _("At most, for all lines of a claim"),
    "bonus": _("Bonus on top, %"),
    "bonus_cap": _("Bonus at most"),
    "arrives_in_days": _("Arrives in days"),
    "expires_in_days": _("Can be taken for days"),
}
BOUNDS: dict[str, Any] = {
    "fixed": _("the fixed amount"),
    "round_to": _("the rounding"),
    "cap": _("the most for a line"),
    "claim_cap": _("the most for all lines of a claim"),
    "customer_cap": _("the most for one customer"),
    "bonus": _("the bonus"),
    "bonus_cap": _("the most that the bonus may be"),
}
VERDICT_PARTS: dict[str, Any] = {
    "class": _("Why we give it"),
    "evidence": _("A photo first"),
    "keep": _("Keeping what came"),
    "order": _("The order of the remedies"),
    "arrives_in_days": _("Arrives in days"),
    "expires_in_days": _("Can be taken for days"),
    "wait": _("Until when it waits"),
    "reason": _("The reason"),
    "alternative": _("What we can still do"),
    "within_hours": _("By when a person answers"),
    "to": _("Who decides"),
    "wording": _("How the apology sounds"),
}
ROUND_WAYS: dict[str, Any] = {
    "up": _("up"),
    "down": _("down"),
    "nearest": _("to the nearer one"),
}
LIMITED: dict[str, Any] = {
    "customer": _("One customer"),
    "mailbox": _("One mailbox, whatever tag it carries"),
    "card": _("One card"),
    "address": _("One address"),
    "device": _("One browser"),
}
BUDGET_PERIODS: dict[str, Any] = {
    "week": _("In a week"),
    "month": _("In a month"),
    "quarter": _("In a quarter of a year"),
    "year": _("In a year"),
}
BEYOND_A_BUDGET: dict[str, Any] = {
    "yes": _("A person answers until the next period"),
    "no": _("Nothing changes, it is only counted"),
}
KEEPS: dict[str, Any] = {
    "placed": _("An order keeps the version of the day on which it was placed."),
    "reported": _("The version that is in force when a problem is reported decides."),
}
