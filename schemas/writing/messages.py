"""From what is written on a page to the FHIR message Bundle that tells it: the same bytes for the same."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

import orjson

from schemas.uploads.messages import EVENT_SYSTEM
from schemas.uploads.resources import HOME, Resource, full_url
from schemas.writing.person import Described, page_system, patient


class Writer(NamedTuple):
    """Who writes, of whom, and in which sending of a form: what every resource of it is built with."""

    ods: str
    """The ODS code of the organisation for which they write: the message's sender."""
    organisation: Resource
    """The Reference to it."""
    author: str
    """Their name, as people read it."""
    who: Described
    form: str
    """The form's one-time key: whatever it makes has its ids from this, so that sending it again makes nothing new."""
    at: str
    """When, as a FHIR instant."""

    @property
    def identifier(self) -> list[Resource]:
        """The identifier of what the form makes."""
        return [{"system": page_system(self.ods, "written"), "value": self.form}]

    @property
    def subject(self) -> Resource:
        """The Reference to the person."""
        return {"reference": full_url(patient(self.who, self.ods))}

    @property
    def signed(self) -> Resource:
        """The Reference to whoever writes."""
        return {"type": "Practitioner", "display": self.author}


def message(writer: Writer, event: str, told: Sequence[Resource]) -> bytes:
    """The message that tells these resources of the writer's, the first of which it is about."""
    key = f"{HOME}/page/{writer.ods}/{event}/{writer.form}"
    header: Resource = {
        "resourceType": "MessageHeader",
        "id": str(uuid5(NAMESPACE_URL, f"{key}/header")),
        "eventCoding": {"system": EVENT_SYSTEM, "code": f"page-{event}"},
        "sender": writer.organisation,
        "author": writer.signed,
        "source": {"name": "Carethread pages", "endpoint": f"{HOME}/page/{writer.ods}"},
        "focus": [{"reference": full_url(told[0])}],
    }
    parts = [(full_url(one), one) for one in (patient(writer.who, writer.ods), *told)]
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "id": str(uuid5(NAMESPACE_URL, key)),
            "type": "message",
            "timestamp": writer.at,
            "entry": [
                {"fullUrl": url, "resource": one}
                for url, one in [(f"urn:uuid:{header['id']}", header), *parts]
            ],
        }
    )
