"""Markup, script and template text that somebody planted in every field that holds words: all of it is text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browser import Visit, visit
from tests.messages import fhir_client, logs_of, metrics_of, settled
from tests.stack import RunningStack
from tests.streams.every_scenario import EVERY

pytestmark = pytest.mark.any_broker

PLANTED = "<b>bold</b><script>planted()</script><img src=x onerror=planted()> \"'&amp; {{ 7 * 7 }} ${7*7} "
"""Before the words of every field."""

_WORDS = frozenset(
    {"text", "display", "title", "description", "contentString", "valueString", "comment", "city", "unit"}
    | {"family", "patientInstruction"}
)
"""The elements of FHIR R4 in these streams that hold words which people wrote, and no code, id or address."""
_LISTS = frozenset({"given", "line"})


def planted(node: Any) -> Any:
    """The same with something planted before the words of every such element."""
    if isinstance(node, list):
        return [planted(one) for one in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for name, told in node.items():
        if name in _WORDS and isinstance(told, str):
            found[name] = PLANTED + told
        elif name in _LISTS:
            found[name] = [PLANTED + one if isinstance(one, str) else one for one in told]
        elif name == "name" and isinstance(told, str):
            found[name] = PLANTED + told
        else:
            found[name] = planted(told)
    return found


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """A stack that was told the streams of two scenarios with something planted in them."""
    stream: Path = tmp_path_factory.mktemp("planted") / "planted.ndjson"
    lines = [
        orjson.loads(line)
        for scenario in EVERY
        if scenario.name in ("wigan", "derbyshire")
        for line in scenario.stream.read_bytes().splitlines()
    ]
    told = (line | {"message": planted(line["message"])} for line in lines)
    stream.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in told))
    shared_stack.replay(stream)
    settled(shared_stack)
    assert shared_stack.status()["quarantined"] == 0, "the words are as good as any"
    return shared_stack


@pytest.fixture
def reader(stack: RunningStack, browser: Browser) -> Iterator[Visit]:
    """A browser that is signed in, in which what was planted would be heard of if it ran."""
    with visit(browser) as found:
        found.page.goto(stack.run("sign-in").stdout.strip())
        yield found


def is_text(page: Page) -> None:
    """Nothing of what was planted became an element, or was worked out; it stands there as it was written."""
    assert page.locator("main :is(script, b, img)").count() == 0
    assert page.locator("[onerror]").count() == 0
    shown = page.locator("main").inner_text()
    assert "<b>bold</b><script>planted()</script>" in shown
    assert "{{ 7 * 7 }} ${7*7}" in shown
    assert "&amp;" in shown, "what was escaped before is not unescaped"


def test_on_every_persons_page_it_is_text(stack: RunningStack, reader: Visit) -> None:
    """On each page of each timeline, with all that can be opened open."""
    people = [one["person"] for one in stack.json("people")]
    assert len(people) > 8
    for person in people:
        reader.page.goto(f"{stack.book.http}/person/{person}")
        is_text(reader.page)
        while (older := reader.page.get_by_role("link", name="Older")).count():
            older.first.click()
            is_text(reader.page)
    assert reader.complaints == []


def test_on_the_stewards_pages_it_is_text(stack: RunningStack, reader: Visit) -> None:
    """In the list of what waits, and in what the first of it opens."""
    reader.page.goto(f"{stack.book.http}/review/entries")
    is_text(reader.page)
    reader.page.locator("main li a").first.click()
    is_text(reader.page)
    assert reader.complaints == []


def test_over_fhir_it_is_json(stack: RunningStack) -> None:
    """Which no browser takes for anything else."""
    person = stack.json("people")[0]["person"]
    with fhir_client(stack, "") as client:
        client.get(stack.run("sign-in").stdout.strip())
        answer = client.get(f"/fhir/Patient/{person}/$everything")
    assert answer.headers["content-type"] == "application/fhir+json"
    assert orjson.dumps(PLANTED)[1:-1] in answer.content


def test_no_log_or_metric_tells_it(stack: RunningStack) -> None:
    """What people wrote is in the records alone."""
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        assert "planted()" not in words, place
