"""The policy in force, parsed once per version: versions never change."""

from functools import lru_cache

from portal.domain.errors import BadPolicy
from portal.domain.policy import Policy, parse_text
from portal.records import policies
from portal.records.orders import Dossier
from portal.records.policies import InForce
from portal.records.sessions import Session

_MOST_KEPT = 64
# By key and moment of publication: row numbers start anew with another database.
_versions: dict[tuple[int, str], tuple[InForce, Policy]] = {}


@lru_cache(maxsize=_MOST_KEPT)
def parsed(source: str) -> Policy:
    """Parse a text once. Raises BadPolicy."""
    return parse_text(source)


def policy_for(session: Session, dossier: Dossier) -> tuple[InForce, Policy]:
    """Give the version and the policy that decide about an order now. Raises BadPolicy where none is in force."""
    if dossier.policy is None:
        raise BadPolicy("no policy is published; load one with: flask --app portal.factory policy load")
    return version_of(session, dossier.policy)


def version_of(session: Session, key: tuple[int, str]) -> tuple[InForce, Policy]:
    """Give a version by its key and when it was published, asked for once."""
    found = _versions.get(key)
    if found is None:
        if len(_versions) >= _MOST_KEPT:
            _versions.clear()
        version_id, _ = key
        found = InForce(version_id, policies.stages(session)), policy_of(session, version_id)
        _versions[key] = found
    return found


def policy_of(session: Session, version_id: int) -> Policy:
    """Give the policy of one version."""
    return parsed(policies.by_id(session, version_id).source)
