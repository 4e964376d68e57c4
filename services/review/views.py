"""What the review's pages and commands show: pairs in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from services.domain.identity.decision import Grade
from services.domain.identity.demographics import Demographics
from services.domain.identity.model import BIT, Model
from services.domain.identity.rulings import Verdict
from services.domain.record.instant import instant_text
from services.platform.access import Partner
from services.review import facts as told
from services.review.explanation import Evidence, Obstacle
from services.review.facts import Said, plain_moment
from services.review.kinds import WORDS as KIND_WORDS
from services.review.queue import Item, Side
from services.review.reading import Doubt, Known
from services.review.rulings import WORDS as RULED_WORDS
from services.review.rulings import Made
from services.review.words import FIELDS, GRADES, LEVELS, OBSTACLES, bits, direction, odds, rule_words

_HALF_BAR, _FULL_BITS = 100, 20
"""A bar's half in the units of its drawing, and the bits that fill it."""

SCALE_FROM, SCALE_TO = -20, 30
"""The bits that the scale of totals begins and ends with; what lies beyond stands at its end."""


class SideView(NamedTuple):
    """One source record as it is listed."""

    id: str
    person: str
    name: str
    born: str
    partner: Partner
    is_withheld: bool


class ItemView(NamedTuple):
    """A pair as it is listed."""

    address: str
    title: str
    grade: str
    weight: str
    one: SideView
    other: SideView


class EvidenceView(NamedTuple):
    """How far a field agrees, in words, with a bar from the middle to either side."""

    field: str
    level: str
    bits: str
    direction: str
    start: int
    width: int
    speaks_for: bool


class FactRow(NamedTuple):
    """What both say of one thing, and what that weighs."""

    label: str
    one: list[Said]
    other: list[Said]
    evidence: list[EvidenceView]


class PersonView(NamedTuple):
    """The person that a source record belongs to."""

    id: str
    entries: int
    records: list[tuple[str, Partner]]
    """The other source records: id and organisation."""


class RulingView(NamedTuple):
    """A ruling that was made."""

    words: str
    verdict: str
    by: str
    reason: str
    moment: str
    when: str
    is_pending: bool


_ROWS: tuple[tuple[str, Callable[[Demographics], list[Said]], tuple[str, ...]], ...] = (
    ("Name", told.names, ("given", "middle", "family", "order")),
    ("Birth date", told.birth_date, ("birth_date",)),
    ("Gender", told.gender, ("gender",)),
    ("NHS number", told.nhs_numbers, ("nhs_number",)),
    ("Address", told.addresses, ("address",)),
    ("Telephone", told.phones, ("phone",)),
    ("E-mail", told.emails, ("email",)),
    ("Other number", lambda _: [], ("other_number",)),
    ("Died", told.death, ()),
)


def item_view(item: Item, names: Mapping[str, Partner]) -> ItemView:
    """A pair as it is listed."""
    return ItemView(
        address=address(item.one.id, item.other.id),
        title=KIND_WORDS[item.kind].title,
        grade=GRADES[Grade(item.grade)] if item.grade else "not alike by themselves",
        weight=f"{bits(item.weight)} bits" if item.grade else "",
        one=side_view(item.one, names),
        other=side_view(item.other, names),
    )


def side_view(side: Side, names: Mapping[str, Partner]) -> SideView:
    """One source record; of one that is withheld, whose it is alone."""
    name = told.names(side.facts)
    born = told.birth_date(side.facts)
    return SideView(
        id=side.id.hex(),
        person=side.person.hex(),
        name="Withheld just now" if side.is_withheld else name[0].words if name else "Name not given",
        born="" if side.is_withheld or not born else born[0].words,
        partner=partner(side.sender, names),
        is_withheld=side.is_withheld,
    )


def fact_rows(doubt: Doubt) -> list[FactRow]:
    """What both say, thing by thing; what neither says is left out."""
    by_field = {one.field: evidence_view(one) for one in doubt.explanation.evidence}
    rows = [
        FactRow(
            label,
            say(doubt.one.facts),
            say(doubt.other.facts),
            [by_field[field] for field in fields if field in by_field],
        )
        for label, say, fields in _ROWS
    ]
    return [row for row in rows if row.one or row.other or row.evidence]


def evidence_view(one: Evidence) -> EvidenceView:
    """How far a field agrees, in words."""
    width = min(_HALF_BAR, abs(one.weight) * _HALF_BAR // (_FULL_BITS * BIT))
    return EvidenceView(
        field=FIELDS[one.field],
        level=LEVELS[one.field][one.level],
        bits=bits(one.weight),
        direction=direction(one.weight),
        start=_HALF_BAR if one.weight > 0 else _HALF_BAR - width,
        width=max(1, width),
        speaks_for=one.weight > 0,
    )


def verdict_view(doubt: Doubt, model: Model) -> dict[str, Any]:
    """What the model makes of the two, and where that lies between its thresholds."""
    decision = doubt.explanation.decision
    return {
        "grade": GRADES[decision.grade],
        "rule": rule_words(decision),
        "total": bits(decision.weight),
        "odds": odds(decision.weight),
        "prior": bits(doubt.explanation.prior),
        "of_a_household": doubt.explanation.of_a_household,
        "link": bits(model.link),
        "review": bits(model.review),
        "model": model.fingerprint,
        "scale": {
            "from": 0,
            "review": _on_scale(model.review),
            "link": _on_scale(model.link),
            "total": _on_scale(decision.weight),
            "to": _on_scale(SCALE_TO * BIT),
        },
    }


def standing(doubt: Doubt) -> str:
    """How the two stand now, in a sentence."""
    ruling = doubt.ruling
    if ruling is not None and ruling.verdict is Verdict.SAME:
        if doubt.is_one:
            return "They are one person, as a steward ruled."
        return "A steward ruled that they are one person, and they are still apart."
    if ruling is not None:
        if not doubt.is_one:
            return "They are two people, as a steward ruled."
        return "A steward ruled that they are two people, and they are still one."
    return "They are one person now." if doubt.is_one else "They are two people now."


def obstacles(doubt: Doubt, model: Model, names: Mapping[str, Partner], most: int = 5) -> list[str]:
    """What keeps the two persons apart, in words; nothing where nothing would have joined them."""
    if doubt.apart is None:
        return []
    senders = {known.id: known.sender for members in doubt.people.values() for known in members}
    senders |= {side.id: side.sender for side in (doubt.one, doubt.other)}
    found = [_obstacle(one, doubt, senders, names) for one in doubt.apart.obstacles[:most]]
    if rest := len(doubt.apart.obstacles) - most:
        found += [f"and {rest} more like these"] if rest > 0 else []
    if found or not doubt.explanation.decision.links:
        return found
    if doubt.apart.mean < model.group:
        return ["the other source records of the two persons are too unlike each other"]
    return ["one of them could as well belong to a third, whom the other cannot be"]


def person_view(person: bytes, doubt: Doubt, but: bytes, names: Mapping[str, Partner]) -> PersonView:
    """The person that a source record belongs to, and who else tells of them."""
    members: Sequence[Known] = doubt.members(person)
    return PersonView(
        id=person.hex(),
        entries=sum(one.entries for one in members),
        records=[(one.id.hex(), partner(one.sender, names)) for one in members if one.id != but],
    )


def ruling_view(made: Made, words: Mapping[Verdict, str] = RULED_WORDS) -> RulingView:
    """A ruling that was made; `words` say what each verdict means."""
    moment = instant_text(made.instant)
    return RulingView(
        words=words[made.verdict],
        verdict=made.verdict.value,
        by=made.by,
        reason=made.reason,
        moment=f"{moment[:19]}Z",
        when=plain_moment(moment),
        is_pending=made.is_pending,
    )


def partner(sender: str, names: Mapping[str, Partner]) -> Partner:
    """The sender as the partnership registered it."""
    return names.get(sender) or Partner(sender, sender, "Sector not given")


def address(one: bytes, other: bytes) -> str:
    """Of the page of a pair."""
    return f"/review/{one.hex()}/{other.hex()}"


def _obstacle(one: Obstacle, doubt: Doubt, senders: Mapping[bytes, str], names: Mapping[str, Partner]) -> str:
    if {one.one, one.other} == {doubt.one.id, doubt.other.id}:
        return OBSTACLES[one.why]
    who = " and ".join(
        f"the record {id_.hex()[:8]} of {partner(senders[id_], names).name}" for id_ in (one.one, one.other)
    )
    return f"{OBSTACLES[one.why]}: {who}"


def _on_scale(weight: int) -> int:
    """A weight as a place on the scale, in tenths of a bit from its beginning."""
    return round(min(max(weight, SCALE_FROM * BIT), SCALE_TO * BIT) * 10 / BIT) - SCALE_FROM * 10
