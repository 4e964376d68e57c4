"""Who the person is, as a message from the pages describes them: what is best known, under a number that stays."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson

from schemas.writing.person import Described, patient
from services.domain.access.sight import Label
from services.domain.identity.demographics import Demographics, valid_nhs_numbers
from services.domain.identity.source_record import local_identity, source_record_id
from services.domain.record.word import Word

_CODES = {Label.RESTRICTED: "R", Label.VERY_RESTRICTED: "V"}


class Told(Protocol):
    """What is known of one person, as whoever writes may see it."""

    @property
    def person(self) -> bytes:
        """Their id."""

    @property
    def name(self) -> str:
        """As people read it."""

    @property
    def facts(self) -> Demographics:
        """What is best known of who they are."""

    @property
    def source_records(self) -> Sequence[bytes]:
        """The ids of those that are of the person, and that the writer may see."""

    @property
    def all_source_records(self) -> Sequence[bytes]:
        """The ids of those that the writer may not see too."""

    @property
    def labels(self) -> Mapping[bytes, Label]:
        """How confidential each system of the writer's own organisation says that it is to know them."""

    @property
    def words(self) -> Sequence[Word]:
        """What their story is read from."""


def described(told: Told, organisation: str, partnership_key: bytes) -> Described:
    """The person, as this organisation's pages describe them.

    Their local number is the id of one of their source records: that under which these pages wrote of them before,
    whether or not it may still be seen, else the least that may. How confidential it is to know them is said as the
    organisation's other systems say it now, and never because these pages said so before: else it could not be lifted.
    """
    every = sorted(told.all_source_records)
    pages = {one: _own_record(one, organisation, partnership_key) for one in every}
    before = (one for one, page in pages.items() if page in pages)
    local = next(before, min(told.source_records))
    labels = [label for one, label in told.labels.items() if one not in pages.values()]
    facts = told.facts

    def said(fact: str) -> str:
        return facts[fact].value if fact in facts else ""

    numbers = sorted(valid_nhs_numbers(facts))
    address = _latest(facts, "address") or ["", "", ""]
    return Described(
        local=local.hex(),
        nhs_number=numbers[0] if numbers else "",
        family=said("family"),
        given=said("given"),
        birth_date=said("birth_date"),
        gender=said("gender"),
        address=(address[0], address[1], address[2]),
        phone=(_latest(facts, "phone") or [""])[0],
        confidentiality=_CODES.get(max(labels, default=Label.NORMAL), ""),
    )


def _own_record(local: bytes, organisation: str, partnership_key: bytes) -> bytes:
    """The source record of the organisation's pages for the person whom they call so."""
    own = patient(Described(local.hex()), organisation)
    return source_record_id(partnership_key, organisation, local_identity(own))


def _latest(facts: Demographics, kind: str) -> list[str] | None:
    found = [(told.rank, told.value) for field, told in facts.items() if field.startswith(f"{kind}:")]
    latest: list[str] | None = orjson.loads(max(found)[1]) if found else None
    return latest
