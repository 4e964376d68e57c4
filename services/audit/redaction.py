"""What a person is given of others: that they are told of, and not how to reach them."""

from typing import Any

LEFT_OUT = "left out: another person's"

_CONTACTS = ("telecom", "address")


def redacted(document: Any) -> Any:
    """The document without the telephone, e-mail and address of relatives and of people to contact, wherever they are.

    RelatedPerson is a relative or friend, and Patient.contact somebody to call (FHIR R4).
    """
    if isinstance(document, list):
        return [redacted(one) for one in document]
    if not isinstance(document, dict):
        return document
    found = {name: redacted(value) for name, value in document.items()}
    if found.get("resourceType") == "RelatedPerson":
        return _without_contacts(found)
    if found.get("resourceType") == "Patient" and isinstance(found.get("contact"), list):
        found["contact"] = [_without_contacts(one) for one in found["contact"]]
    return found


def _without_contacts(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    return {name: LEFT_OUT if name in _CONTACTS else value for name, value in told.items()}
