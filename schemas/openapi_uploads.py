"""The addresses where sheets are uploaded."""

from schemas.openapi_parts import BEARER_OR_SIGNED_IN, ECHOED, PAGE, Item, content, path, problems, query
from schemas.uploads.templates import TEMPLATES

UPLOADS: Item = {
    "/uploads": {
        "get": {
            "operationId": "uploadForm",
            "summary": "The page where a sheet is chosen",
            "security": BEARER_OR_SIGNED_IN,
            "responses": {"200": PAGE, **problems(401)},
        },
        "post": {
            "operationId": "upload",
            "summary": "Send a sheet, and read what would become of each row; nothing is accepted yet",
            "security": BEARER_OR_SIGNED_IN,
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "kind": {"enum": [*TEMPLATES]},
                                "file": {"type": "string", "format": "binary"},
                                "organisation": {
                                    "type": "string",
                                    "description": "From a browser: an ODS code.",
                                },
                            },
                            "required": ["kind", "file"],
                        }
                    }
                },
            },
            "responses": {
                "201": {
                    "description": "The sheet waits to be confirmed.",
                    "headers": {**ECHOED, "Location": {"schema": {"type": "string"}}},
                    "content": content("application/json", "Preview"),
                },
                "303": {"description": "From a browser: its page is at Location."},
                **problems(400, 401, 403, 413, 415, 422),
            },
        },
    },
    "/uploads/templates/{kind}.csv": {
        "get": {
            "operationId": "uploadTemplate",
            "summary": "An empty sheet with its headings",
            "parameters": [
                path("kind", "What the sheet holds.") | {"schema": {"enum": [*TEMPLATES]}},
            ],
            "responses": {
                "200": {"description": "A sheet.", "content": {"text/csv": {"schema": {"type": "string"}}}},
                **problems(404),
            },
        }
    },
    "/uploads/{id}": {
        "get": {
            "operationId": "uploaded",
            "summary": "A sheet that waits to be confirmed, or what became of it",
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [path("id", "Of the sheet.")],
            "responses": {
                "200": {
                    "description": "A preview, or once it is committed, what was done.",
                    "content": {
                        "application/json": {
                            "schema": {
                                "anyOf": [
                                    {"$ref": "#/components/schemas/Preview"},
                                    {"$ref": "#/components/schemas/Committed"},
                                ]
                            }
                        },
                        **PAGE["content"],
                    },
                },
                **problems(401, 404),
            },
        }
    },
    "/uploads/{id}/commit": {
        "post": {
            "operationId": "commitUpload",
            "summary": "Accept the good rows of a sheet as messages; again, nothing changes",
            "security": BEARER_OR_SIGNED_IN,
            "parameters": [
                path("id", "Of the sheet."),
                query("all_or_nothing", {"enum": ["true", "false"]}, "Only where every row is good."),
            ],
            "responses": {
                "200": {
                    "description": "What was done.",
                    "content": content("application/json", "Committed"),
                },
                "303": {"description": "From a browser: its page is at Location."},
                **problems(401, 403, 404, 409),
            },
        }
    },
}
