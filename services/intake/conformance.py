"""What the door says of itself: GET /fhir/metadata, /fhir/MessageDefinition and /openapi.json, to anybody."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.capability import capability_statement
from schemas.fhir.issue import Issue, Refused
from schemas.fhir.message_definitions import message_definitions
from schemas.openapi import openapi_document
from services.intake.http import fhir_response, refusal
from services.intake.negotiation import require_acceptable

_NOT_SERVED = "Slot"
"""The resource that BaRS reads from a receiver (BaRS API 1.4.0, Endpoints), and that is not read from here."""


class Conformance:
    """Descriptions that are the same for everybody and change only with the program."""

    def __init__(self) -> None:
        self._statement = capability_statement()
        self._definitions = {definition["id"]: definition for definition in message_definitions()}
        self._openapi = orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2)
        self.routes = [
            Route("/fhir/metadata", self.metadata, methods=["GET"]),
            Route("/fhir/MessageDefinition", self.definitions, methods=["GET"]),
            Route("/fhir/MessageDefinition/{id}", self.definition, methods=["GET"]),
            Route("/openapi.json", self.openapi, methods=["GET"]),
        ]
        self.routes += [
            Route(f"/fhir/{_NOT_SERVED}", self.not_served, methods=["GET"]),
            Route(f"/fhir/{_NOT_SERVED}/{{id}}", self.not_served, methods=["GET"]),
        ]

    async def metadata(self, request: Request) -> Response:
        """The CapabilityStatement."""
        try:
            require_acceptable(request.headers.get("accept", ""))
        except Refused as refused:
            return refusal(refused)
        return fhir_response(self._statement)

    async def definitions(self, request: Request) -> Response:
        """Every MessageDefinition."""
        entries = [
            {"fullUrl": definition["url"], "resource": definition, "search": {"mode": "match"}}
            for definition in self._definitions.values()
        ]
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
        return fhir_response(bundle)

    async def definition(self, request: Request) -> Response:
        """One MessageDefinition."""
        if found := self._definitions.get(request.path_params["id"]):
            return fhir_response(found)
        text = (
            "There is no MessageDefinition with this id; GET /fhir/MessageDefinition lists those there are."
        )
        return refusal(Refused([Issue("not-found", text)], status=404))

    async def not_served(self, _: Request) -> Response:
        """What BaRS has, and is not read from here."""
        text = "This part of BaRS is not served here; GET /fhir/metadata says what is."
        return refusal(Refused([Issue("not-supported", text)], status=501))

    async def openapi(self, _: Request) -> Response:
        """The description of the whole HTTP API."""
        return Response(self._openapi, media_type="application/json")
