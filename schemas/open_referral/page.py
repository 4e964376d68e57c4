"""A page of services of Open Referral UK 3.0, which follows HSDS 3: read strictly, every fault with its path.

Only what a record shows, and what says which service it is, is read; elements that are not here may hold anything.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MOST_BYTES = 32 * 1024 * 1024
MOST_SERVICES = 10_000
_MOST_FAULTS = 1000


class Fault(NamedTuple):
    """What is wrong in a file, and where."""

    path: str
    """As in `contents[3].organization.name`; empty for the whole."""
    text: str


class NotOpenReferral(Exception):
    """The file holds no services of Open Referral UK; `faults` says all that is wrong, in order."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def _none_if_empty(given: Any) -> Any:
    """Directories write nothing as null, and as an empty text."""
    return None if isinstance(given, str) and not given.strip() else given


def _list_if_none(given: Any) -> Any:
    return [] if given is None else given


Name = Annotated[str, Field(min_length=1, max_length=255)]
Text = Annotated[Annotated[str, Field(max_length=20_000)] | None, BeforeValidator(_none_if_empty)]
Time = Annotated[
    Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)?$")] | None,
    BeforeValidator(_none_if_empty),
]
_LISTS = BeforeValidator(_list_if_none)


class _Told(BaseModel):
    model_config = ConfigDict(
        extra="ignore", strict=True, str_strip_whitespace=True, hide_input_in_errors=True
    )


class Phone(_Told):
    """A telephone."""

    number: Annotated[str, Field(min_length=1, max_length=60)]


class Address(_Told):
    """Where a place is."""

    address_1: Text = None
    address_2: Text = None
    city: Text = None
    state_province: Text = None
    postal_code: Text = None


class Location(_Told):
    """A place at which a service is."""

    name: Text = None
    addresses: Annotated[list[Address], _LISTS] = []


class AtLocation(_Told):
    """That the service is at a place."""

    location: Location | None = None


class Contact(_Told):
    """Whom to ask; their name is not read, for it is a person's."""

    email: Text = None
    phones: Annotated[list[Phone], _LISTS] = []


class Schedule(_Told):
    """When the service is open: on which days of the week, or in words."""

    freq: Text = None
    byday: Annotated[
        Annotated[str, Field(pattern=r"^[-+\d]*(MO|TU|WE|TH|FR|SA|SU)(,[-+\d]*(MO|TU|WE|TH|FR|SA|SU))*$")]
        | None,
        BeforeValidator(_none_if_empty),
    ] = None
    opens_at: Time = None
    closes_at: Time = None
    description: Text = None


class Term(_Told):
    """A word of a taxonomy."""

    name: Text = None
    code: Text = None
    taxonomy: Text = None


class Attribute(_Told):
    """What kind of service it is."""

    taxonomy_term: Term | None = None


class Organisation(_Told):
    """Who runs the service."""

    id: Name
    name: Name


class Service(_Told):
    """One service."""

    id: Name
    name: Name
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    description: Text = None
    url: Text = None
    email: Text = None
    eligibility_description: Text = None
    application_process: Text = None
    fees_description: Text = None
    alert: Text = None
    last_modified: Text = None
    """An instant; a date and time without an offset is read as UTC."""
    organization: Organisation | None = None
    phones: Annotated[list[Phone], _LISTS] = []
    contacts: Annotated[list[Contact], _LISTS] = []
    schedules: Annotated[list[Schedule], _LISTS] = []
    service_at_locations: Annotated[list[AtLocation], _LISTS] = []
    attributes: Annotated[list[Attribute], _LISTS] = []


class Page(NamedTuple):
    """What a file holds."""

    services: list[Service]
    """In order."""
    is_page: bool
    """Whether it is a page of services, and not one service by itself."""

    def path(self, number: int, path: str = "") -> str:
        """Where the service with this number stands in the file, or something in it."""
        return _path(f"contents[{number}]" if self.is_page else "", (path,) if path else ())


def read_page(data: bytes) -> Page:
    """The services of a page, or the one service.

    Raises:
        NotOpenReferral: anything is wrong; nothing of the file is to be taken then.
    """
    if len(data) > MOST_BYTES:
        raise _whole(f"The file is larger than {MOST_BYTES // 1024**2} MB: split it.")
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise _whole(f"The file is no JSON: line {fault.lineno}, column {fault.colno}.") from None
    if not isinstance(document, dict):
        raise _whole("The file is neither a page of services nor a service: it has to be one object.")
    is_page = "contents" in document
    told = document["contents"] if is_page else [document]
    if not isinstance(told, list):
        raise NotOpenReferral([Fault("contents", "It has to be a list of services.")])
    if not told:
        raise NotOpenReferral([Fault("contents", "There is no service in it.")])
    if len(told) > MOST_SERVICES:
        raise NotOpenReferral([Fault("contents", f"More than {MOST_SERVICES:,} services: split the file.")])
    services, faults = [], []
    for number, one in enumerate(told):
        place = f"contents[{number}]" if is_page else ""
        try:
            services.append(Service.model_validate(one))
        except ValidationError as fault:
            faults += [
                Fault(_path(place, each["loc"]), _text(dict(each)))
                for each in fault.errors(include_url=False)
            ]
            continue
        faults += [Fault(_path(place, (name,)), text) for name, text in _dates(services[-1])]
    faults += _twice(told)
    if faults:
        raise NotOpenReferral(faults[:_MOST_FAULTS])
    return Page(services, is_page)


def instant_of(service: Service) -> str | None:
    """When the service was last changed, as a FHIR instant; None where it does not say."""
    if service.last_modified is None:
        return None
    moment = datetime.fromisoformat(service.last_modified)
    text = moment.isoformat(timespec="milliseconds")
    return text if moment.tzinfo else f"{text}Z"


def _dates(service: Service) -> list[tuple[str, str]]:
    if service.last_modified is None:
        return []
    try:
        moment = datetime.fromisoformat(service.last_modified)
    except ValueError:
        return [("last_modified", "It is no date and time: 2026-03-02T09:00:00Z.")]
    return [] if moment.date() >= date(1900, 1, 1) else [("last_modified", "It is before 1900.")]


def _twice(told: list[Any]) -> list[Fault]:
    """A service stands once in a file: of two nobody could say which is meant."""
    seen: dict[str, int] = {}
    found = []
    for number, one in enumerate(told):
        id_ = one.get("id") if isinstance(one, dict) else None
        if isinstance(id_, str) and seen.setdefault(id_, number) != number:
            found.append(Fault(f"contents[{number}].id", f"contents[{seen[id_]}] has the same id."))
    return found


def _whole(text: str) -> NotOpenReferral:
    return NotOpenReferral([Fault("", text)])


def _path(place: str, parts: tuple[int | str, ...]) -> str:
    path = place
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


_TEXTS = {
    "missing": "It is missing.",
    "string_type": "It has to be text.",
    "list_type": "It has to be a list.",
    "model_type": "It has to be an object.",
    "string_too_short": "It is empty.",
    "literal_error": "It has to be one of {expected}.",
    "string_too_long": "It is longer than {max_length} characters.",
    "string_pattern_mismatch": "It is not written as the standard has it: days as MO,TU, times as 18:30.",
}


def _text(error: dict[str, Any]) -> str:
    """What is wrong in plain words, without what stands there."""
    template = _TEXTS.get(error["type"], "It is not as the standard has it.")
    return template.format(**error.get("ctx", {}))
