"""Limit how often something is tried: counted in windows of time under hashes, atomic, and never undone."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from portal.domain.errors import TooMany
from portal.records import rates
from portal.services.toolkit import Toolkit

_KEY_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of something per window of time."""

    name: str
    most: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody comes: the hash of the browser's id, and the address as the connection tells it."""

    browser_hash: bytes
    address: str

    @property
    def network(self) -> str:
        """The neighbourhood of the address: its /24, or for IPv6 its /48."""
        return _wider(self.address, 24, 48)

    @property
    def host(self) -> str:
        """The address itself; for IPv6 its /64, which one household has to itself."""
        return _wider(self.address, 32, 64)

    @property
    def is_local(self) -> bool:
        """Tell whether the address is this very machine, or a socket of it."""
        try:
            return ip_address(self.address).is_loopback
        except ValueError:
            return True


def limit_rate(toolkit: Toolkit, tries: Iterable[tuple[Limit, str | bytes]]) -> None:
    """Count one try under each limit for whom it concerns; raise TooMany with the seconds to wait.

    What is counted stays counted, so a refused try counts too.
    """
    now = toolkit.now()
    windows: dict[str, datetime] = {}
    most: dict[str, Limit] = {}
    for limit, whom in tries:
        key = _key(toolkit.secret_key, limit, whom)
        windows[key], most[key] = window_of(now, limit.per), limit
    if not windows:
        return
    with toolkit.reading() as session:
        counts = rates.count(session, windows)
    waits = [windows[key] + most[key].per - now for key, counted in counts.items() if counted > most[key].most]
    if waits:
        raise TooMany(max(1, int(max(waits).total_seconds()) + 1))


def by_place(toolkit: Toolkit, visitor: Visitor, host: Limit, network: Limit) -> list[tuple[Limit, str | bytes]]:
    """Give the limits of an address and its network; none in the sandbox, where everybody comes from one machine."""
    if toolkit.sandbox and visitor.is_local:
        return []
    return [(host, visitor.host), (network, visitor.network)]


def window_of(now: datetime, per: timedelta) -> datetime:
    """Tell when the window began that a moment is in."""
    seconds = int(per.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _key(secret_key: str, limit: Limit, whom: str | bytes) -> str:
    said = whom if isinstance(whom, bytes) else whom.encode()
    digest = hmac.new(secret_key.encode(), limit.name.encode() + b"\0" + said, hashlib.sha256).hexdigest()
    return f"{limit.name}:{digest[:_KEY_CHARACTERS]}"


def _wider(address: str, v4: int, v6: int) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, v4 if isinstance(parsed, IPv4Address) else v6), strict=False))
