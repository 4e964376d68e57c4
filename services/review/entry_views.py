"""What the review's pages and commands show of entries that may be one: both wordings, and why they may be."""

from collections.abc import Mapping
from typing import NamedTuple

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Verdict
from services.domain.record.business_identity import identifiers
from services.domain.record.duplicates.rulings import why
from services.domain.record.instant import instant_text, instant_ticks
from services.domain.record.telling import news
from services.platform.access import Partner
from services.review.entry_queue import EntryItem
from services.review.entry_reading import EntryDoubt
from services.review.facts import plain_date, plain_moment
from services.review.things import Told
from services.review.views import partner


class ThingView(NamedTuple):
    """One system's word on one thing; of one that is withheld, whose it is alone."""

    key: str
    record: str
    person: str
    kind: str
    when: str
    title: str
    status: str
    detail: str
    partner: Partner
    is_withheld: bool


class EntryItemView(NamedTuple):
    """A pair as it is listed."""

    address: str
    why: str
    one: ThingView
    other: ThingView


class WordingRow(NamedTuple):
    """What both say of one side of the thing."""

    label: str
    one: list[str]
    other: list[str]


def entry_item_view(item: EntryItem, names: Mapping[str, Partner]) -> EntryItemView:
    """A pair as it is listed."""
    return EntryItemView(
        address=entry_address(item.one.key, item.other.key),
        why=item.why,
        one=thing_view(item.one, names),
        other=thing_view(item.other, names),
    )


def thing_view(told: Told, names: Mapping[str, Partner]) -> ThingView:
    """One system's word on one thing."""
    telling = told.telling
    hidden = told.is_withheld
    return ThingView(
        key=told.key.hex(),
        record=told.thing.source_record.hex(),
        person=told.person.hex(),
        kind=told.kind,
        when="" if hidden else _when(telling.when),
        title="Withheld just now" if hidden else telling.title,
        status="" if hidden else news(told.kind, telling.status),
        detail="" if hidden else telling.detail,
        partner=partner(told.sender, names),
        is_withheld=hidden,
    )


def wording_rows(doubt: EntryDoubt, names: Mapping[str, Partner]) -> list[WordingRow]:
    """What both say, side by side; what neither says is left out."""
    one, other = (_said(side, doubt, names) for side in (doubt.one, doubt.other))
    return [WordingRow(label, one[label], other[label]) for label in one if one[label] or other[label]]


def by_rules(doubt: EntryDoubt) -> str:
    """What the rules make of the two, in a sentence or two."""
    decision = doubt.decision
    if doubt.one.person != doubt.other.person:
        return "They are of two people: no rule compares them, and a ruling on them waits until these are one person."
    if decision is None:
        return "No rule holds that they may be one."
    reason = why([doubt.one.resource["resourceType"]], decision.rule)
    if decision.grade is Grade.POSSIBLE:
        return f"By a rule they may be one: {reason}"
    if doubt.is_one or doubt.ruling is not None:
        return f"By a rule they are one: {reason}"
    return (
        f"By a rule they are one: {reason} They stay two because another is as near, or because what is certainly one "
        "with the one is not with the other."
    )


def entry_standing(doubt: EntryDoubt) -> str:
    """How the two stand now, in a sentence."""
    ruling = doubt.ruling
    if ruling is None:
        return "They are one entry now." if doubt.is_one else "They are two entries now."
    if ruling.verdict is Verdict.NOT_SAME:
        return "They are two entries, as a steward ruled."
    if doubt.is_one:
        return "They are one entry, as a steward ruled."
    if doubt.one.person != doubt.other.person:
        return "A steward ruled that they are one entry, which waits until the two are of one person."
    if doubt.one.kind != doubt.other.kind:
        return "A steward ruled that they are one entry; they are of two kinds, so they stay two."
    return "A steward ruled that they are one entry, and another ruling keeps them two."


def entry_address(one: bytes, other: bytes) -> str:
    """Of the page of a pair."""
    return f"/review/entries/{one.hex()}/{other.hex()}"


def _said(told: Told, doubt: EntryDoubt, names: Mapping[str, Partner]) -> dict[str, list[str]]:
    telling = told.telling
    fellows = (one for one in doubt.entries[told.entry] if one.key != told.key)
    return {
        "Kind": [told.kind],
        "When": [_when(telling.when)],
        "What": [telling.title],
        "Status": [telling.status.replace("-", " ")] if telling.status else [],
        "Details": [telling.detail] if telling.detail else [],
        "Numbers": [value for _, value in identifiers(told.resource)],
        "Last changed": [_when(instant_text(told.instant))],
        "In one entry with": [
            f"{partner(one.sender, names).name}: {one.telling.title}, {_when(one.telling.when)}"
            for one in fellows
        ],
    }


def _when(text: str) -> str:
    """A FHIR date or dateTime as people write it, by the clock in the UK."""
    ticks = instant_ticks(text)
    return plain_date(text[:10]) if ticks is None else plain_moment(instant_text(ticks))
