"""The policy in force, parsed once per version: versions never change."""

from datetime import datetime
from functools import lru_cache

from portal.domain.errors import BadPolicy
from portal.domain.policy import Policy, parse_text
from portal.records import policies
from portal.records.policies import InForce
from portal.records.sessions import Session

_MOST_KEPT = 64
# By key and moment of publication: row numbers start anew with another database.
_parsed_versions: dict[tuple[int, datetime], Policy] = {}


@lru_cache(maxsize=_MOST_KEPT)
def _parsed(source: str) -> Policy:
    """Parse a text once."""
    return parse_text(source)


def policy_in_force(session: Session, market: str) -> tuple[InForce, Policy]:
    """Give the version and the policy that decide in a market; raise BadPolicy where none was ever published."""
    in_force = policies.in_force(session, market)
    if in_force is None:
        raise BadPolicy("no policy is published; load one with: flask --app portal.factory policy load")
    key = in_force.version_id, in_force.published_at
    if key not in _parsed_versions:
        if len(_parsed_versions) >= _MOST_KEPT:
            _parsed_versions.clear()
        _parsed_versions[key] = policy_of(session, in_force.version_id)
    return in_force, _parsed_versions[key]


def policy_of(session: Session, version_id: int) -> Policy:
    """Give the policy of one version."""
    return _parsed(policies.by_id(session, version_id).source)
