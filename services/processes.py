"""The processes of a deployment: `carethread run NAME`, each from the same image.

`python -m services.processes NAME` is the same without the other commands, which take longer to load than most
processes do.
"""

import asyncio
import gc
import importlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from pydantic import ValidationError

from services.domain.identity.model import NotAModel
from services.engines import await_engines, stop_when_partners_join
from services.platform import log as logs
from services.platform.oidc import NotAProvider
from services.platform.postgres import DatabaseRole, OtherRules, migrate
from services.platform.publisher import ensure_topics
from services.platform.safe_address import NotAnAddress
from services.platform.serving import private_app, serve
from services.platform.settings import Settings, load_settings
from services.platform.topics import CORE_TOPICS
from services.record.model import load_model, records_version

log = logging.getLogger(__name__)

_LOADED_LATE = (
    "faust.app",
    "faust.assignor.leader_assignor",
    "faust.tables.manager",
    "faust.transport.drivers.aiokafka",
    "faust.worker",
    "services.delivery.relay",
    "services.intake.agent",
    "services.platform.sweeper",
    "services.record.agent",
    "services.review.queue",
    "services.web",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)

Ready = Callable[[], Awaitable[bool]]
Work = Coroutine[Any, Any, None]


def run_process(name: str, settings: Settings) -> None:
    """Run one of PROCESSES or OPTIONAL until it is done, or SIGTERM or SIGINT ends it.

    Raises:
        KeyError: no process has this name.
        NotAModel: the model file that the settings name is none.
        NotAnAddress: what they name as the address of PDS or of the identity provider is none.
        NotAProvider: they name an identity provider that nobody could sign in at.
        postgres.OtherRules: the database's records follow other rules, or another model, than this process.
    """
    logs.set_up(name)
    asyncio.run({**_RUNNERS, **_OPTIONAL}[name](settings, asyncio.Event()))


class CannotRun(Exception):
    """The process cannot run; the words say why and what to do."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status
        """Of the exit: 2 where it was not asked for rightly."""


def run_named(name: str, *, may_be_demo: bool = False) -> None:
    """Run one of PROCESSES or OPTIONAL against the environment until it is done, or SIGTERM or SIGINT ends it.

    Only a process of `carethread up` may be a demo's.

    Raises:
        CannotRun: no process has this name, the environment lacks something or asks for a demo, or the database's
            records follow other rules, or another model, than this process.
    """
    if name not in (*PROCESSES, *OPTIONAL):
        known = ", ".join((*PROCESSES, *OPTIONAL))
        raise CannotRun(f"There is no process '{name[:40]}': choose one of {known}.", 2)
    try:
        settings = load_settings()
    except ValidationError as fault:
        wrong = (f"CARETHREAD_{str(one['loc'][0]).upper()}: {one['msg']}" for one in fault.errors())
        words = "The environment lacks what this process needs.\n  " + "\n  ".join(wrong)
        raise CannotRun(words, 2) from None
    if settings.demo_sign_in and not may_be_demo:
        raise CannotRun("CARETHREAD_DEMO_SIGN_IN is for 'carethread up --demo' alone; take it out.", 2)
    try:
        run_process(name, settings)
    except (NotAModel, NotAnAddress, NotAProvider) as fault:
        raise CannotRun(str(fault), 2) from None
    except OtherRules as fault:
        raise CannotRun(str(fault), 1) from None


async def _migrate(settings: Settings, _: asyncio.Event) -> None:
    applied = migrate(settings.postgres.get_secret_value(), records_version(load_model(settings.model)))
    ensure_topics(settings.kafka, CORE_TOPICS, settings.partitions, settings.replication)
    log.info("The database and the topics are ready: %s", {"migrations": applied})


async def _intake(settings: Settings, stop: asyncio.Event) -> None:
    from services.intake.agent import IntakeAgent

    topics, incarnation = await await_engines(settings, DatabaseRole.INTAKE, stop)
    agent = IntakeAgent(settings, topics, incarnation)
    following = asyncio.create_task(stop_when_partners_join(settings, topics, stop))
    await _work(settings, stop, agent.loop.run(stop), _is(lambda: agent.loop.ready))
    following.cancel()
    await agent.close()


async def _record(settings: Settings, stop: asyncio.Event) -> None:
    from services.record.agent import RecordAgent

    await await_engines(settings, DatabaseRole.RECORD, stop)
    agent = RecordAgent(settings)
    await _work(settings, stop, agent.loop.run(stop), _is(lambda: agent.loop.ready))
    await agent.close()


async def _sweeper(settings: Settings, stop: asyncio.Event) -> None:
    from services.platform.sweeper import Sweeper
    from services.review.queue import keep_gauge
    from services.viewer.watching.given_watch import GivenWatch
    from services.viewer.watching.partnership_watch import PartnershipWatch
    from services.viewer.watching.referral_watch import ReferralWatch

    await await_engines(settings, DatabaseRole.SWEEPER, stop)
    sweeper = Sweeper(settings, [keep_gauge])
    watches = (ReferralWatch(settings), PartnershipWatch(settings), GivenWatch(settings))
    watching = asyncio.gather(*(one.run(stop) for one in watches))
    await _work(settings, stop, sweeper.run(stop), _is(lambda: sweeper.ready))
    await watching


async def _delivery(settings: Settings, stop: asyncio.Event) -> None:
    from services.delivery.relay import OutcomeRelay

    await await_engines(settings, DatabaseRole.DELIVERY, stop)
    relay = OutcomeRelay(settings)
    await _work(settings, stop, relay.run(stop), _is(lambda: relay.ready))


async def _web(settings: Settings, stop: asyncio.Event) -> None:
    from services.web import Web

    await await_engines(settings, DatabaseRole.WEB, stop)
    web = Web(settings)
    async with web.running() as app:
        serving = serve(app, settings.http_host, settings.http_port, stop, web.end_streams)
        await _work(settings, stop, serving, web.ready)


async def _pds(settings: Settings, stop: asyncio.Event) -> None:
    from services.tracing import Tracing

    tracing = Tracing(settings)
    await await_engines(settings, DatabaseRole.PDS, stop)
    await _work(settings, stop, tracing.run(stop), tracing.ready)


async def _work(settings: Settings, stop: asyncio.Event, work: Work, ready: Ready) -> None:
    """Do the work, with the private port beside it, until the process is asked to stop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    private = asyncio.create_task(
        serve(private_app(ready), settings.metrics_host, settings.metrics_port, stop)
    )
    gc.freeze()  # what is there by now stays: to go through all of it once more would hold somebody up for 0.1 s
    log.info("Working")
    try:
        await work
    finally:
        stop.set()
        await private
    log.info("Stopped")


def _is(condition: Callable[[], bool]) -> Ready:
    async def ready() -> bool:
        return condition()

    return ready


_RUNNERS: dict[str, Callable[[Settings, asyncio.Event], Work]] = {
    "migrate": _migrate,
    "intake": _intake,
    "record": _record,
    "sweeper": _sweeper,
    "delivery": _delivery,
    "web": _web,
}

PROCESSES: tuple[str, ...] = tuple(_RUNNERS)
"""In starting order: `migrate` ends when its work is done, the others run until they are stopped."""

_OPTIONAL: dict[str, Callable[[Settings, asyncio.Event], Work]] = {"pds": _pds}

OPTIONAL: tuple[str, ...] = tuple(_OPTIONAL)
"""What a deployment may do without, and does unless it is set up."""


def load() -> None:
    """Load what the processes run, which each of them else loads for itself."""
    for name in _LOADED_LATE:
        importlib.import_module(name)


def main(arguments: Sequence[str]) -> None:
    """Run the process that the arguments name.

    Raises:
        SystemExit: it cannot run; standard error says why.
    """
    try:
        run_named(*arguments, may_be_demo=True)
    except CannotRun as fault:
        print(f"carethread: {fault}", file=sys.stderr)
        sys.exit(fault.status)


if __name__ == "__main__":
    main(sys.argv[1:])
