"""The policy in force, read once per version: versions never change."""

from functools import lru_cache

from portal.domain.errors import BadPolicy
from portal.domain.policy import Policy, parse_text
from portal.records import policies
from portal.records.sessions import Session


@lru_cache(maxsize=64)
def _parsed(source: str) -> Policy:
    """Parse a version, once for each text."""
    return parse_text(source)


def policy_in_force(session: Session, market: str) -> tuple[int, Policy]:
    """Give the version and the policy that decide in a market; raise BadPolicy where none was ever published."""
    version_id = policies.in_force_id(session, market)
    if version_id is None:
        raise BadPolicy("no policy is published; load one with: flask --app portal.factory policy load")
    return version_id, policy_of(session, version_id)


def policy_of(session: Session, version_id: int) -> Policy:
    """Give the policy of one version."""
    return _parsed(policies.by_id(session, version_id).source)
