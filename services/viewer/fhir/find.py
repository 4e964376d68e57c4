"""Whom a search for a Patient may mean: by identifier, by name and birth date, or graded as records are joined."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from schemas.fhir.issue import Issue, Refused
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Refusal
from services.domain.identity.decision import Decision, Grade, decide
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, is_valid, profile_of
from services.domain.identity.model import BIT, Model
from services.domain.identity.profile import Profile, Told, profile
from services.domain.identity.source_record import local_identity, source_record_id
from services.platform.audit_request import was_refused
from services.platform.postgres import Connection
from services.viewer.fhir.access import is_within_token
from services.viewer.fhir.query import Given, first, once
from services.viewer.fhir.things import SQL
from services.viewer.reading import Known, find_persons, read_all_known
from services.viewer.seeing import seen_of, sights_of

SEARCHED = ("identifier", "family", "given", "birthdate")
"""What a Patient is searched by."""

MOST_FOUND = 20
"""People that a search tells: whoever gets so many asks better."""

MOST_NEAR = 500
"""People that are compared with whom is looked for: of more, whoever it is might be left out unseen."""

_DATE = re.compile(r"(?:eq)?(\d{4}-\d\d-\d\d)")
_ENOUGH = (
    "Say whom you look for: identifier with the NHS number, or family and birthdate, and given where there may be "
    "several. Nobody is listed for less."
)


class Likeness(NamedTuple):
    """How surely somebody is who is looked for."""

    grade: Grade
    weight: int
    """The log-odds, in thousandths of a bit."""

    @property
    def score(self) -> float:
        """The probability, to four digits."""
        return round(1 / (1 + 2 ** (-self.weight / BIT)), 4)


class Finder:
    """Finds people as the records find each other: by the frozen model and its blocking keys."""

    def __init__(
        self, model: Model, tokens: Callable[[Profile, Model], Iterable[int]], partnership_key: bytes
    ) -> None:
        """`tokens` are those under which source records with this profile find each other."""
        self._model = model
        self._tokens = tokens
        self._key = partnership_key

    async def by_identifier(self, connection: Connection, reader: Reader, identifier: str) -> list[Known]:
        """Everybody with an identifier, as `system|value`: an NHS number, or that of the reader's own system."""
        system, bar, value = identifier.rpartition("|")
        if not bar or system in NHS_NUMBER_SYSTEMS:
            number = re.sub(r"[\s-]", "", value)
            found = await find_persons(connection, number) if is_valid(number) else []
            return await read_all_known(connection, found) if found else []
        if reader.role is not Role.PARTNER_SYSTEM or not value:
            return []
        local = local_identity({"identifier": [{"system": system, "value": value}]})
        own = source_record_id(self._key, reader.organisation, local)
        found = await find_persons(connection, own.hex())
        return await read_all_known(connection, found) if found else []

    async def near(self, connection: Connection, asked: Profile) -> list[Known]:
        """Everybody who shares a blocking key with a profile.

        Raises:
            Refused: 400, it says too little, or what many have.
        """
        tokens = list(self._tokens(asked, self._model))
        given = {"tokens": tokens, "most": MOST_NEAR + 1}
        rows = await (await connection.execute(SQL["near"], given, binary=True)).fetchall() if tokens else []
        if not tokens or len(rows) > MOST_NEAR:
            text = f"Too many people may be meant: say more. {_ENOUGH}"
            raise Refused([Issue("too-costly", text)])
        persons = [person for (person,) in rows]
        return await read_all_known(connection, persons) if persons else []

    def likeness(self, asked: Profile, known: Known) -> Likeness | None:
        """How like a person is by that of their source records which is the most alike; None where nobody would ask."""
        decisions = [decide(asked, profile_of(one.facts), self._model) for one in known.source_records]
        found = [one for one in decisions if one.grade is not Grade.CERTAINLY_NOT]
        return max(map(self._weighed, found), key=rank, default=None)

    def finds(self, asked: Profile, seen: Known) -> Likeness | None:
        """How like a person is by what may be told of them, if that shares a blocking key too; else None, for what may
        not be told must not have found them."""
        wanted = set(self._tokens(asked, self._model))
        profiles = (profile_of(one.facts) for one in seen.source_records)
        if all(wanted.isdisjoint(self._tokens(one, self._model)) for one in profiles):
            return None
        return self.likeness(asked, seen)

    def _weighed(self, decision: Decision) -> Likeness:
        """What a rule decides stays on its side of the threshold, whatever the rest weighs."""
        link = self._model.link
        weight = max(decision.weight, link) if decision.links else min(decision.weight, link - 1)
        return Likeness(decision.grade, weight)


def rank(one: Likeness) -> tuple[int, int]:
    """The surer the higher."""
    return [Grade.POSSIBLE, Grade.PROBABLE, Grade.CERTAIN].index(one.grade), one.weight


async def known_to(
    connection: Connection,
    reader: Reader,
    found: Sequence[Known],
    told: list[Issue],
    answers: Callable[[Known], bool] = lambda _: True,
) -> list[Known]:
    """Those whom the reader may see, as they may see them; of whom they may know and see nothing, why is added to
    `told`, where who they are without what is closed still answers to what was asked: else a guess at where they live
    would be confirmed."""
    sights = await sights_of(connection, reader, found)
    allowed = []
    for known in found:
        if not await is_within_token(connection, reader, known.person):
            continue
        decided = sights[known.person]
        if not isinstance(decided, Refusal):
            allowed.append(seen_of(known, decided))
        elif not decided.is_secret and answers(seen_of(known, decided)):
            was_refused(known.person)
            told.append(Issue("forbidden", decided.reason))
    return allowed


def asked_by_name(given: Given) -> Profile:
    """The profile that family, given and birthdate ask for.

    Raises:
        Refused: 400, it is too little to find somebody by, or malformed.
    """
    once(given, *SEARCHED)
    family, birth_date = first(given, "family").strip(), first(given, "birthdate").strip()
    if not family or not birth_date:
        raise Refused([Issue("required", _ENOUGH)])
    date = _DATE.fullmatch(birth_date)
    asked = profile(Told(names=[(first(given, "given"), family)], birth_date=date[1] if date else ""))
    if not asked.birth_date:
        raise Refused([Issue("invalid", "birthdate takes one day: 1980-02-29.", "birthdate")])
    if not asked.names or not asked.names[0].family:
        raise Refused([Issue("invalid", "This is no family name.", "family")])
    return asked


def is_named_so(known: Known, asked: Profile) -> bool:
    """Whether a source record has this birth date and, written one way or another, this name, now or before."""
    wanted = asked.names[0]
    for one in known.source_records:
        told = profile_of(one.facts)
        if told.birth_date == asked.birth_date and any(
            name.family == wanted.family and name.given[: len(wanted.given)] == wanted.given
            for name in told.names
        ):
            return True
    return False
