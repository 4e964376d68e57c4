"""A server that speaks the PDS FHIR API: search and read over invented people, and every fault it is told to make.

By hand: `python -m tests.pds.emulator --port 8099` and CARETHREAD_PDS_URL=http://127.0.0.1:8099/FHIR/R4.
"""

import argparse
import asyncio
import contextlib
import signal
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from threading import Thread
from types import TracebackType
from typing import NamedTuple, Self
from uuid import UUID

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.domain.identity.demographics import is_valid
from services.platform.serving import Server
from tests.pds.faults import FHIR_JSON, Fault
from tests.pds.people import PEOPLE, KnownPerson, Resource
from tests.pds.search import BadSearch, search
from tests.stack import wait_for

TOKEN = "a token of the emulator's own"
PATH = "/FHIR/R4"


class Seen(NamedTuple):
    """A request that came."""

    at: float
    """Monotonic seconds."""
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class PdsEmulator:
    """The server, from entering the block to leaving it; `seen` is every request so far."""

    def __init__(self, people: Iterable[KnownPerson] = PEOPLE, token: str = TOKEN, port: int = 0) -> None:
        self.people = list(people)
        self.token = token
        self.seen: list[Seen] = []
        self._faults: deque[Fault] = deque()
        routes = [
            Route(f"{PATH}/Patient", self._search, methods=["GET"]),
            Route(f"{PATH}/Patient/{{number}}", self._read, methods=["GET"]),
        ]
        app = Starlette(routes=routes)
        self._listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{PATH}"
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = Server(config)
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_for(lambda: self._server.started, "the emulator listens")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def then(self, *faults: Fault, times: int = 1) -> None:
        """Go wrong in these ways, one a request, before answering soundly again."""
        self._faults.extend(faults * times)

    def forget_faults(self) -> None:
        """Answer soundly from now on."""
        self._faults.clear()

    @property
    def searches(self) -> list[dict[str, str]]:
        """The parameters of every search so far."""
        return [one.parameters for one in self.seen if one.path.endswith("/Patient")]

    def most_within(self, seconds: float) -> int:
        """The most requests that began within so many seconds of each other."""
        times = [one.at for one in self.seen]
        return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))

    async def _search(self, request: Request) -> Response:
        if answer := await self._before(request):
            return answer
        try:
            found = search(self.people, request.query_params)
        except BadSearch as bad:
            return _outcome(400, str(bad))
        if len(found) > 1:
            return _outcome(200, "TOO_MANY_MATCHES")
        return _fhir(_searchset(found))

    async def _read(self, request: Request) -> Response:
        if answer := await self._before(request):
            return answer
        number = request.path_params["number"]
        if not is_valid(number):
            return _outcome(400, "INVALID_RESOURCE_ID")
        known = {one.nhs_number: one for one in self.people}
        one = known.get(number)
        if one is None:
            return _outcome(404, "RESOURCE_NOT_FOUND")
        if one.invalidated:
            return _outcome(404, "INVALIDATED_RESOURCE")
        return _fhir(known[one.superseded_by or number].patient())

    async def _before(self, request: Request) -> Response | None:
        """What is answered instead of what was asked for: a fault, or that the request is not allowed."""
        headers, parameters = dict(request.headers), dict(request.query_params)
        self.seen.append(Seen(time.monotonic(), request.url.path, parameters, headers))
        if self._faults:
            return await self._faults.popleft()(request)
        if headers.get("authorization") != f"Bearer {self.token}":
            return _outcome(401, "ACCESS_DENIED")
        if not (_is_guid(headers.get("x-request-id")) and _is_guid(headers.get("x-correlation-id"))):
            return _outcome(400, "INVALID_VALUE")
        return None


def _is_guid(text: str | None) -> bool:
    try:
        return str(UUID(text or "")) == text
    except ValueError:
        return False


def _searchset(found: Sequence[tuple[KnownPerson, float]]) -> Resource:
    entries = [{"search": {"score": score}, "resource": one.outline()} for one, score in found]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})


def _outcome(status: int, code: str) -> Response:
    coding = {"system": "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode", "code": code}
    issue = {"severity": "error", "code": "processing", "details": {"coding": [coding]}}
    return _fhir({"resourceType": "OperationOutcome", "issue": [issue]}, status)


def _fhir(resource: Resource, status: int = 200) -> Response:
    return Response(orjson.dumps(resource), status, {"Content-Type": FHIR_JSON})


def main() -> None:
    """Serve the emulator on a port of this machine until it is interrupted."""
    parser = argparse.ArgumentParser(description="A PDS to try Carethread with; everybody in it is invented.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--token", default="try-it")
    given = parser.parse_args()
    with PdsEmulator(token=given.token, port=given.port) as emulator:
        print(f"{emulator.url} takes the bearer token {given.token!r} and knows:")
        for one in PEOPLE:
            print(f"  {one.nhs_number}  {' '.join(one.given)} {one.family}, {one.birth_date}, {one.postcode}")
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
