"""The continuity of one person's care, read whole from what all systems currently say."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.record.continuity.answers import answers
from services.domain.record.continuity.contacts import Contact, contacts
from services.domain.record.continuity.gaps import DAYS, Period, gaps
from services.domain.record.continuity.hand_overs import HandOver, hand_overs
from services.domain.record.continuity.homes import Homes
from services.domain.record.continuity.named_worker import NamedWorkers, named_workers
from services.domain.record.continuity.parties import Parties, Partners
from services.domain.record.continuity.retelling import Retelling, retelling
from services.domain.record.continuity.team import Member, everyone, team
from services.domain.record.continuity.things import Things
from services.domain.record.continuity.what_matters import Said, what_matters
from services.domain.record.word import Word


@dataclass(frozen=True, slots=True)
class Continuity:
    """How continuous one person's care is."""

    named_workers: NamedWorkers
    team: list[Member]
    contacts: list[Contact]
    gaps: list[Period]
    hand_overs: list[HandOver]
    retelling: Retelling
    what_matters: list[Said]


def continuity(
    words: Iterable[Word] | Things,
    earlier: Iterable[Word] = (),
    partners: Partners | None = None,
    days: int = DAYS,
    mattering: Iterable[Word] | Things | None = None,
) -> Continuity:
    """Read the continuity of a person's care.

    `words` are what all systems currently say of the person, context such as Patient and Practitioner too;
    `earlier` all kept versions of CarePlan, CareTeam and EpisodeOfCare; `days` the longest stretch without a
    contact that is no gap. What matters is read from `mattering` where that is given: `words` may then be of some years
    alone. The result depends on neither's order.
    """
    things = Things.of(words)
    parties = Parties(things, partners or {})
    found = contacts(things, parties)
    named = everyone(things, parties, found)
    homes = Homes(one.mention for one in named)
    workers = named_workers(things, parties, earlier)
    answered = answers(things)
    lasting = things if mattering is None else Things.of(mattering)
    return Continuity(
        named_workers=workers,
        team=team(named, homes, parties),
        contacts=found,
        gaps=gaps(things, answered, found, days),
        hand_overs=hand_overs(things, answered, parties, found, homes, workers.changes),
        retelling=retelling(things, found, homes),
        what_matters=what_matters(
            lasting, parties if lasting is things else Parties(lasting, partners or {})
        ),
    )
