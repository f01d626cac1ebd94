"""When nobody is written to who did not ask for it: at night, by the clock of where their parcels go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_A_DAY = timedelta(days=1)
# Zones lie at most a day apart, so after so many nights every one of them has its morning.
_MOST_NIGHTS = 8

# Countries that have one clock, by ISO 3166 and the IANA time zone database.
_ONE_CLOCK: Mapping[str, str] = {
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CH": "Europe/Zurich",
    "CO": "America/Bogota",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PE": "America/Lima",
    "PL": "Europe/Warsaw",
    "PY": "America/Asuncion",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "UY": "America/Montevideo",
}
# Of countries that have several, the first and the last clock: what is quiet by either is quiet.
_SEVERAL: Mapping[str, tuple[str, ...]] = {
    "AU": ("Australia/Sydney", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Rio_Branco"),
    "CA": ("America/St_Johns", "America/Vancouver"),
    "CL": ("America/Santiago", "Pacific/Easter"),
    "EC": ("America/Guayaquil", "Pacific/Galapagos"),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "MX": ("America/Cancun", "America/Tijuana"),
    "NZ": ("Pacific/Auckland", "Pacific/Chatham"),
    "PT": ("Europe/Lisbon", "Atlantic/Azores"),
    "US": ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu"),
}
# The states of Brazil that do not have the clock of Brasília.
_BRAZIL = {
    "AC": "America/Rio_Branco",
    "AM": "America/Manaus",
    "MS": "America/Campo_Grande",
    "MT": "America/Cuiaba",
    "RO": "America/Porto_Velho",
    "RR": "America/Boa_Vista",
}
_REGIONS: Mapping[str, Mapping[str, str]] = {"BR": _BRAZIL}
_OTHER_REGIONS = {"BR": "America/Sao_Paulo"}
_LETTERS_OF_A_REGION = 2


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nobody is written to, by local time; over midnight where it begins later than it ends."""

    begins: time = time(21)
    ends: time = time(8)

    @classmethod
    def read(cls, written: str) -> "QuietHours":
        """Read ``21:00-08:00``; raise ValueError for anything else."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is not written as 21:00-08:00")
        hours = [int(part) for part in found.groups()]
        return cls(time(hours[0], hours[1]), time(hours[2], hours[3]))

    def holds(self, local: time) -> bool:
        """Tell whether it is quiet at a time of day; never where both ends are the same."""
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


USUAL = QuietHours()


def zones_of(country: str, region: str, shop: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Name the clocks that somebody may live by, of where their order goes; the shop's own where we know none."""
    if country in _REGIONS and len(region) == _LETTERS_OF_A_REGION:
        return (ZoneInfo(_REGIONS[country].get(region.upper(), _OTHER_REGIONS[country])),)
    if country in _SEVERAL:
        return tuple(map(ZoneInfo, _SEVERAL[country]))
    return (ZoneInfo(_ONE_CLOCK[country]) if country in _ONE_CLOCK else shop,)


def may_write_at(quiet: QuietHours, zones: tuple[ZoneInfo, ...], now: datetime) -> datetime:
    """Give the first moment from now on that is quiet by none of some clocks. Aware moments, in UTC.

    Where the quiet hours of distant clocks leave no hour of a day, the last that was looked at.
    """
    moment = now.astimezone(UTC)
    for _night in range(_MOST_NIGHTS):
        later = max(_after_the_night(quiet, zone, moment) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return moment


def _after_the_night(quiet: QuietHours, zone: ZoneInfo, moment: datetime) -> datetime:
    """Give the end of the night that holds a moment by one clock, or the moment itself."""
    local = moment.astimezone(zone)
    if not quiet.holds(local.time()):
        return moment
    day = local.date() + (_A_DAY if local.time() >= quiet.ends else timedelta(0))
    morning = datetime.combine(day, quiet.ends, zone).astimezone(UTC)
    # Where clocks are put on in the night, the morning is never before the moment itself.
    return max(morning, moment)
