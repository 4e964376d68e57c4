"""Which media types and versions a request asks for and sends (RFC 9110 section 12.5.1; BaRS API 1.4.0, Versions)."""

from typing import NamedTuple

from schemas.fhir.bars_tables import MAJOR_VERSION
from schemas.fhir.issue import Issue, Refused

FHIR_JSON = "application/fhir+json"
CLOUD_EVENT = "application/cloudevents+json"

_TAKEN = (FHIR_JSON, "application/json", CLOUD_EVENT)
_ANSWERED = (FHIR_JSON, "application/json", "application/*", "*/*")
_VERSIONS = {
    # parameter of a media type: the major version that is spoken
    "version": MAJOR_VERSION,  # of BaRS
    "fhirversion": "4",  # of FHIR, http.html#version-parameter
}


class MediaType(NamedTuple):
    """A media type or range, in small letters, with its parameters."""

    name: str
    parameters: dict[str, str]

    @property
    def is_spoken(self) -> bool:
        """Whether every version it names is of a major version that is spoken here."""
        named = {name: self.parameters.get(name, major) for name, major in _VERSIONS.items()}
        return all(named[name].split(".")[0] == major for name, major in _VERSIONS.items())


def media_type(text: str) -> MediaType:
    """The media type that a header value or one part of an Accept header writes."""
    name, *parameters = (part.strip() for part in text.split(";"))
    named = (parameter.partition("=") for parameter in parameters)
    return MediaType(
        name.lower(), {key.strip().lower(): value.strip().strip('"').lower() for key, _, value in named}
    )


def require_acceptable(accept: str) -> None:
    """Hold an Accept header to what is answered: FHIR JSON of a version that is spoken.

    Raises:
        Refused: 406, it allows none of that.
    """
    if not accept.strip():
        return
    ranges = [media_type(part) for part in accept.split(",")]
    if any(one.name in _ANSWERED and one.is_spoken and not _is_excluded(one) for one in ranges):
        return
    text = (
        f"Answers are {FHIR_JSON}; version={MAJOR_VERSION}.x of FHIR 4, and the header Accept allows no such."
    )
    raise Refused([Issue("processing", text, "http.Accept", "accept")], status=406)


def require_taken(content_type: str) -> None:
    """Hold a Content-Type header to what is taken: JSON, of a version that is spoken.

    Raises:
        Refused: 415, another type; 406, a version that is not spoken.
    """
    given = media_type(content_type)
    if given.name not in _TAKEN or given.parameters.get("charset", "utf-8") not in ("utf-8", "utf8"):
        text = f"Send the message in UTF-8 as Content-Type: {FHIR_JSON}, or {CLOUD_EVENT} for a CloudEvent."
        raise Refused([Issue("not-supported", text, "http.Content-Type", "content-type")], status=415)
    if not given.is_spoken:
        text = f"Versions {MAJOR_VERSION}.x of BaRS and 4.x of FHIR are spoken here, and this is another."
        raise Refused([Issue("processing", text, "http.Content-Type", "accept")], status=406)


def _is_excluded(one: MediaType) -> bool:
    """Whether its weight is 0: 'q=0', 'q=0.0' and so on."""
    return one.parameters.get("q", "1").rstrip("0").rstrip(".") in ("", "0")
