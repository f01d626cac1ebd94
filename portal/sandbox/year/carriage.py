"""How goods travel: which carrier and service take a parcel, how fast, how well, and from which warehouse."""

import random
import zlib
from collections import Counter
from dataclasses import dataclass

from portal.sandbox.year.chance import dice_of

_MANY, _SOME = 0.25, 0.1


@dataclass(frozen=True, slots=True)
class Service:
    """A carrier's product. share: of all parcels; speed: of the usual days; care: how often it harms, beside usual."""

    carrier: str
    name: str
    share: float
    speed: float
    care: float


SERVICES = (
    Service("Tucano Log", "econômico", 0.44, 1.0, 1.1),
    Service("Tucano Log", "expresso", 0.19, 0.72, 0.9),
    Service("Correio Azul", "padrão", 0.27, 0.95, 1.0),
    Service("Swift Hare", "dia seguinte", 0.10, 0.5, 0.7),
)
_SHARES = [service.share for service in SERVICES]
_BY_NAME = {(service.carrier, service.name): service for service in SERVICES}


def service_for(dice: random.Random, carrier: str, name: str) -> Service:
    """Give the service that the feed names, or one of the year's own where it names none."""
    chosen = dice.choices(SERVICES, _SHARES)[0]
    if not carrier:
        return chosen
    return _BY_NAME.get((carrier, name), Service(carrier, name or "standard", 1.0, 1.0, 1.0))


def warehouse_of(origins: Counter[str], vendor: str, vendor_region: str) -> str:
    """Name the warehouse that packs for a vendor: a region that sends much has three, one that sends some has two."""
    share = origins[vendor_region] / max(sum(origins.values()), 1)
    sites = 3 if share > _MANY else 2 if share > _SOME else 1
    return f"{vendor_region or 'main'}-{zlib.crc32(vendor.encode()) % sites + 1}"


def leaning(seed: int, *name: str, spread: float) -> float:
    """Tell how much more often than usual a vendor or a product goes wrong: always the same for one seed."""
    return dice_of(seed, *name).lognormvariate(0.0, spread)
