"""Organisations as resources refer to them: by display, by ODS code, or by a resource sent along."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from services.domain.record.business_identity import ods_code
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.kinds import at_path
from services.domain.record.referrals.ties import identifiers, names_of, reference_tokens
from services.domain.record.taking_part import spoken_name
from services.domain.record.word import Word
from services.domain.record.words import Resource, objects

_ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
"""Identifier system of the Organisation Data Service."""


class Organisation(NamedTuple):
    """Whoever referrals, is asked, or holds a referral: an organisation, a service or team of one, or the person."""

    name: str
    """As people read it; empty where nobody told."""
    ods: str = ""
    """Its ODS code, where that is known."""

    @property
    def key(self) -> str:
        """Equal for one organisation: its ODS code, else its name in plain words."""
        return f"ods|{self.ods}" if self.ods else plain(self.name)


NOBODY = Organisation("")
THE_PERSON = Organisation("The person")
"""Who asks for themself."""
FAMILY = Organisation("Family or a carer")

_ONE_PERSON = frozenset({"Practitioner", "Person"})
"""Types of what is a single worker: the organisation is that of their one role, else unknown."""
_WITHIN = {
    "HealthcareService": ("providedBy",),
    "PractitionerRole": ("organization", "healthcareService"),
    "CareTeam": ("managingOrganization",),
}
"""By resource type, the references to the organisation it is part of, best first."""
_BY_ITSELF = frozenset({"PractitionerRole", "HealthcareService"})
"""Types of which what is told of them says the name better than a reference to them does."""
_REFERENCES = {
    "ServiceRequest": ("requester", "performer"),
    "Task": ("requester", "owner"),
    "Encounter": ("serviceProvider",),
    "EpisodeOfCare": ("managingOrganization",),
}


class Directory:
    """The organisations that what is told of one person names."""

    def __init__(self, words: Iterable[Word], partners: Mapping[str, str] = {}) -> None:
        """`partners` are the names of organisations by ODS code, for what nobody told the name of."""
        self._partners = partners
        self._kinds: dict[str, str] = {}
        self._sent: dict[str, Organisation] = {}
        self._of_worker: defaultdict[str, set[Organisation]] = defaultdict(set)
        self._names: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        self._told: set[tuple[frozenset[str], str]] = set()
        self._found: dict[tuple[bytes, bytes], Organisation] = {}
        self._read(sorted(words, key=lambda one: (one.instant, one.resource_key)))

    def organisation(self, word: Word, node: Any) -> Organisation:
        """The organisation that a Reference of this resource, or the first that is one in a list, names.

        Its name is the reference's display, else that of the resource it leads to, else what others call the
        organisation with this identifier, else the identifier's value; of somebody in a role it is that of
        the organisation first. NOBODY where it names none.
        """
        if not node:
            return NOBODY
        if "contained" in word.resource:
            return self._first(word, node)
        # One record names the same few again and again, and outside the resource they are the same.
        about = word.source_record, orjson.dumps(node)
        if (found := self._found.get(about)) is None:
            found = self._found[about] = self._first(word, node)
        return found

    def sender(self, word: Word) -> Organisation:
        """The organisation whose system says it."""
        called = self._called(f"{_ODS_CODE}|{word.sender}") or self._partners.get(word.sender)
        return Organisation(called or word.sender, word.sender)

    def _read(self, words: list[Word]) -> None:
        roles = []
        for word in words:
            kind = word.resource["resourceType"]
            if kind in ("Organization", *_WITHIN, "Practitioner", "Patient", "RelatedPerson"):
                self._kinds.update(dict.fromkeys(names_of(word), kind))
            if kind == "Organization":
                self._learn(word)
            elif kind in _WITHIN:
                roles.append(word)
            for field in _REFERENCES.get(kind, ()):
                self._learn_references(word.resource.get(field))
        # A role may be of a service, which has to be known by then; a service is of an organisation.
        # What the directory lists, which is of no source record, has the last say on what a service is called.
        for word in sorted(
            roles, key=lambda one: (one.resource["resourceType"], not one.source_record, one.resource_key)
        ):
            self._found.clear()
            self._learn_within(word)
        self._sent |= {token: min(whole) for token, whole in self._of_worker.items() if len(whole) == 1}
        self._found.clear()

    def _learn(self, word: Word) -> None:
        name, ods = _text(word.resource.get("name")), _ods_code(identifiers(word.resource))
        self._tell(identifiers(word.resource), name)
        self._sent.update(dict.fromkeys(names_of(word), Organisation(name, ods)))

    def _learn_references(self, node: Any) -> None:
        for one in objects(node) if isinstance(node, list) else objects([node]):
            self._tell(identifiers(one), _text(one.get("display")))

    def _tell(self, tokens: frozenset[str], name: str) -> None:
        if not name or not tokens:
            return
        for token in tokens:
            self._names[token][name] += 1
        if (tokens, name) in self._told:
            return
        self._told.add((tokens, name))
        if ods := _ods_code(tokens):
            self._codes[Organisation(name).key].add(ods)

    def _learn_within(self, word: Word) -> None:
        """A service or a team goes by its own name, which is not a name of its organisation."""
        fields = _WITHIN[word.resource["resourceType"]]
        told = (self.organisation(word, word.resource.get(field)) for field in fields)
        whole = next((one for one in told if one.name), NOBODY)
        named = Organisation(_text(word.resource.get("name")) or whole.name, whole.ods)
        self._sent.update(dict.fromkeys(names_of(word), named))
        for token in reference_tokens(word, word.resource.get("practitioner")):
            self._of_worker[token].add(whole)

    def _first(self, word: Word, node: Any) -> Organisation:
        listed = objects(node) if isinstance(node, list) else objects([node])
        found = [one for one in (self._named(word, reference) for reference in listed) if one.name]
        return next((one for one in found if one.ods), next(iter(found), NOBODY))

    def _named(self, word: Word, reference: Resource) -> Organisation:
        tokens = sorted(reference_tokens(word, reference))
        kind = _kind(reference) or next((self._kinds[one] for one in tokens if one in self._kinds), "")
        name = _text(reference.get("display"))
        if kind == "Patient":
            return THE_PERSON
        if kind == "RelatedPerson":
            return Organisation(spoken_name(name) or FAMILY.name)
        sent = next((self._sent[one] for one in tokens if one in self._sent), NOBODY)
        if kind in _ONE_PERSON:
            return sent
        ods = _ods_code(tokens) or sent.ods
        known = next((called for one in tokens if (called := self._called(one))), self._partners.get(ods, ""))
        best = (sent.name, name) if kind in _BY_ITSELF else (name, sent.name)
        name = next((one for one in (*best, known, _text(at_path(reference, "identifier.value"))) if one), "")
        return Organisation(name, ods or self._code_of(name))

    def _code_of(self, name: str) -> str:
        codes = self._codes.get(Organisation(name).key, set())
        return next(iter(codes)) if len(codes) == 1 else ""

    def _called(self, token: str) -> str:
        """What an identifier's organisation is called most, of equals the first by alphabet."""
        told = self._names.get(token)
        return min(told, key=lambda name: (-told[name], name)) if told else ""


def _kind(reference: Resource) -> str:
    """The resource type that a reference itself names."""
    kind, literal = reference.get("type"), reference.get("reference")
    if isinstance(kind, str) and kind:
        return kind
    parts = literal.split("/") if isinstance(literal, str) else []
    return parts[-2] if len(parts) > 1 else ""


def _ods_code(tokens: Iterable[str]) -> str:
    told = (one.partition("|") for one in tokens)
    return ods_code((system, value) for system, _, value in told)


def _text(node: Any) -> str:
    return node.strip() if isinstance(node, str) else ""
