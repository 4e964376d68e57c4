"""Which entries of a timeline a reader asks for, and how many each further choice would show."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Self
from urllib.parse import urlencode

from services.domain.record.instant import instant_ticks
from services.platform.access import Partner
from services.platform.uk_clock import uk_midnight
from services.viewer.outline import Outlined
from services.viewer.timeline import Place

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAMES = ("sector", "kind", "by", "since", "until", "some")
_ENDLESS = (1 << 63) - 1


class Filter(NamedTuple):
    """What is asked for; what is empty shuts nothing out."""

    sector: str = ""
    kind: str = ""
    by: str = ""
    """The ODS code of an organisation that tells of it."""
    since: str = ""
    until: str = ""
    """Days, both of them included."""
    some: str = ""
    """Not empty where the reader is about to choose."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """The filter in the parameters of an address; a day that is none is left out."""
        found = {name: given.get(name, "").strip()[:100] for name in _NAMES}
        for name in ("since", "until"):
            if not _is_day(found[name]):
                found[name] = ""
        return cls(**found)

    @property
    def is_on(self) -> bool:
        """Whether it shuts anything out."""
        return self._replace(some="") != Filter()

    @property
    def is_open(self) -> bool:
        """Whether it is on, or the reader is about to choose."""
        return any(self)

    @property
    def start(self) -> int:
        """The first instant that is asked for, in ticks."""
        return instant_ticks(uk_midnight(self.since)) or 0 if self.since else 0

    @property
    def end(self) -> int:
        """The instant after the last, in ticks."""
        return instant_ticks(uk_midnight(self.until, 1)) or 0 if self.until else _ENDLESS

    def shows(self, kind: str, senders: Iterable[str], names: Mapping[str, Partner]) -> bool:
        """Whether an entry of this kind that these tell of is asked for; days are another matter."""
        return self.kind in ("", kind) and any(self._may_tell(ods, names) for ods in senders)

    def query(self) -> str:
        """As it stands in an address, with what follows it."""
        told = {name: value for name, value in zip(_NAMES, self, strict=True) if value}
        return f"{urlencode(told)}&" if told else ""

    def _may_tell(self, ods: str, names: Mapping[str, Partner]) -> bool:
        return self.by in ("", ods) and self.sector in ("", sector_of(ods, names))


class Choice(NamedTuple):
    """One value of a part of the filter."""

    value: str
    name: str
    entries: int
    """How many it would show, with what else is chosen."""
    chosen: bool


class Choices(NamedTuple):
    """All that may be chosen, each part beside what is chosen of the others."""

    sector: list[Choice]
    kind: list[Choice]
    by: list[Choice]
    shown: int
    """Entries that the whole filter shows."""


def pick(
    only: Filter, outline: Iterable[Outlined], names: Mapping[str, Partner]
) -> tuple[list[Place], Choices]:
    """The places of the entries that are asked for, in the order that they had, and what else may be chosen."""
    start, end = only.start, only.end
    within = [one for one in outline if start <= one.place.occurred < end]
    tellings = Counter((one.kind, one.senders) for one in within)
    shown = {telling for telling in tellings if only.shows(*telling, names)}
    return [one.place for one in within if one[1:] in shown], _choices(only, tellings, names)


def _choices(
    only: Filter, tellings: Counter[tuple[str, tuple[str, ...]]], names: Mapping[str, Partner]
) -> Choices:
    sector, kind, by, shown = Counter[str](), Counter[str](), Counter[str](), 0
    for (what, senders), entries in tellings.items():
        shown += entries * only.shows(what, senders, names)
        kind[what] += entries * only._replace(kind="").shows(what, senders, names)
        for value in {sector_of(ods, names) for ods in senders}:
            sector[value] += entries * only._replace(sector=value).shows(what, senders, names)
        for ods in senders:
            by[ods] += entries * only._replace(by=ods).shows(what, senders, names)
    named = {ods: names[ods].name if ods in names else ods for ods in by}
    return Choices(
        list(_listed(sector, only.sector, {})),
        list(_listed(kind, only.kind, {})),
        list(_listed(by, only.by, named)),
        shown,
    )


def sector_of(ods: str, names: Mapping[str, Partner]) -> str:
    """The sector of an organisation, as the timeline shows it."""
    return names[ods].sector if ods in names else "Sector not given"


def _listed(found: Counter[str], chosen: str, names: Mapping[str, str]) -> Iterator[Choice]:
    told = found | Counter({chosen: 0}) if chosen else found
    values = sorted(
        {*told, *({chosen} if chosen else ())}, key=lambda value: (names.get(value, value), value)
    )
    return (Choice(value, names.get(value, value), found[value], value == chosen) for value in values)


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text)) and instant_ticks(f"{text}T00:00:00Z") is not None
