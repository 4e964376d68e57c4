"""Who a FHIR reference names: a worker, family or friend, a community group, or the person themselves."""

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

import orjson

from services.domain.identity.remembered import remembered_if_short
from services.domain.record.business_identity import ods_code
from services.domain.record.continuity.things import Resource, Things, part, type_named
from services.domain.record.word import Word
from services.domain.record.words import first, names, objects

Partners = Mapping[str, tuple[str, str]]
"""Name and sector of each partner organisation, by its ODS code."""

FAMILY, COMMUNITY = "Family and friends", "Community"
"""The sectors of those who come from no partner organisation."""

_GROUPS = frozenset({"Organization", "HealthcareService"})
_PEOPLE = frozenset({"", "Practitioner", "PractitionerRole", "RelatedPerson", "Patient"})


class Nature(IntEnum):
    """What someone who takes part is. It gives no order of worth: all are listed as equals."""

    WORKER = 0
    NETWORK = 1
    """Family, a friend, a neighbour: a RelatedPerson."""
    GROUP = 2
    """An organisation that takes part as such, and no one of it by name."""


class Sure(IntEnum):
    """How surely it is told which organisation someone belongs to."""

    PLACE = 0
    """They took part there; another organisation's worker may have."""
    WROTE = 1
    """They wrote in that organisation's system."""
    OUTRIGHT = 2
    """Their role, or whom they act for, is told."""


class Mention(NamedTuple):
    """One resource's naming of someone who takes part."""

    name: str
    """As told, without the role after a comma: 'Priya Nair' of 'Priya Nair, named social worker'."""
    role: str
    nature: Nature
    organisation: str
    """ODS code, else name; empty for family and friends."""
    sure: Sure
    leads: bool = False
    """Whether they are named before every other worker who took part."""

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return folded(self.name)


def each(mention: Mention) -> list[Mention]:
    """Everyone whom it names: two, of no role of their own, in 'Bev Hallam and Gurdeep Sohal, resident coaches'.

    Without a role behind it 'Community Health and Social Care' might be an organisation, and is left as it is.
    """
    names = mention.name.split(" and ")
    several = names[1:] and mention.role[:1].islower() and all(" " in name for name in names)
    if mention.nature is not Nature.WORKER or not several:
        return [mention]
    return [mention._replace(name=name, role="") for name in names]


class Parties:
    """Reads references to people and organisations in the words on one person."""

    def __init__(self, things: Things, partners: Partners) -> None:
        self._things = things
        self._mentions: dict[tuple[bytes, str, bytes, str, str, str, Sure], Mention | None] = {}
        self._organisations: dict[tuple[bytes, bytes], str] = {}
        self._partners = {code: (name, sector) for code, (name, sector) in partners.items()}
        for word in things.of_kind("Organization"):
            code = _ods_code(word.resource.get("identifier"))
            if code and code not in self._partners and isinstance(name := word.resource.get("name"), str):
                self._partners[code] = (name, "")
        self._codes = {folded(name): code for code, (name, _) in sorted(self._partners.items(), reverse=True)}
        own = (name for word in things.of_kind("Patient") for name in _own_names(word.resource))
        self._own_names = {folded(name) for name in own if name.strip()}

    def mention(
        self,
        reference: Any,
        word: Word,
        *,
        role: str = "",
        organisation: str = "",
        place: str = "",
        sure: Sure = Sure.PLACE,
    ) -> Mention | None:
        """Who `reference` names; None for the person themselves, a place, a device, or no name at all.

        `role` and `organisation` are what stands beside the reference and go before what it leads to; without
        either the organisation is `place`, else the word's sender, as sure as `sure`.
        """
        if "contained" in word.resource:
            return self._mention(reference, word, role, organisation, place, sure)
        # One record names the same few again and again, and outside the resource they are the same.
        named = orjson.dumps(reference)
        about = (word.source_record, word.sender, named, role, organisation, place, sure)
        if about not in self._mentions:
            self._mentions[about] = self._mention(reference, word, role, organisation, place, sure)
        return self._mentions[about]

    def _mention(
        self, reference: Any, word: Word, role: str, organisation: str, place: str, sure: Sure
    ) -> Mention | None:
        target = self._things.target(reference, word)
        kind = str(target.get("resourceType", "")) or type_named(reference)
        if kind in _GROUPS:
            return self._group(reference, word, role)
        if kind not in _PEOPLE:
            return None
        shown, shown_role = _split(_display(reference))
        if self._is_known(shown) and not kind:
            return self._group(reference, word, role)
        holder = (
            self._things.target(target.get("practitioner"), word) if kind == "PractitionerRole" else target
        )
        name = _name(holder) or shown or _split(_display(target.get("practitioner")))[0]
        role = role or _role(target) or shown_role
        if kind == "RelatedPerson":
            return _named(name or role, role, Nature.NETWORK, "", Sure.OUTRIGHT)
        if kind == "Patient" or folded(name) in self._own_names:
            return None
        outright = organisation or self.organisation(target.get("organization"), word)
        belongs = outright or place or word.sender
        return _named(name, role, Nature.WORKER, belongs, Sure.OUTRIGHT if outright else sure)

    def family(self, word: Word) -> Mention | None:
        """Who a RelatedPerson is: by name, else by what they are to the person."""
        role = _role(word.resource)
        return _named(_name(word.resource) or role, role, Nature.NETWORK, "", Sure.OUTRIGHT)

    def is_own(self, reference: Any, word: Word) -> bool:
        """Whether `reference` names the person whose record it is."""
        kind = str(self._things.target(reference, word).get("resourceType", "")) or type_named(reference)
        shown, _ = _split(_display(reference))
        return kind == "Patient" or (not kind and folded(shown) in self._own_names)

    def written_as(self, reference: Any, word: Word) -> str:
        """The name of a writer, be it the person; empty where none is told."""
        mention = self.mention(reference, word)
        return mention.name if mention else _split(_display(reference))[0]

    def organisation(self, reference: Any, word: Word) -> str:
        """The organisation that a reference to nothing but organisations names: ODS code, else name."""
        if "contained" in word.resource:
            return self._organisation(reference, word)
        about = word.source_record, orjson.dumps(reference)
        if about not in self._organisations:
            self._organisations[about] = self._organisation(reference, word)
        return self._organisations[about]

    def _organisation(self, reference: Any, word: Word) -> str:
        target = self._things.target(reference, word)
        if target.get("resourceType") == "HealthcareService" and isinstance(target.get("providedBy"), dict):
            reference = target["providedBy"]
            target = self._things.target(reference, word)
        told = part(reference, "identifier"), target.get("identifier")
        code = next((code for one in told if (code := _ods_code(one))), "")
        shown = next(first(target.get("name")), "") or _display(reference)
        return code or self._codes.get(folded(shown), shown.strip())

    def organisation_behind(self, reference: Any, word: Word) -> str:
        """The organisation that a reference to anyone leads to; empty where it leads to none."""
        target = self._things.target(reference, word)
        kind = str(target.get("resourceType", "")) or type_named(reference)
        if kind == "PractitionerRole":
            return self.organisation(target.get("organization"), word)
        shown = _display(reference)
        known = _ods_code(part(reference, "identifier")) or self._is_known(shown)
        return self.organisation(reference, word) if kind in _GROUPS or (not kind and known) else ""

    def name_of(self, organisation: str) -> str:
        """What people call an organisation."""
        return self._partners.get(organisation, (organisation, ""))[0]

    def sector_of(self, organisation: str) -> str:
        """The sector of a partner organisation; empty where it is not known."""
        return self._partners.get(organisation, ("", ""))[1]

    def _group(self, reference: Any, word: Word, role: str) -> Mention | None:
        organisation = self.organisation(reference, word)
        return _named(self.name_of(organisation), role, Nature.GROUP, organisation, Sure.OUTRIGHT)

    def _is_known(self, shown: str) -> bool:
        return folded(shown) in self._codes


@remembered_if_short
def folded(name: str) -> str:
    """A name as it is compared: letters' case and the spaces between words make no other name.

    Its accents and marks stay, for another vowel sign can be another name: words are compared by plain_words.plain.
    """
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _named(name: str, role: str, nature: Nature, organisation: str, sure: Sure) -> Mention | None:
    return Mention(" ".join(name.split()), role, nature, organisation, sure) if name.strip() else None


def _split(display: str) -> tuple[str, str]:
    """Name and role of 'Sam Okafor, peer worker'; 'NAIR, Priya' is a name alone, as NHS systems write it."""
    name, _, role = display.partition(",")
    if re.fullmatch(r"[^a-z\s]+", name):
        return display.strip(), ""
    return name.strip(), role.strip()


def _name(holder: Resource) -> str:
    return next(names(listed(holder.get("name"))), "")


def _display(reference: Any) -> str:
    return next(first(part(reference, "display")), "")


def _role(target: Resource) -> str:
    told = [*listed(target.get("code")), *listed(target.get("relationship"))]
    return next((role for one in told for role in first(one)), "")


def _own_names(patient: Resource) -> list[str]:
    """Each name in full, and with the first given name alone."""
    told = objects(patient.get("name"))
    short = ({**name, "text": None, "given": listed(name.get("given"))[:1]} for name in told)
    return [*names(told), *names([*short])]


def _ods_code(identifiers: Any) -> str:
    told = ((part(one, "system"), part(one, "value")) for one in listed(identifiers))
    return ods_code(
        (system, value) for system, value in told if isinstance(system, str) and isinstance(value, str)
    )


def listed(node: Any) -> list[Any]:
    """What stands in a list, or alone where there is none."""
    return node if isinstance(node, list) else [] if node is None else [node]
