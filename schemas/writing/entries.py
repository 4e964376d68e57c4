"""What is written of a person on the pages: a contact, a note, a goal, a network meeting, a named worker."""

from collections.abc import Sequence

from schemas.uploads.resources import Resource, url_of
from schemas.writing.messages import Writer
from schemas.writing.person import page_system

_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"

WAYS = {
    "in-person": ("In person", "AMB", "ambulatory"),
    "home-visit": ("At their home", "HH", "home health"),
    "community": ("Out in the community", "FLD", "field"),
    "remote": ("By telephone or online", "VR", "virtual"),
}
"""How a contact took place: the words, and the Encounter.class (R4, value set ActEncounterCode)."""

ROLES = ("Named worker", "Named social worker", "Named nurse", "Care coordinator", "Key worker")
"""What a named worker is called; the record reads each of these as the one who answers for the care."""


def contact(
    writer: Writer, date: str, way: str, what: str, note: str, *, referral: Resource | None = None
) -> list[Resource]:
    """The Encounter of a contact on a day, and what was said of it as a Communication: it has no place for a note.

    `referral` is the Reference to the ServiceRequest for which it took place.
    """
    encounter = _encounter(writer, date, way, what, referral)
    encounter["participant"] = [{"individual": writer.signed}]
    return _with_note(writer, encounter, what, note)


def note(writer: Writer, about: str, words: str, *, referral: Resource | None = None) -> list[Resource]:
    """The Communication of a note that is written now; `referral` is the Reference to what it belongs to."""
    said = _communication(writer, about, words, writer.at)
    return [said | {"about": [referral]} if referral else said]


def goal(writer: Writer, words: str) -> list[Resource]:
    """The Goal, in the person's own words and expressed by them."""
    under_way = {"system": _ACHIEVEMENT, "code": "in-progress", "display": "In Progress"}
    return [
        {
            "resourceType": "Goal",
            "identifier": writer.identifier,
            "lifecycleStatus": "active",
            "achievementStatus": {"coding": [under_way]},
            "description": {"text": words},
            "subject": writer.subject,
            "startDate": writer.at[:10],
            "expressedBy": writer.subject,
        }
    ]


def meeting(
    writer: Writer,
    date: str,
    way: str,
    what: str,
    people: Sequence[str],
    note: str,
    *,
    referral: Resource | None = None,
) -> list[Resource]:
    """The Encounter of a network meeting: every participant is told alike, in the order given, and nobody leads.

    None has a type (Encounter.participant.type): what somebody is stands behind their name, as they say it.
    """
    encounter = _encounter(writer, date, way, what, referral)
    encounter["participant"] = [{"individual": {"display": one}} for one in people]
    return _with_note(writer, encounter, what, note)


def named_worker(writer: Writer, worker: str, role: str, since: str) -> list[Resource]:
    """The CareTeam that names the organisation's worker: one a person, so that who comes next takes their place."""
    system = page_system(writer.ods, "named-worker")
    return [
        {
            "resourceType": "CareTeam",
            "identifier": [{"system": system, "value": writer.who.local}],
            "status": "active",
            "name": role,
            "subject": writer.subject,
            "period": {"start": since},
            "participant": [
                {
                    "role": [{"text": role}],
                    "member": {"type": "Practitioner", "display": worker},
                    "onBehalfOf": writer.organisation,
                    "period": {"start": since},
                }
            ],
            "managingOrganization": [writer.organisation],
        }
    ]


def _with_note(writer: Writer, encounter: Resource, what: str, note: str) -> list[Resource]:
    if not note:
        return [encounter]
    during = {"reference": url_of("Encounter", writer.identifier[0])}
    said = _communication(writer, what, note, encounter["period"]["start"])
    return [encounter, said | {"encounter": during}]


def _encounter(writer: Writer, date: str, way: str, what: str, referral: Resource | None) -> Resource:
    _, code, display = WAYS[way]
    met: Resource = {
        "resourceType": "Encounter",
        "identifier": writer.identifier,
        "status": "finished",
        "class": {"system": _ACT_CODE, "code": code, "display": display},
        "type": [{"text": what}],
        "subject": writer.subject,
        "period": {"start": date},
        "serviceProvider": writer.organisation,
    }
    return met | {"basedOn": [referral]} if referral else met


def _communication(writer: Writer, topic: str, words: str, sent: str) -> Resource:
    return {
        "resourceType": "Communication",
        "identifier": writer.identifier,
        "status": "completed",
        "category": [{"text": "Note"}],
        "topic": {"text": topic},
        "subject": writer.subject,
        "sent": sent,
        "sender": writer.signed,
        "payload": [{"contentString": words}],
    }
