"""What the descriptions of addresses are put together from: headers, parameters, answers and refusals."""

from typing import Any

from schemas.fhir.http_errors import HTTP_ERRORS

FHIR_JSON = "application/fhir+json"

Item = dict[str, Any]

BEARER: list[Item] = [{"bearer": []}]
BEARER_OR_SIGNED_IN: list[Item] = [{"bearer": []}, {"session": []}]
ECHOED = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "X-Correlation-Id")}
MORE_HEADERS: dict[int, Item] = {
    401: {"WWW-Authenticate": {"schema": {"const": "Bearer"}}},
    425: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}


def header(name: str, schema: Item, description: str) -> Item:
    """A parameter in a header."""
    return {"name": name, "in": "header", "schema": schema, "description": description}


def path(name: str, description: str) -> Item:
    """A parameter in the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": description,
    }


def query(name: str, schema: Item, description: str) -> Item:
    """A parameter in the query."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


def content(media_type: str, schema: str) -> Item:
    """A body of this media type and of this schema of the components."""
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def answers(description: str, told: Item, *refusals: int) -> Item:
    """The answers of an operation: 200, and the refusals, each an OperationOutcome."""
    responses: Item = {"200": {"description": description, "headers": ECHOED, "content": told}}
    for status in refusals:
        error = HTTP_ERRORS[status]
        responses[str(status)] = {
            "description": f"{error.code}: {error.says}",
            "headers": {**ECHOED, **MORE_HEADERS.get(status, {})},
            "content": content(FHIR_JSON, "OperationOutcome"),
        }
    return responses


def problems(*refusals: int) -> Item:
    """The refusals of an operation for people and programs: a page, or problem details (RFC 9457)."""
    return {
        str(status): {
            "description": HTTP_ERRORS[status].says,
            "headers": MORE_HEADERS.get(status, {}),
            "content": {**content("application/problem+json", "ProblemDetails"), **PAGE["content"]},
        }
        for status in refusals
    }


PAGE: Item = {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"}}}}
