"""The policy in force, parsed once per version: versions never change."""

from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from portal.domain.errors import BadPolicy
from portal.domain.policy import Policy, parse_text
from portal.records import policies
from portal.records.orders import Dossier
from portal.records.policies import InForce
from portal.records.sessions import Session

Key = TypeVar("Key")
Value = TypeVar("Value")
_MOST_KEPT = 64
# By key and moment of publication: row numbers start anew with another database.
_parsed_versions: dict[tuple[int, datetime], Policy] = {}
# By market, and by what was published of all markets when it was asked.
_in_force: dict[tuple[object, ...], tuple[InForce, Policy]] = {}


@lru_cache(maxsize=_MOST_KEPT)
def parsed(source: str) -> Policy:
    """Parse a text once. Raises BadPolicy."""
    return parse_text(source)


def policy_for(session: Session, dossier: Dossier) -> tuple[InForce, Policy]:
    """Give the version and the policy that decide about an order, asked again only after one was published.

    Raises BadPolicy where none was ever published.
    """
    market = dossier.order.market
    key = market, *dossier.published
    found = _in_force.get(key)
    return _kept(_in_force, key, _asked(session, market)) if found is None else found


def _asked(session: Session, market: str) -> tuple[InForce, Policy]:
    in_force = policies.in_force(session, market)
    if in_force is None:
        raise BadPolicy("no policy is published; load one with: flask --app portal.factory policy load")
    key = in_force.version_id, in_force.published_at
    policy = _parsed_versions.get(key)
    if policy is None:
        policy = _kept(_parsed_versions, key, policy_of(session, in_force.version_id))
    return in_force, policy


def policy_of(session: Session, version_id: int) -> Policy:
    """Give the policy of one version."""
    return parsed(policies.by_id(session, version_id).source)


def _kept(all_kept: dict[Key, Value], key: Key, value: Value) -> Value:
    """Keep one more, and not ever more."""
    if len(all_kept) >= _MOST_KEPT:
        all_kept.clear()
    all_kept[key] = value
    return value
