"""The addresses where records and outcomes are read."""

from schemas.fhir.capability_reads import MOST_A_PAGE, READ_ALONE, SEARCHED
from schemas.openapi_parts import (
    BEARER,
    BEARER_OR_SIGNED_IN,
    ECHOED,
    FHIR_JSON,
    Item,
    answers,
    content,
    header,
    path,
    query,
)

_READ_REFUSALS = (401, 403, 404, 500, 503)

_WHO_MAY = "To people who are signed in and to partners' systems, of those whom they may see."
_COUNT = query("_count", {"type": "integer", "minimum": 1}, f"Resources in a page; {MOST_A_PAGE} at most.")
_PAGE = query("_page", {"type": "string"}, "As the link 'next' of an earlier answer has it.")
_SINCE = query(
    "_since", {"type": "string"}, "A day or an instant: only what its source updated then or later."
)
_UPDATED = query("_lastUpdated", {"type": "string"}, "The same, with gt, ge, lt, le or eq in front.")
_PROVENANCE = query("_revinclude", {"enum": ["Provenance:target"]}, "Tells who told each resource.")
_PREFER = header(
    "Prefer",
    {"type": "string"},
    "handling=strict refuses a parameter that is not known; else it is named in the answer.",
)
_HAD = {"description": "The version that If-None-Match names.", "headers": ECHOED}

RECORDS: Item = {
    "/fhir/Patient": {
        "get": {
            "operationId": "searchPatient",
            "summary": "Somebody by their NHS number, or by family name and birth date",
            "description": f"{_WHO_MAY} Nobody is listed for less.",
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                query("identifier", {"type": "string"}, "system|value; a partner's own local number too."),
                query("family", {"type": "string"}, "However it is written; with birthdate."),
                query("given", {"type": "string"}, "The first names."),
                query("birthdate", {"type": "string"}, "One day: 1980-02-29."),
                _PREFER,
            ],
            "responses": answers(
                "A searchset.", content(FHIR_JSON, "Searchset"), *(400, 401, 403, 406, 500, 503)
            ),
        }
    },
    "/fhir/Patient/$match": {
        "post": {
            "operationId": "matchPatient",
            "summary": "Whoever may be this Patient, with how sure that is",
            "description": f"{_WHO_MAY} The body is a Parameters with the Patient as 'resource', or the Patient alone.",
            "security": BEARER_OR_SIGNED_IN,
            "requestBody": {"required": True, "content": content(FHIR_JSON, "Resource")},
            "responses": answers(
                "A searchset, the surest first: search.score and the extension match-grade say how sure.",
                content(FHIR_JSON, "Searchset"),
                *(400, 401, 403, 408, 413, 415, 422, 500, 503),
            ),
        }
    },
    "/fhir/Patient/{id}": {
        "get": {
            "operationId": "readPatient",
            "summary": "Who a person is, in one Patient",
            "description": _WHO_MAY,
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                path("id", "Any id of the person, their NHS number, or the id of one system's Patient.")
            ],
            "responses": answers("The Patient.", content(FHIR_JSON, "Resource"), *_READ_REFUSALS)
            | {"304": _HAD},
        }
    },
    "/fhir/{type}": {
        "get": {
            "operationId": "searchType",
            "summary": "What was told of one person, of one resource type, newest first",
            "description": _WHO_MAY,
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                path("type", "A resource type that is searched by person.")
                | {"schema": {"enum": [*SEARCHED]}},
                query(
                    "patient", {"type": "string"}, "Any id of the person; needed, unless the next is given."
                ),
                query(
                    "patient:identifier", {"type": "string"}, "https://fhir.nhs.uk/Id/nhs-number|[NHS number]"
                ),
                *(_SINCE, _UPDATED, _COUNT, _PAGE, _PROVENANCE, _PREFER),
            ],
            "responses": answers(
                "A searchset.", content(FHIR_JSON, "Searchset"), *(400, 401, 403, 404, 406, 500, 503)
            ),
        }
    },
    "/fhir/{type}/{id}": {
        "get": {
            "operationId": "readType",
            "summary": "One resource that a system told",
            "description": _WHO_MAY,
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                path("type", "Its resource type.") | {"schema": {"enum": [*SEARCHED, *READ_ALONE]}},
                path("id", "Its id here."),
            ],
            "responses": answers("It.", content(FHIR_JSON, "Resource"), *_READ_REFUSALS) | {"304": _HAD},
        }
    },
    "/fhir/Patient/{id}/$everything": {
        "get": {
            "operationId": "everything",
            "summary": "The whole record of one person, a page at a time",
            "description": f"{_WHO_MAY} Each resource has a Provenance behind it.",
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                path("id", "Any id of the person, or their NHS number."),
                *(_SINCE, _UPDATED, _COUNT, _PAGE, _PREFER),
            ],
            "responses": answers(
                "A searchset.", content(FHIR_JSON, "Searchset"), *(400, 401, 403, 404, 406, 500, 503)
            ),
        }
    },
    "/fhir/ServiceRequest/$check": {
        "post": {
            "operationId": "checkReferral",
            "summary": "What there is already for something like a referral: ask before referring",
            "description": (
                "The body is the ServiceRequest, or a Parameters with it as 'referral'. To browsers that are signed "
                "in, and to partners that have told of the person."
            ),
            "security": BEARER_OR_SIGNED_IN,
            "requestBody": {"required": True, "content": content(FHIR_JSON, "Resource")},
            "responses": answers(
                "A Parameters: 'result' says whether something like it is open; a 'referral' for each that is, or "
                "was rejected or completed lately.",
                content(FHIR_JSON, "Parameters"),
                *(400, 401, 403, 404, 408, 413, 415, 422, 500, 503),
            ),
        }
    },
}

OUTCOMES: Item = {
    "/outcomes": {
        "get": {
            "operationId": "outcomes",
            "summary": "What became of your messages, in the order in which it happened",
            "security": BEARER,
            "parameters": [
                query("since", {"type": "string"}, "An instant, or the cursor of an earlier answer."),
                query("limit", {"type": "integer", "minimum": 1}, "The most outcomes in the answer."),
            ],
            "responses": answers("Outcomes.", content("application/json", "OutcomePage"), 400, 401, 500, 503),
        }
    },
    "/outcomes/{id}": {
        "get": {
            "operationId": "outcome",
            "summary": "What became of one message",
            "security": BEARER,
            "parameters": [path("id", "The message key, or your own id of the message.")],
            "responses": answers(
                "The last outcome of each message with this id.",
                content("application/json", "OutcomePage"),
                *(401, 404, 500, 503),
            ),
        }
    },
    "/notices": {
        "get": {
            "operationId": "notices",
            "summary": "What of what your system was given it is to stop showing, in the order in which it was closed",
            "security": BEARER,
            "parameters": [
                query("since", {"type": "string"}, "An instant, or the cursor of an earlier answer."),
                query("limit", {"type": "integer", "minimum": 1}, "The most notices in the answer."),
            ],
            "responses": answers("Notices.", content("application/json", "NoticePage"), 400, 401, 500, 503),
        }
    },
    "/scorecard": {
        "get": {
            "operationId": "scorecard",
            "summary": "How good what you send is",
            "security": BEARER,
            "parameters": [query("days", {"type": "integer", "minimum": 1}, "Of the last so many days.")],
            "responses": answers(
                "A scorecard.", content("application/json", "Scorecard"), 400, 401, 500, 503
            ),
        }
    },
}
