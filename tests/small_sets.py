"""Small sets of messages, and the ways they come in, as values: what breaks a law shrinks to the few that do."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Generic, NamedTuple, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from services.platform.postgres import Connection
from services.record.apply import apply
from tests.engines import accept
from tests.identities import AT, FERN, LATER, NOBODY, NUMBERS, WREN, Sent
from tests.message_values import (
    HOLDERS,
    VERDICTS,
    Identifies,
    Known,
    Message,
    Named,
    Rules,
    RulesEntries,
    Tells,
    What,
)
from tests.streams.fhir_builders import Demographics

ON_A_DATABASE = settings(
    # To explain what was found takes longer than to shrink it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example empties the tables that the test was given. With --hypothesis-profile=long there are many more."""

M_co = TypeVar("M_co", bound=Message, covariant=True)


class Comes(NamedTuple, Generic[M_co]):
    """A message and the batches in which it comes: by number, and in that order; in two it comes twice."""

    message: M_co
    batches: tuple[int, ...]


class ComingIn(NamedTuple):
    """A set of messages and one way in which they may come."""

    comes: Sequence[Comes[Message]]
    waiting: frozenset[int]
    """Batches that are accepted in their turn and applied when all others are."""

    @property
    def sent(self) -> list[Sent]:
        """Each message once."""
        return [one.message.sent for one in self.comes]

    async def take_in(self, connection: Connection) -> None:
        """Accept and apply them in this way; what was applied last is asked for once more."""
        applied, waiting = list[bytes](), list[bytes]()
        for number in sorted({number for one in self.comes for number in one.batches}):
            keys = await accept(connection, [one.message.sent for one in self.comes if number in one.batches])
            if number in self.waiting:
                waiting += keys
            else:
                await apply(connection, [*applied, *keys])
                applied = keys
        await apply(connection, waiting)


def one_of_each(*choices: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One of each of these, as one choice: what takes more than four can hardly be left out when an example shrinks."""

    def chosen(number: int) -> tuple[Any, ...]:
        found = []
        for choice in choices:
            number, place = divmod(number, len(choice))
            found.append(choice[place])
        return tuple(found)

    return st.integers(0, prod(map(len, choices)) - 1).map(chosen)


# What is drawn of one message stands by itself, so that any other can be left out.
WAITING = st.frozensets(st.integers(0, 5), max_size=2)
"""Which batches wait."""
_batches = one_of_each(range(6), (None, None, *range(6)))


@st.composite
def comes(draw: st.DrawFn, messages: st.SearchStrategy[M_co]) -> Comes[M_co]:
    """Each with the batches in which it comes."""
    message = draw(messages)
    first, again = draw(_batches)
    return Comes(message, (first,) if again in (None, first) else (first, again))


def coming_in(found: st.SearchStrategy[list[Comes[M_co]]]) -> st.SearchStrategy[ComingIn]:
    """In any order, some again, in batches of any size, some held up; at its simplest all at once."""
    return st.builds(ComingIn, found, WAITING)


_KNOWN = [Known(holder, local) for holder in HOLDERS for local in "12"]


@st.composite
def versions(draw: st.DrawFn) -> Tells:
    """Of few people: clashing numbers and birth dates, equal instants, and none at all, so that `sent` counts."""
    known, born, number = draw(
        one_of_each(_KNOWN, ("1990-04-02", "1990-04", "1991-05-03"), ("", *NUMBERS[:2]))
    )
    what = draw(one_of_each(("note", "goal"), (1, 2), (2, 3), range(3)))
    at, version_id, seconds = draw(
        one_of_each((AT, LATER, "2026-05-06T10:00:00Z", "", ""), range(4), range(1, 6))
    )
    who = Demographics("Wren", "Fenn", "female", born, number)
    return Tells(known, who, What(*what), at, version_id, seconds * 10_000_000)


KINDS = ("referral", "contact", "score")
_TAKEN_FOR_WREN = replace(FERN, given=WREN.given, family=WREN.family, birth_date=WREN.birth_date)
_PERSONS = [("1", WREN)] * 3 + [("2", FERN)] * 2 + [("2", _TAKEN_FOR_WREN)]


@st.composite
def copies(draw: st.DrawFn, kinds: Sequence[str], persons: Sequence[tuple[str, Demographics]]) -> Tells:
    """What several systems tell of two people, at times near each other; the two are taken for one now and then."""
    holder, (local, who) = draw(one_of_each(("trust", "surgery", "lantern"), persons))
    *what, at = draw(one_of_each(kinds, (1, 1, 2), (2, 3, 20), (0, 1), (AT, LATER)))
    return Tells(Known(holder, local), who, What(*what), at)


def some_copies(most: int) -> st.SearchStrategy[list[Comes[Tells]]]:
    """Of one kind, so that there is much to fold, or of any; of one person or of both."""
    among = one_of_each([*([kind] for kind in KINDS), KINDS], (_PERSONS, _PERSONS[:1]))
    return among.flatmap(lambda found: st.lists(comes(copies(*found)), min_size=1, max_size=most))


_HOMES = (
    ("", "", ""),
    ("4 Reed Lane", "Salthouse", "NR98 4QF"),
    ("Flat 2, 4 Reed Ln", "Salthouse", "NR98 4QE"),
)
_FACTS = one_of_each(
    ("Wren", "Wrenn", "Jayden", "Hayden", "Tom", "Thomas", ""),
    ("Quillfeather", "Quillfether", "Fenn", "Fenn-Larter"),
    ("female", "male"),
    ("1990-04-02", "1990-02-04", "1991-04-02", "1990-04", ""),
    ("", *NUMBERS[:3]),
    ("", "07700 900101", "07700 900102"),
    _HOMES,
)


@st.composite
def people(draw: st.DrawFn) -> Identifies:
    """Who few people are who are hard to tell apart: slips, twins, moves, numbers lent, replaced and corrected."""
    known, at, replaces, how = draw(
        one_of_each(_KNOWN[:5], (AT, LATER), ("", "", "", *NUMBERS[:3]), range(4))
    )
    *facts, home = draw(_FACTS)
    who = Demographics(*facts, *home)
    if how == 0:
        who = WREN
    elif how == 1 and who.nhs_number:
        who = replace(NOBODY, nhs_number=who.nhs_number)
    return Identifies(known, who, at, replaces)


class _Drawn(NamedTuple):
    """What is drawn of a ruling: two places among whatever there is, so that it means something of any set."""

    one: int
    other: int
    verdict: str
    day: int
    whatever: bool
    misnamed: bool

    def rules(self, known: Sequence[Known]) -> Rules:
        """On two source records."""
        one = known[self.one % len(known)]
        others = [other for other in known if other != one]
        return Rules(one, others[self.other % len(others)], self.verdict, self.day)

    def rules_entries(self, things: Sequence[Named]) -> RulesEntries:
        """On two things, of one kind if there are two of that kind, or else whatever they are."""
        one = things[self.one % len(things)]
        others = [thing for thing in things if thing != one]
        alike = [thing for thing in others if thing.kind == one.kind]
        among = others if self.whatever or not alike else alike
        return RulesEntries(one, among[self.other % len(among)], self.verdict, self.day, self.misnamed)


_DAYS = (1, 2, 3)
_RARELY = (False, False, False, True)
_PLACES = one_of_each(range(12), range(12))
_WORDS = one_of_each(VERDICTS, _DAYS, _RARELY, _RARELY)


@st.composite
def _rulings(draw: st.DrawFn, known: Sequence[Known]) -> Rules:
    return _Drawn(*draw(_PLACES), *draw(_WORDS)).rules(known)


@st.composite
def _entry_rulings(draw: st.DrawFn, things: Sequence[Named]) -> RulesEntries:
    return _Drawn(*draw(_PLACES), *draw(_WORDS)).rules_entries(things)


@st.composite
def _words(draw: st.DrawFn, ruling: Rules | RulesEntries, days: Sequence[int]) -> Rules | RulesEntries:
    verdict, day = draw(one_of_each(VERDICTS, days))
    return ruling._replace(verdict=verdict, day=day)


def _known(said: Iterable[Tells | Identifies]) -> list[Known]:
    """Who is told of; where that is one alone, two of whom nothing may be as well."""
    found = sorted({one.known for one in said})
    return found if len(found) > 1 else sorted({*found, Known("council", "2"), Known("lantern", "2")})


def _named(told: Iterable[Tells]) -> list[Named]:
    """What is told of; where that is one thing alone, one that is not as well."""
    found = sorted({Named(one.known, one.what.kind, one.what.number) for one in told})
    return found if len(found) > 1 else [*found, Named(Known("lantern", "2"), "score", 3)]


@st.composite
def ruled_people(draw: st.DrawFn, most: int = 6) -> list[Comes[Message]]:
    """Who people are, and rulings on that."""
    said = draw(st.lists(comes(people()), min_size=1, max_size=most))
    known = _known(one.message for one in said)
    return [*said, *draw(st.lists(comes(_rulings(known)), max_size=3))]


@st.composite
def ruled_copies(draw: st.DrawFn, most: int = 6) -> list[Comes[Message]]:
    """What several systems tell of two people, rulings on that (undone, contradicted), and on who they are."""
    said = draw(some_copies(most))
    told = [one.message for one in said]
    more = draw(st.lists(comes(_entry_rulings(_named(told))), max_size=4))
    return [*said, *more, *draw(st.lists(comes(_rulings(_known(told))), max_size=2))]


class Overruled(NamedTuple):
    """Rulings on two records, or on two things, that come to nothing because of a later one."""

    without: list[Message]
    """The set without them, and without the later one where that only undoes what was ruled."""
    coming: ComingIn


@st.composite
def overruled(
    draw: st.DrawFn, sets: st.SearchStrategy[list[Comes[Message]]], kind: type[Rules] | type[RulesEntries]
) -> Overruled:
    """Some words of stewards on any two, and the latest, among messages of such a set."""
    said = draw(sets)
    messages = [one.message for one in said]
    ruling: Rules | RulesEntries
    if kind is Rules:
        known = _known(one for one in messages if isinstance(one, Tells | Identifies))
        ruling = draw(_rulings(known))
    else:
        things = _named(one for one in messages if isinstance(one, Tells))
        ruling = draw(_entry_rulings(things))._replace(misnamed=False)
    earlier = draw(st.lists(comes(_words(ruling, _DAYS)), min_size=1, max_size=3))
    latest = draw(comes(_words(ruling, (9,))))
    without = [one for one in messages if not (isinstance(one, kind) and _on_the_same(one, ruling))]
    if latest.message.verdict != "undo":
        without.append(latest.message)
    return Overruled(without, ComingIn([*said, *earlier, latest], draw(WAITING)))


def _on_the_same(one: Rules | RulesEntries, other: Rules | RulesEntries) -> bool:
    return {one.one, one.other} == {other.one, other.other}
