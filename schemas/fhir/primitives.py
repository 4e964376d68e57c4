"""The primitive datatypes of FHIR R4 as JSON Schema, each with the words for a value that is none.

The patterns are those of datatypes.html#primitive and of the R4 JSON schema, with two things that they leave
to prose: a date is a day that the calendar has, and base64 is padded. They are anchored and linear.
"""

from dataclasses import dataclass
from typing import Any

ELEMENT_ID = "elementId"
"""The datatype of Element.id: any string without spaces (element.html)."""

MOST_CHARACTERS = 1024 * 1024
"""The longest string (datatypes.html#string)."""

_YEAR = "(?:[0-9](?:[0-9](?:[0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_YEAR = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"(?:{_YEAR}-{_DAY_OF_YEAR}|{_LEAP_YEAR}-02-29)"
_MONTH = f"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_FOUR = "[0-9A-Za-z+/]{4}"
_END = "(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)"
_GAP = "[ \\t\\r\\n]*"


@dataclass(frozen=True, slots=True)
class Primitive:
    """A datatype: what a value must satisfy, and what it must be in plain words."""

    schema: dict[str, Any]
    must_be: str


def _text(pattern: str, must_be: str, **more: Any) -> Primitive:
    return Primitive({"type": "string", "pattern": pattern, **more}, must_be)


def _whole(least: int, must_be: str) -> Primitive:
    return Primitive({"type": "integer", "minimum": least, "maximum": 2_147_483_647}, must_be)


_WORDS = _text(r"\S", f"text of at most {MOST_CHARACTERS:,} characters", maxLength=MOST_CHARACTERS)
_ADDRESS = {
    "type": "string",
    "pattern": r"^\S*$",
    "minLength": 1,
}  # jsonschema-rs runs this very pattern fast

PRIMITIVES: dict[str, Primitive] = {
    "base64Binary": _text(
        f"^{_GAP}(?:(?:{_FOUR}{_GAP})+(?:{_END}{_GAP})?|{_END}{_GAP})$", "base64 with its padding"
    ),
    "boolean": Primitive({"type": "boolean"}, "true or false, without quotation marks"),
    "canonical": Primitive(_ADDRESS, "a canonical URL without spaces"),
    "code": _text(
        r"^[^\s]+(?:\s[^\s]+)*$", "a code, without spaces around it and with single ones within it"
    ),
    "date": _text(
        f"^(?:{_MONTH}|{_DAY})$", "a date (YYYY, YYYY-MM or YYYY-MM-DD) that the calendar has, without a time"
    ),
    "dateTime": _text(
        f"^(?:{_MONTH}|{_DAY}(?:T{_TIME}{_ZONE})?)$",
        "a date that the calendar has (YYYY, YYYY-MM or YYYY-MM-DD), or one with a time to the second and "
        "its zone (YYYY-MM-DDThh:mm:ss+zz:zz)",
    ),
    ELEMENT_ID: Primitive(_ADDRESS, "an id without spaces"),
    "decimal": Primitive({"type": "number"}, "a number, without quotation marks"),
    "id": _text("^[A-Za-z0-9.-]{1,64}$", "an id of 1 to 64 letters, digits, hyphens and full stops"),
    "instant": _text(
        f"^{_DAY}T{_TIME}{_ZONE}$",
        "an instant with its date, time to the second and zone (YYYY-MM-DDThh:mm:ss+zz:zz)",
    ),
    "integer": _whole(-2_147_483_648, "a whole number of 32 bits, without quotation marks"),
    "markdown": _WORDS,
    "oid": _text(r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$", "an OID (urn:oid:1.2.3)"),
    "positiveInt": _whole(1, "a whole number from 1, without quotation marks"),
    "string": _WORDS,
    "time": _text(f"^{_TIME}$", "a time of day to the second (hh:mm:ss), without a zone"),
    "unsignedInt": _whole(0, "a whole number from 0, without quotation marks"),
    "uri": Primitive(_ADDRESS, "a URI without spaces"),
    "url": Primitive(_ADDRESS, "a URL without spaces"),
    "uuid": _text(
        "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "a UUID in lower case (urn:uuid:...)",
    ),
    "xhtml": _text(r"^\s*<div[\s>/]", "XHTML within one div"),
}
"""By name. JSON has no more than 64-bit numbers here: a decimal keeps what the reader of JSON keeps of it."""
