"""The addresses where records and outcomes are read."""

from schemas.openapi_parts import BEARER, BEARER_OR_SIGNED_IN, FHIR_JSON, Item, answers, content, path, query

RECORDS: Item = {
    "/fhir/Patient/{id}/$everything": {
        "get": {
            "operationId": "everything",
            "summary": "The whole record of one person",
            "description": "To browsers that are signed in, and to partners that have told of the person.",
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [path("id", "Any id of the person, or their NHS number.")],
            "responses": answers("A searchset.", content(FHIR_JSON, "Bundle"), 401, 403, 404, 500, 503),
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
