"""What a FHIR search asks for beside whom: how many, from where on, since when; and what it asks that is not known."""

import base64
import re
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from schemas.fhir.capability_reads import MOST_A_PAGE
from schemas.fhir.issue import Issue, Refused
from services.domain.record.instant import DAY, instant_ticks, moment_ticks

USUAL, MOST = 50, MOST_A_PAGE
"""Resources in a page where nobody says how many, and at most."""

PROVENANCE = "Provenance:target"

_LAST = 2**63 - 1
_INCLUDES = ("_include", "_revinclude")
_PAGING = frozenset({"_count", "_page", "_since", "_lastUpdated", "_format", *_INCLUDES})
_JSON = ("json", "application/json", "application/fhir+json", "text/json")
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_NAMED = 10
_LONGEST_NAME = 64

Given = Sequence[tuple[str, str]]
"""Parameters as they were given, in order."""


class Place(NamedTuple):
    """Where a page begins: behind this thing, newest first."""

    occurred: int
    key: bytes

    def __str__(self) -> str:
        packed = struct.pack(">q", self.occurred) + self.key
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that `str` wrote.

        Raises:
            Refused: 400, it is none.
        """
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return cls(struct.unpack(">q", packed[:8])[0], packed[8:])
        except (ValueError, struct.error):
            words = "This is no link of an earlier answer. Follow 'next' as it is, or leave _page out."
            raise Refused([Issue("invalid", words, "_page")]) from None


START = Place(_LAST, b"")
"""Before everything."""


class Query(NamedTuple):
    """How a search is answered."""

    size: int
    after: Place
    least: int
    """Only what was last updated at this instant or later, in ticks,"""
    before: int
    """and before this one."""
    provenance: bool
    """Whether who told each resource is told with it."""
    ignored: tuple[str, ...]
    """Names of parameters that nothing was done about."""

    @property
    def is_first(self) -> bool:
        """Whether it asks for the first page."""
        return self.after == START


def read_query(given: Given, known: Iterable[str], prefer: str) -> Query:
    """The parameters of a search that also knows those named in `known`; `prefer` is the header of that name.

    Raises:
        Refused: 400, something asked is malformed, not done here, or with handling=strict not known; 406, another
            format is asked for.
    """
    once(given, "_count", "_page", "_since", "_format", *known)
    _require_no_includes(given)
    if (form := first(given, "_format")) and form.partition(";")[0].strip().lower() not in _JSON:
        raise Refused([Issue("not-supported", "Answers are in JSON alone.", "_format")], status=406)
    unknown = tuple(dict.fromkeys(name for name, _ in given if name not in _PAGING.union(known)))
    if unknown and is_strict(prefer):
        raise Refused([_unknown(name) for name in unknown[:_MOST_NAMED]])
    least, before = _updated(given)
    page = first(given, "_page")
    return Query(
        _count(first(given, "_count")),
        Place.read(page) if page else START,
        least,
        before,
        provenance=any(name == "_revinclude" for name, _ in given),
        ignored=unknown[:_MOST_NAMED],
    )


def first(given: Given, name: str) -> str:
    """The value of a parameter; empty where it is not given."""
    return next((value for one, value in given if one == name), "")


def once(given: Given, *names: str) -> None:
    """Hold parameters to being given once: of two values FHIR wants both to hold, and no one thing has two.

    Raises:
        Refused: 400, one of them is given again.
    """
    told = [name for name, _ in given]
    for name in names:
        if told.count(name) > 1:
            raise Refused([Issue("invalid", f"Give {name} once.", name)])


def is_strict(prefer: str) -> bool:
    """Whether the header Prefer asks that what is not known be refused (FHIR R4, search.html#errors)."""
    return "handling=strict" in re.split(r"[,;\s]+", prefer.lower())


def ignored_issues(query: Query) -> list[Issue]:
    """What a search did nothing about, in words."""
    return [_unknown(name) for name in query.ignored]


def _unknown(name: str) -> Issue:
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    text = f"There is no search parameter {shown!r} here; GET /fhir/metadata lists those there are."
    return Issue("not-supported", text, "http.query")


def _require_no_includes(given: Given) -> None:
    for name, value in given:
        asked = name.partition(":")[0]
        if asked in _INCLUDES and (name, value) != ("_revinclude", PROVENANCE):
            text = (
                f"{asked} is not done here, but for _revinclude={PROVENANCE}. Follow the references in the answer, "
                "each of which can be read, or ask for Patient/[id]/$everything."
            )
            raise Refused([Issue("not-supported", text, asked)])


def _count(text: str) -> int:
    if not text:
        return USUAL
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise Refused([Issue("invalid", f"_count is a whole number from 1 to {MOST}.", "_count")])
    return min(int(text), MOST)


def _updated(given: Given) -> tuple[int, int]:
    least, before = 0, _LAST
    for name, value in given:
        if name == "_since":
            least = max(least, _span(value, name)[0])
        if name == "_lastUpdated":
            prefix, text = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
            start, end = _span(text, name)
            bounds = {"gt": (end, before), "ge": (start, before), "lt": (least, start), "le": (least, end)}
            low, high = (bounds | {"eq": (start, end)}).get(prefix) or _wrong_prefix()
            least, before = max(least, low), min(before, high)
    return least, before


def _wrong_prefix() -> tuple[int, int]:
    raise Refused([Issue("not-supported", "_lastUpdated takes gt, ge, lt, le and eq.", "_lastUpdated")])


def _span(text: str, name: str) -> tuple[int, int]:
    """The first tick of an instant or a day, and the first one behind it."""
    text = text.replace(" ", "+")  # a plus sign that was not escaped
    start = moment_ticks(text) if _DAY.fullmatch(text) else instant_ticks(text)
    if start is None:
        words = f"{name} takes a day or an instant with its offset: 2026-05-04, 2026-05-04T10:00:00Z."
        raise Refused([Issue("invalid", words, name)])
    return start, start + (DAY if _DAY.fullmatch(text) else 1)
