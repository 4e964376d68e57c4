"""The error codes that BaRS puts into an OperationOutcome beside the HTTP status (BaRS API 1.4.0, Errors).

A receiver's codes start with REC_. For 405, 413, 415, 425 and 429 no receiver's example is published; those
codes are the HTTP reason phrase after the same pattern.
"""

from typing import NamedTuple

HTTP_ERROR_SYSTEM = "https://fhir.nhs.uk/Codesystem/http-error-codes"


class HttpError(NamedTuple):
    """What a status says in BaRS."""

    code: str
    issue_code: str
    """Of the FHIR value set issue-type, where no issue says more exactly."""
    says: str


HTTP_ERRORS = {
    400: HttpError("REC_BAD_REQUEST", "invalid", "What was sent is malformed or contradicts itself."),
    401: HttpError("REC_UNAUTHORIZED", "login", "No valid bearer token was sent."),
    403: HttpError("REC_FORBIDDEN", "forbidden", "The token is valid, and its holder may not do this."),
    404: HttpError("REC_NOT_FOUND", "not-found", "There is nothing at this address."),
    405: HttpError("REC_METHOD_NOT_ALLOWED", "not-supported", "This address does not take this method."),
    406: HttpError("REC_NOT_ACCEPTABLE", "processing", "No type or version that is accepted can be sent."),
    408: HttpError("REC_TIMEOUT", "timeout", "The body did not arrive in time."),
    409: HttpError("REC_CONFLICT", "duplicate", "This very request was processed before."),
    413: HttpError("REC_PAYLOAD_TOO_LARGE", "too-long", "The body is larger than is taken."),
    415: HttpError("REC_UNSUPPORTED_MEDIA_TYPE", "not-supported", "This type or encoding is not taken."),
    422: HttpError(
        "REC_UNPROCESSABLE_ENTITY", "processing", "It is well formed, and no message that is taken."
    ),
    425: HttpError("REC_TOO_EARLY", "transient", "This very request is still being processed."),
    429: HttpError("REC_TOO_MANY_REQUESTS", "throttled", "Too many requests have come from one client."),
    500: HttpError("REC_SERVER_ERROR", "exception", "Something went wrong here."),
    501: HttpError(
        "REC_NOT_IMPLEMENTED", "not-supported", "BaRS has this address, and it is not served here."
    ),
    503: HttpError("REC_SERVICE_UNAVAILABLE", "transient", "The database does not answer just now."),
}


def http_error_coding(status: int) -> dict[str, str]:
    """The coding of an HTTP status; one without a row is told by its class, 400 or 500."""
    error = HTTP_ERRORS.get(status) or HTTP_ERRORS[500 if status >= 500 else 400]
    return {"system": HTTP_ERROR_SYSTEM, "code": error.code}
