"""Rows of sheets as residents upload them, read and told by the upload's own code; and what no sheet holds yet."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import orjson

from schemas.uploads.header import match_header
from schemas.uploads.messages import EVENT_SYSTEM, row_message, withdrawal
from schemas.uploads.resources import HOME, Registered, full_url
from schemas.uploads.rows import OWN, Row, read_rows
from schemas.uploads.sheet import read_sheet
from schemas.uploads.templates import TEMPLATES
from tests.streams.derbyshire_partners import PARTNERS
from tests.streams.family_builders import Worker
from tests.streams.fhir_builders import HL7, Organisation, Resource, concept, organisation_reference
from tests.streams.message_lines import Line

Cells = Mapping[str, str]
"""What a row says, by the names of its template's columns."""


_REGISTERED = Registered({one.ods: one.name for one in PARTNERS})


def row_line(holder: Organisation, at: str, kind: str, who: Cells, reference: str, **cells: str) -> Line:
    """The message of one row of a sheet of this kind, uploaded at a FHIR instant of UTC."""
    row = _row(kind, {"reference": reference, **who, **cells}, at)
    return Line(holder.ods, at, orjson.loads(row_message(row, kind, holder.ods, at, _REGISTERED)), at)


def taken_back(holder: Organisation, at: str, kind: str, reference: str, before: Line, after: Line) -> Line:
    """The message that goes with a corrected row: what it said before and says no more is entered in error."""
    earlier, later = (orjson.dumps(line.message) for line in (before, after))
    body = withdrawal(earlier, later, kind, holder.ods, f"{OWN}|{reference}", at)
    assert body is not None, "the corrected row says all that it said before"
    return Line(holder.ods, at, orjson.loads(body), at)


def hope_line(
    holder: Organisation,
    at: str,
    who: Cells,
    reference: str,
    words: str,
    *,
    since: str,
    by: Worker,
    steps: Sequence[tuple[str, str]],
    achievement: str = "in-progress",
) -> Line:
    """A goal in the person's own words, and the small steps to it with the status of each.

    There is no sheet of goals yet; this is the message that a row of one would become, of the same shape as those
    of the sheets there are.
    """
    person = _person(holder, who, at)
    subject = {"reference": full_url(person)}
    identifier = [{"system": f"{HOME}/Id/upload/{holder.ods}/goals/{OWN}", "value": reference}]
    goal: Resource = {
        "resourceType": "Goal",
        "identifier": identifier,
        "lifecycleStatus": "completed" if achievement == "achieved" else "active",
        "achievementStatus": concept("", (f"{HL7}/goal-achievement", achievement, "")),
        "description": concept(words),
        "subject": subject,
        "startDate": since,
        "expressedBy": subject | {"display": who["given_name"]},
    }
    plan: Resource = {
        "resourceType": "CarePlan",
        "identifier": identifier,
        "status": "completed" if achievement == "achieved" else "active",
        "intent": "plan",
        "title": f"Small steps of {who['given_name']}'s",
        "subject": subject,
        "period": {"start": since},
        "author": {"type": "Practitioner", "display": by.told},
        "goal": [{"reference": full_url(goal)}],
        "activity": [{"detail": {"status": status, "description": step}} for step, status in steps],
    }
    return Line(holder.ods, at, _bundle(holder, at, reference, [person, goal, plan]), at)


def _row(kind: str, cells: Cells, at: str) -> Row:
    template = TEMPLATES[kind]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([template.column(name).heading for name in cells])
    writer.writerow(cells.values())
    sheet = read_sheet(text.getvalue().encode())
    (row,) = read_rows(sheet, match_header(sheet, template), template, date.fromisoformat(at[:10]))
    assert not row.problems, row.problems
    return row


def _person(holder: Organisation, who: Cells, at: str) -> Resource:
    """The Patient that the upload's code makes of the cells."""
    row = _row("contacts", {**who, "date": "01/03/2026", "what": "Walk"}, at)
    person: Resource = orjson.loads(row_message(row, "contacts", holder.ods, at))["entry"][1]["resource"]
    return person


def _bundle(holder: Organisation, at: str, reference: str, parts: list[Resource]) -> Resource:
    key = f"{HOME}/upload/{holder.ods}/upload-goal/goals/{reference}/{at}"
    header: Resource = {
        "resourceType": "MessageHeader",
        "id": str(uuid5(NAMESPACE_URL, f"{key}/header")),
        "eventCoding": {"system": EVENT_SYSTEM, "code": "upload-goal"},
        "sender": {"identifier": organisation_reference(holder)["identifier"]},
        "source": {"name": "Sheet upload", "endpoint": f"{HOME}/upload/{holder.ods}"},
        "focus": [{"reference": full_url(parts[1])}],
    }
    return {
        "resourceType": "Bundle",
        "id": str(uuid5(NAMESPACE_URL, key)),
        "type": "message",
        "timestamp": at,
        "entry": [
            {"fullUrl": f"urn:uuid:{header['id']}", "resource": header},
            *({"fullUrl": full_url(part), "resource": part} for part in parts),
        ],
    }
