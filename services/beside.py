"""What the commands share that work beside a running stack: its addresses, its database, its broker."""

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import psycopg
import typer

from schemas.status import StatusCounts
from services import show
from services.domain.access.audited import Kind
from services.domain.access.reader import Reader, Role
from services.platform.audit import Audit, NotAudited
from services.platform.audit_event import Event, Purpose
from services.platform.embedded import address_book
from services.platform.embedded.address_book import AddressBook, NoStack
from services.platform.outbox import count
from services.platform.postgres import Connection, connect
from services.platform.publisher import Publisher
from services.platform.settings import Settings, load_settings
from services.viewer.reading import list_persons
from services.workbench.bundled import stream_path
from services.workbench.replay import Line, count_deliveries, read_stream, send, wait_until_settled

if TYPE_CHECKING:
    from services.intake.acceptance import Acceptance

T = TypeVar("T")

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Data directory of the stack.", show_default="the user's data folder"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]

DATABASE_AWAY = "The stack's database does not answer just now. Try again shortly."


def fail(words: str, status: int = 1) -> NoReturn:
    """End the command: say what is wrong, and exit with `status`."""
    print(f"carethread: {words}", file=sys.stderr)
    raise typer.Exit(status)


def data_dir(given: Path | None) -> Path:
    """The data directory asked for, or the user's own."""
    return (given or address_book.default_data_dir()).expanduser().resolve()


def running(given: Path | None) -> AddressBook:
    """The addresses of the stack on the data directory; the command ends where none runs there."""
    try:
        return address_book.read(data_dir(given))
    except NoStack as fault:
        fail(str(fault))


def place(given: Path | None) -> Settings:
    """Where the stack on the data directory is; without one, what the environment says of a deployment, if it does."""
    if given is None and "CARETHREAD_POSTGRES" in os.environ:
        return load_settings()
    return running(given).settings()


async def open_database(book: AddressBook | Settings) -> Connection:
    """A connection to the stack's PostgreSQL."""
    return await connect(book.postgres.get_secret_value())


def with_postgres(book: AddressBook | Settings, work: Callable[[Connection], Awaitable[T]]) -> T:
    """The result of `work` on one connection; the command ends where PostgreSQL does not answer."""

    async def run_it() -> T:
        async with await open_database(book) as connection:
            return await work(connection)

    try:
        return asyncio.run(run_it())
    except NotAudited:
        fail(
            "Nothing is shown, since it cannot be written down just now who saw it. See the log of the database."
        )
    except psycopg.OperationalError:
        fail(DATABASE_AWAY)


async def write_down(
    connection: Connection,
    settings: Settings,
    command: str,
    kind: Kind,
    *,
    persons: Sequence[bytes] = (),
    things: Sequence[bytes] = (),
    purpose: Purpose = Purpose.OPERATIONS,
) -> None:
    """Write to the audit what a command is about to show, and of whom.

    Raises:
        NotAudited: it is not written.
    """
    audit = Audit("command", settings.partnership_key.get_secret_value().encode(), settings.audit_anchors)
    seen = tuple(one.hex() for one in things)
    whoever = Reader(Role.OPS, "", who_runs_it(), "")
    event = Event(kind, whoever, f"carethread {command}", tuple(persons), seen, purpose=purpose)
    await audit.audited(connection, event)
    audit.anchor()


def note(
    book: AddressBook,
    command: str,
    kind: Kind,
    *,
    persons: Sequence[bytes] = (),
    things: Sequence[bytes] = (),
) -> None:
    """Write to the audit what a command is about to do; the command ends where that is not written."""
    settings = book.settings()
    with_postgres(
        book,
        lambda connection: write_down(connection, settings, command, kind, persons=persons, things=things),
    )


def who_runs_it() -> str:
    """Who runs the command, by the name of this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return f"user {os.getuid()}"


def with_acceptance(book: AddressBook, work: Callable[["Acceptance"], Awaitable[T]]) -> T:
    """The result of `work` on the acceptance path; the command ends where PostgreSQL does not answer."""
    from psycopg_pool import PoolTimeout

    from services.intake.acceptance import Acceptance
    from services.platform.postgres import TRANSIENT, pool

    async def run_it() -> T:
        publisher = Publisher(book.kafka)
        key = book.partnership_key.get_secret_value().encode()
        try:
            async with pool(book.postgres.get_secret_value(), 2) as connections:
                return await work(Acceptance(connections, publisher, key))
        finally:
            await publisher.close()

    try:
        return asyncio.run(run_it())
    except (PoolTimeout, *TRANSIENT):
        fail(DATABASE_AWAY)


def counts(book: AddressBook) -> StatusCounts:
    """The counts of everything accepted."""
    found = with_postgres(book, count)._asdict()
    del found["oldest_in_flight"]
    return StatusCounts(**found)


def send_and_wait(
    book: AddressBook, lines: Sequence[Line], *, rate: float | None, within: float | None, quiet: bool
) -> None:
    """Send stream lines over Kafka; with `within`, wait so many seconds at most until all are applied.

    Raises:
        PublishFailed, NotSettled: as replay's functions do.
    """
    publisher = Publisher(book.kafka)
    dsn = book.postgres.get_secret_value()
    try:
        deliveries = len(lines) + count_deliveries(dsn)
    except psycopg.OperationalError:
        fail(DATABASE_AWAY)
    with show.progress("Sending", len(lines), quiet=quiet) as advance:
        for sent in send(publisher, lines, rate):
            advance(sent)
    if within is not None:
        with show.progress("Applying", len({line.key for line in lines}), quiet=quiet) as advance:
            wait_until_settled(dsn, publisher, lines, deliveries=deliveries, within=within, progress=advance)
    asyncio.run(publisher.close())


def publish_demo(book: AddressBook) -> str | None:
    """Publish the bundled stream; the id of the person whom most systems know."""
    send_and_wait(book, read_stream(stream_path()), rate=None, within=120, quiet=True)

    async def best_known(connection: Connection) -> str | None:
        persons = await list_persons(connection, None)
        return max(persons, key=lambda one: (one[2], one[0]))[0].hex() if persons else None

    return with_postgres(book, best_known)
