"""Resources without a message around them: whom all of them are about, with a Patient that says so."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.subject import (
    PERSON_URL,
    Resource,
    Subject,
    is_somebody,
    local_references,
    nhs_numbers_of,
    objects,
    person_known_by,
    references,
    subjects_of,
)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of a Bundle, and where its resource stands in what was sent."""

    place: str
    entry: Resource

    @property
    def resource(self) -> Resource:
        """What it tells."""
        resource: Resource = self.entry["resource"]
        return resource


def about_one_person(told: Sequence[Told], whole: str) -> list[Resource]:
    """The entries with exactly one Patient among them, to whom what they say of the person refers; in place.

    The Patient is the one that is there; else the contained one that the resources are about; else one of
    whom nothing is known but the NHS number by which they name the person. `whole` is where all of it stands.

    Raises:
        Refused: they are about nobody, about somebody they do not name, or about several people.
    """
    patients = [one for one in told if one.resource.get("resourceType") == "Patient"]
    subjects = [(one, subject) for one in told for subject in subjects_of(one.resource)]
    entries = [one.entry for one in told]
    if len(patients) > 1:
        raise _refused(
            "business-rule", "A message is about one person: this is a second Patient.", patients[1].place
        )
    if patients:
        _about(patients[0], subjects)
        return entries
    return [*entries, {"fullUrl": PERSON_URL, "resource": _person(subjects, whole)}]


def _about(patient: Told, subjects: Sequence[tuple[Told, Subject]]) -> None:
    _must_be_anybody(patient.resource, patient.place)
    url = patient.entry.setdefault("fullUrl", PERSON_URL)
    names = (url, f"Patient/{patient.resource.get('id')}")
    numbers = nhs_numbers_of(patient.resource)
    for one, subject in subjects:
        refers = subject.reference.get("reference") in names
        if subject.named and not subject.numbers & numbers and (numbers or not refers):
            text = (
                "A message is about one person: this names another than the Patient, or not by the Patient's "
                "NHS number."
            )
            raise _refused("business-rule", text, f"{one.place}.{subject.place}")
        if subject.named and not refers:
            _point(one.resource, subject, url)


def _person(subjects: Sequence[tuple[Told, Subject]], whole: str) -> Resource:
    named = [(one, subject) for one, subject in subjects if subject.named]
    if not named:
        raise _about_nobody(subjects, whole)
    first = named[0][1]
    for one, subject in named:
        if subject.identity != first.identity:
            text = "A message is about one person: this names another than what stands before it."
            raise _refused("business-rule", text, f"{one.place}.{subject.place}")
    patient = next((subject.contained for _, subject in named if subject.contained is not None), None)
    if patient is None:
        patient = person_known_by(_only_number(named[0]))
    else:
        _must_be_anybody(patient, named[0][0].place)
        patient = patient | _contained_with(patient, named)
    for one, subject in named:
        _point(one.resource, subject, PERSON_URL)
    return patient


def _only_number(named: tuple[Told, Subject]) -> str:
    one, subject = named
    if len(subject.numbers) > 1:
        text = "The reference and its identifier name two NHS numbers."
        raise _refused("business-rule", text, f"{one.place}.{subject.place}")
    return min(subject.numbers)


def _contained_with(patient: Resource, named: Sequence[tuple[Told, Subject]]) -> Resource:
    """Take the contained Patient out of its resources, with copies of the contained ones that it refers to."""
    along: list[Resource] = []
    for one, subject in named:
        if subject.contained != patient:
            continue
        others = [other for other in objects(one.resource.get("contained")) if other is not subject.contained]
        if subject.contained is patient:
            along = _reached_from(patient, others)
        one.resource["contained"] = others
        if not others:
            del one.resource["contained"]
    return {"contained": along} if along else {}


def _reached_from(patient: Resource, others: list[Resource]) -> list[Resource]:
    reached: list[Resource] = []
    wanted = local_references(patient)
    while found := [one for one in others if one not in reached and f"#{one.get('id')}" in wanted]:
        reached += found
        wanted = wanted.union(*map(local_references, found))
    return deepcopy(reached)


def _point(resource: Resource, subject: Subject, url: str) -> None:
    """Let what names the person refer to the Patient at `url`."""
    local = subject.reference["reference"] if subject.contained is not None else None
    subject.reference["reference"] = url
    if local is not None:
        for reference in references(resource):
            if reference["reference"] == local:
                reference["reference"] = url


def _must_be_anybody(patient: Resource, place: str) -> None:
    if not is_somebody(patient):
        text = (
            "This Patient has neither an identifier nor a family name and a birth date: it could be anybody."
        )
        raise _refused("required", text, place)


def _about_nobody(subjects: Sequence[tuple[Told, Subject]], whole: str) -> Refused:
    if not subjects:
        text = "This is about nobody: neither a Patient nor a subject that names one is in it."
        return _refused("required", text, whole)
    one, subject = subjects[0]
    text = (
        "The person is named only by a reference that leads nowhere in this message: send the Patient with it, "
        "or name the person by NHS number."
    )
    return _refused("required", text, f"{one.place}.{subject.place}")


def _refused(code: str, text: str, place: str) -> Refused:
    return Refused([Issue(code, text, place, "one-person")], status=422)
