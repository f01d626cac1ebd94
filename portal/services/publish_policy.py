"""Publish a policy file as the next version of its market; the same file again publishes nothing."""

from portal.domain.actors import Actor
from portal.records import policies
from portal.services.current_policy import parsed
from portal.services.toolkit import Toolkit


def publish_policy(toolkit: Toolkit, *, source: str, actor: Actor) -> tuple[str, int, bool]:
    """Give the market, the number of the version in force there now, and whether it is new. Raises BadPolicy."""
    policy = parsed(source)
    with toolkit.transaction() as session:
        newest = policies.newest(session, policy.market)
        if newest is not None and newest.source == source:
            return policy.market, newest.number, False
        version = policies.publish(
            session,
            market=policy.market,
            source=source,
            document=dict(policy.document),
            published_by=str(actor),
            now=toolkit.now(),
        )
        return policy.market, version.number, True
