"""The fields of each form, and what somebody has filled in."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from starlette.datastructures import FormData

from schemas.writing.entries import ROLES, WAYS
from services.domain.writing.acts import Act
from services.platform.forms import one_line

LONGEST_LINE = 200
LONGEST_TEXT = 4000
"""Characters."""
MOST_PEOPLE = 40
MOST_FIELDS = 12

_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Field(NamedTuple):
    """One thing that a form asks for."""

    name: str
    label: str
    missing: str = ""
    """What is said where it is left out; empty where it may be."""
    kind: str = "line"
    """line, text, date, choice, organisation or people."""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and words."""
    given: str = ""
    """What stands in it at first."""


class FormOf(NamedTuple):
    """The form of one act."""

    title: str
    button: str
    fields: tuple[Field, ...]
    says: str = ""
    """What comes of it, before the fields."""


_WAYS = tuple((value, words) for value, (words, *_) in WAYS.items())
_HOW = Field("how", "How you met", "Choose how you met.", "choice", choices=_WAYS)
_DATE = Field("date", "Day", "Give the day.", "date")
_WHO_ASKED = "Whoever asked reads this, and so does whoever is asked next."
_TO = Field("to", "Which service", "Choose the service.", "organisation")

FORMS: Mapping[Act, FormOf] = {
    Act.ACCEPT: FormOf(
        "Accept the referral",
        "Accept",
        (Field("said", "What happens next (optional)", kind="text", hint=_WHO_ASKED),),
        "Your organisation takes the person on for this. Everyone around them sees that it did.",
    ),
    Act.REJECT: FormOf(
        "Reject the referral",
        "Reject",
        (Field("said", "Why it is not for you", "Say why it is not for you.", "text", _WHO_ASKED),),
        "It goes back to whoever asked.",
    ),
    Act.HAND_OVER: FormOf(
        "Hand the referral over",
        "Hand over",
        (_TO, Field("why", "Why they are the right service", "Say why.", "text", _WHO_ASKED)),
        "The other service is asked instead of yours, and holds the referral from then on.",
    ),
    Act.CLOSE: FormOf(
        "Close the referral",
        "Close",
        (Field("outcome", "What came of it", "Say what came of it.", "text", _WHO_ASKED),),
        "It is done, and nobody has to act on it any more.",
    ),
    Act.CONTACT: FormOf(
        "Add a contact",
        "Add the contact",
        (
            _DATE,
            _HOW,
            Field("what", "What it was", "Say what it was.", hint="For example: walk and talk."),
            Field("note", "Note (optional)", kind="text"),
        ),
    ),
    Act.NOTE: FormOf(
        "Write a note",
        "Add the note",
        (
            Field("about", "What it is about", "Say what it is about."),
            Field("words", "Note", "Write the note.", "text"),
        ),
    ),
    Act.GOAL: FormOf(
        "Add a goal",
        "Add the goal",
        (
            Field(
                "words",
                "The goal, in the person’s own words",
                "Write the goal in the person’s own words.",
                "text",
                "It stands under “What matters to me”, as they said it.",
            ),
        ),
    ),
    Act.MEETING: FormOf(
        "Add a network meeting",
        "Add the meeting",
        (
            _DATE,
            _HOW,
            Field("what", "What it was", "Say what it was.", given="Network meeting"),
            Field(
                "people",
                "Who took part",
                "Name everyone who took part.",
                "people",
                "One on each line, the person and yourself too; what they are after a comma: Ruth Fenn, sister. "
                "Everyone is told alike: nobody leads.",
            ),
            Field("note", "What was said (optional)", kind="text"),
        ),
    ),
    Act.NAMED_WORKER: FormOf(
        "Set the named worker",
        "Set the named worker",
        (
            Field("worker", "Their name", "Give their name."),
            Field(
                "role",
                "What they are",
                "Choose what they are.",
                "choice",
                choices=tuple(zip(ROLES, ROLES, strict=True)),
            ),
            Field("since", "Since when", "Give the day.", "date"),
        ),
        "Whoever was your organisation’s named worker before is so no longer.",
    ),
    Act.REFER: FormOf(
        "Refer to a service",
        "Look what there is already",
        (
            _TO,
            Field("what", "What you ask for", "Say what you ask for.", hint="For example: befriending."),
            Field("why", "Why", "Say why.", "text"),
            Field(
                "urgency",
                "How soon",
                "Choose how soon.",
                "choice",
                choices=(("routine", "Routine"), ("urgent", "Urgent")),
            ),
        ),
        "First you see what there is already, or was lately, for something like it. Nothing is sent until then.",
    ),
}


@dataclass(slots=True)
class Filled:
    """What somebody has filled in, and what is wrong with it."""

    key: str
    """One-time: the same form sent twice has the same."""
    told: dict[str, str] = field(default_factory=dict)
    """By field; a date as ISO 8601 has it."""
    errors: dict[str, str] = field(default_factory=dict)
    """By field; 'form' for the whole of it."""

    @property
    def people(self) -> list[str]:
        """Those who took part, one a line."""
        return [" ".join(line.split()) for line in self.told["people"].splitlines() if line.strip()]


def unfilled(form: FormOf) -> Filled:
    """The form as it is first shown."""
    return Filled(secrets.token_hex(16), {one.name: one.given for one in form.fields})


def filled_in(form: FormOf, given: FormData, organisations: Sequence[str], today: date) -> Filled:
    """The form as it was sent, with what is missing or wrong; `organisations` are those that may be chosen."""
    key = one_line(given, "key", 32)
    is_key = len(key) == 32 and all(digit in "0123456789abcdef" for digit in key)
    filled = Filled(key if is_key else secrets.token_hex(16))
    if not is_key:
        filled.errors["form"] = "The form was not whole. Look through it, and send it again."
    for one in form.fields:
        text = (
            _lines(given, one.name)
            if one.kind in ("text", "people")
            else one_line(given, one.name, LONGEST_LINE + 1)
        )
        filled.told[one.name] = text
        if wrong := _wrong(one, text, organisations):
            filled.errors[one.name] = wrong
        elif one.kind == "date":
            day = _day(text)
            if day is None:
                filled.errors[one.name] = "Write the day like 04/05/2026."
            elif day > today:
                filled.errors[one.name] = "This day is yet to come."
            else:
                filled.told[one.name] = day.isoformat()
    return filled


def _lines(given: FormData, name: str) -> str:
    value = given.get(name)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _wrong(one: Field, text: str, organisations: Sequence[str]) -> str:
    if not text:
        return one.missing
    longest = LONGEST_TEXT if one.kind in ("text", "people") else LONGEST_LINE
    if len(text) > longest:
        return f"This has {len(text):,} characters, and {longest:,} are the most."
    if _UNREADABLE.search(text):
        return "This has characters that nobody can read. Write it again."
    offered = [value for value, _ in one.choices] if one.kind == "choice" else organisations
    if one.kind in ("choice", "organisation") and text not in offered:
        return one.missing
    if one.kind == "people" and len(text.splitlines()) > MOST_PEOPLE:
        return f"At most {MOST_PEOPLE} people can be told."
    return ""


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
