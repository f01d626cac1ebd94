"""The form of a set of offers: what stands in it, and the table of the policy's text that it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.errors import BadPolicy
from portal.web.shared.language import gettext as _
from portal.web.staff.policies import outcome_fields
from portal.web.staff.policies.outcome_fields import Typed
from portal.web.staff.policies.refusals import clash
from portal.web.staff.policies.typed_form import TypedForm

FORM = "pack-form"
NAME = "name"
LONGEST_NAME = 40
_LONGEST = 100
_REFUSED = re.compile(r"packs\.[a-z0-9_]+\.(?P<place>[a-z_.]+)")
_OFFER = outcome_fields.field("offer")


@dataclass(frozen=True, slots=True)
class PackTyped(TypedForm):
    """What stands in the form, what is wrong with it by the input's id, and the remedies that it makes.

    name: as it was typed for one that is not there yet.
    """

    outcome: Typed
    name: str = ""
    pack: Mapping[str, Any] = field(default_factory=dict)


def shown(pack: Mapping[str, Any]) -> PackTyped:
    """Show a set of offers as it is."""
    return PackTyped(outcome_fields.typed_of_plans(pack))


def read_pack(form: Mapping[str, str], before: Mapping[str, Any] | None) -> PackTyped:
    """Read the form. before: the set as it was, None for a new one, which needs a name."""
    typed = {name: value[:_LONGEST] for name, value in form.items() if name.startswith("o-")}
    errors: dict[str, str] = {}
    name = form.get(NAME, "").strip()
    if before is None and not 0 < len(name) <= LONGEST_NAME:
        errors[NAME] = _("Please name it in up to %(most)s characters.", most=LONGEST_NAME)
    pack = outcome_fields.plans_of(typed, before or {}, errors)
    if not pack:
        errors[_OFFER] = _("Please choose at least one remedy.")
    return PackTyped(typed, name, pack, errors=errors)


def with_refusal(made: PackTyped, error: BadPolicy) -> PackTyped:
    """Say in the form what the strict reader refuses, at the input that it names."""
    match = _REFUSED.fullmatch(error.place)
    place = outcome_fields.field(*match["place"].split(".")) if match else _OFFER
    if place not in made.outcome:
        place = _OFFER
    return made.with_error(place, clash(error, at_input=bool(match)))
