"""Real engines for every test that needs them: the embedded pair, or Apache Kafka with --kafka=apache."""

import functools
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from tests.engines import Engines, running_engines
from tests.kafka.apache import ApacheKafka
from tests.stack import RunningStack, data_folder

# How long an example takes is the machine's affair; laws that need more examples say how many.
# The same ones each time: a run that fails, fails again; `long` goes and looks for what nobody thought of.
settings.register_profile("carethread", deadline=None, max_examples=30, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=300)  # by hand: --hypothesis-profile=long
settings.load_profile("carethread")


# No test speaks TLS, and every client of httpx reads the system's certificates first: 25 ms of CPU each time.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The choice of broker, and whether the README's pictures are taken anew."""
    parser.addoption(
        "--kafka",
        choices=["embedded", "apache"],
        default="embedded",
        help="The broker of every test that touches one.",
    )
    parser.addoption(
        "--take-pictures",
        action="store_true",
        help="Take the pictures of the README anew, instead of holding them against the pages.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --kafka=apache only the tests that touch a broker run: the others would say the same again.

    Nor those marked `any_broker`, which need a stack and ask nothing of how messages travel in it.
    """
    if config.getoption("--kafka") == "apache":
        fixtures = {"start_stack", "stack", "shared_stack", "engines", "apache"}
        broker: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for item in items:
            touches = fixtures & set(getattr(item, "fixturenames", ()))
            (broker if touches and not item.get_closest_marker("any_broker") else others).append(item)
        config.hook.pytest_deselected(items=others)
        items[:] = broker


@pytest.fixture
def start_stack(request: pytest.FixtureRequest) -> Iterator[Callable[..., RunningStack]]:
    """Starts stacks like `carethread up`, each on a fresh data directory and broker, and stops them all."""
    with ExitStack() as running:

        def start(*options: str, data_dir: Path | None = None) -> RunningStack:
            folder = data_dir or running.enter_context(data_folder())
            return running.enter_context(RunningStack(folder, *_broker(request, running), *options))

        yield start


@pytest.fixture
def stack(start_stack: Callable[..., RunningStack]) -> RunningStack:
    """One stack on a fresh data directory."""
    return start_stack()


@pytest.fixture(scope="module")
def shared_stack(request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """One stack for all the tests of a module, which leave it as they found it or do not mind."""
    with ExitStack() as running:
        folder = running.enter_context(data_folder())
        yield running.enter_context(RunningStack(folder, *_broker(request, running)))


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """A migrated PostgreSQL and a broker with the core topics, and no worker."""
    apache = request.config.getoption("--kafka") == "apache"
    # Processes are killed in tests, and no machine loses its power: what was written is there without a flush.
    with running_engines(apache=apache, postgres_settings={"fsync": "off"}) as found:
        yield found


@pytest.fixture
def database(engines: Engines) -> Engines:
    """The engines with every table empty."""
    engines.empty()
    return engines


def _broker(request: pytest.FixtureRequest, running: ExitStack) -> tuple[str, ...]:
    """The options that give a stack the chosen broker: with --kafka=apache a fresh one of its own."""
    if request.config.getoption("--kafka") == "apache":
        return ("--kafka", running.enter_context(ApacheKafka()).bootstrap)
    return ()
