"""What R4 and we ask of a Bundle as a whole."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.fhir.issue import Issue
from schemas.fhir.note import Note
from schemas.fhir.references import types_by_url
from schemas.fhir.resource_tree import Path, fhirpath
from schemas.fhir.subject import is_somebody

_SUBJECT_FIELDS = ("subject", "patient", "for", "beneficiary")

Resource = dict[str, Any]


def bundle_issues(bundle: Resource) -> Iterator[Issue]:
    """Entries of a Bundle, of any type but a history, that cannot be told apart (bdl-7)."""
    entries = bundle.get("entry", ())
    urls = [entry["fullUrl"] for entry in entries if "fullUrl" in entry]
    if len(urls) == len({*urls}) or bundle.get("type") == "history":
        return
    seen = set()
    for number, entry in enumerate(entries):
        url = entry.get("fullUrl")
        version = entry.get("resource", {}).get("meta", {}).get("versionId")
        if url is not None and (url, version) in seen:
            text = "Another entry has this fullUrl already."
            yield Issue("duplicate", text, f"Bundle.entry[{number}].fullUrl", "full-url")
        seen.add((url, version))


def message_issues(bundle: Resource) -> list[Issue]:
    """What keeps a valid Bundle from being a message about one person.

    Only a Bundle of type message has a MessageHeader; others were sent without one.
    """
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    header = _header_issues(kinds) if bundle.get("type") == "message" else ()
    return [*header, *_one_person_issues(bundle, kinds)]


def unresolved_note(places: Sequence[Path]) -> Note:
    """References by urn that lead nowhere are taken, but for those that say whom something is about.

    R4 wants a urn:uuid to be in the Bundle (bundle.html#references), and published BaRS and EPS messages have
    some that are not, such as the journey in Encounter.episodeOfCare.
    """
    text = "A reference by urn:uuid or urn:oid names no entry of the message: nobody can follow it."
    return Note("deviation", "unresolved-reference", text, fhirpath("Bundle", places[0]), len(places))


def _header_issues(kinds: list[str]) -> Iterator[Issue]:
    if kinds[0] != "MessageHeader":
        text = "The first entry of a message is its MessageHeader."
        yield Issue("required", text, "Bundle.entry[0].resource", "message-header")
    if "MessageHeader" in kinds[1:]:
        text = "A message has one MessageHeader, as its first entry."
        number = kinds.index("MessageHeader", 1)
        yield Issue("structure", text, f"Bundle.entry[{number}].resource", "message-header")


def _one_person_issues(bundle: Resource, kinds: list[str]) -> Iterator[Issue]:
    count = kinds.count("Patient")
    if count == 1:
        number = kinds.index("Patient")
        yield from _other_subjects(bundle, bundle["entry"][number])
        if not is_somebody(bundle["entry"][number]["resource"]):
            text = "This Patient has neither an identifier nor a family name and a birth date: it could be anybody."
            yield Issue("required", text, f"Bundle.entry[{number}].resource", "one-person")
    elif count == 0:
        text = "The message is about nobody: it needs one Patient."
        yield Issue("required", text, "Bundle.entry", "one-person")
    else:
        number = kinds.index("Patient", kinds.index("Patient") + 1)
        text = "A message is about one person, and this is a second Patient."
        yield Issue("business-rule", text, f"Bundle.entry[{number}].resource", "one-person")


def _other_subjects(bundle: Resource, patient: Resource) -> Iterator[Issue]:
    """What is said to be about somebody else: filing it here would put it in the wrong person's record."""
    own = {patient.get("fullUrl"), f"Patient/{patient['resource'].get('id')}"}
    for number, entry in enumerate(bundle["entry"]):
        resource = entry["resource"]
        for field in _SUBJECT_FIELDS:
            if field in resource:
                told = resource[field]
                for one in told if isinstance(told, list) else (told,):
                    url = one.get("reference")
                    if url is not None and url not in own:
                        yield from _other_subject(
                            bundle, own, url, f"Bundle.entry[{number}].resource.{field}"
                        )


def _other_subject(bundle: Resource, own: set[str | None], url: str, place: str) -> Iterator[Issue]:
    if "Patient/" in url and url.partition("/_history/")[0] not in own:
        yield Issue("business-rule", "This is about another Patient than the message's.", place, "one-person")
    elif url.startswith(("urn:uuid:", "urn:oid:")) and url not in types_by_url(bundle):
        text = "This is about somebody or something that is not in the message."
        yield Issue("not-found", text, place, "reference-resolves")
