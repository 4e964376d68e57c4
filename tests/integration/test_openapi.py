"""The OpenAPI document: true to the code, kept in the repository, and nothing that it allows breaks the server."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, core, given, settings
from hypothesis.vendor import pretty
from pydantic import SecretStr
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis import setup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from schemas.openapi import FILE, as_file, openapi_document
from services.platform.settings import Settings
from services.web import Web
from tests.messages import settled, token
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker

# What it once sets up takes away how hypothesis prints, of all tests: no counter-example would be shown any more.
setup()
core.RepresentationPrinter = pretty.RepresentationPrinter  # type: ignore[attr-defined]

DOCUMENT = schemathesis.openapi.from_dict(openapi_document())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ASKED = [
    (path, method, mode)
    for path, item in openapi_document()["paths"].items()
    for method, operation in item.items()
    if "501" not in operation["responses"]
    for mode in GenerationMode
    # where any text is right and nobody has to sign in, nothing can be sent that is not
    if mode is GenerationMode.POSITIVE or any(part in str(operation) for part in ("security", "enum"))
]
EXAMPLES = 25
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
API = ("/fhir", "/outcomes", "/notices", "/scorecard", "/uploads", "/openapi.json")


def test_the_file_is_not_stale() -> None:
    """`python -m schemas.openapi` writes it."""
    assert FILE.read_bytes() == as_file()


async def test_every_address_is_described() -> None:
    """What the web process serves to systems and what the document says are the same addresses and methods."""
    web = Web(Settings(postgres=SecretStr(""), kafka="", partnership_key=SecretStr("0" * 16)))
    served = {
        (re.sub(r":\w+}", "}", route.path), method.lower())
        for route in web._routes
        if isinstance(route, Route) and route.path.startswith(API)
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method) for path, item in openapi_document()["paths"].items() for method in item}
    assert described == served


def test_it_is_served(shared_stack: RunningStack) -> None:
    """To anybody."""
    answer = httpx.get(f"{shared_stack.book.http}/openapi.json", trust_env=False)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == orjson.loads(FILE.read_bytes())


@pytest.fixture(scope="module")
def session(shared_stack: RunningStack) -> Iterator[requests.Session]:
    """A partner's session; no proxy is asked."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token(shared_stack, 'ZZT41')}"
        yield session


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_nothing_that_is_sent_to_it_breaks_the_server(
    session: requests.Session, shared_stack: RunningStack, path: str, method: str, mode: GenerationMode
) -> None:
    """Whether it keeps to the document or not: every answer is one that the document tells of, in its type and
    shape, and none is a server error."""

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=SLOW
    )
    @given(DOCUMENT[path][method].as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(base_url=shared_stack.book.http, session=session, timeout=20, checks=CHECKS)

    ask()
    settled(shared_stack)
