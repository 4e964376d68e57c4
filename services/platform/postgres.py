"""PostgreSQL: connections, migrations, and which failures pass by themselves."""

import select
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from importlib.resources import files
from time import monotonic
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

Connection = psycopg.AsyncConnection[Any]

_SESSION = "-c idle_in_transaction_session_timeout=10s -c lock_timeout=10s -c timezone=UTC"
"""A stopped worker holds no lock for longer than this, and none waits longer for one."""

_MIGRATION_LOCK = 6_021_024

_MAY_WORK = """
    select bool_or(has_table_privilege(c.oid, 'select')) from pg_class c
    where c.relnamespace = (select oid from pg_namespace where nspname = 'record') and c.relname = 'rules'
"""

TRANSIENT = (
    psycopg.OperationalError,  # the connection, 53200 out of memory, disk full, 57P03 starting up
    psycopg.InterfaceError,  # the connection was closed under us
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""Failures that another try can mend. None of them can be the data's fault."""


class DatabaseRole(StrEnum):
    """As what a process works in the database: docs/database-roles.md says what each of them may do there."""

    INTAKE = "carethread_intake"
    RECORD = "carethread_record"
    SWEEPER = "carethread_sweeper"
    DELIVERY = "carethread_delivery"
    WEB = "carethread_web"
    PDS = "carethread_pds"


async def connect(dsn: str, role: DatabaseRole | None = None) -> Connection:
    """One autocommit connection with the session's time limits.

    It works as `role`, whoever it signs in as; without one as the owner does, who migrates, rebuilds and runs commands.

    Raises:
        psycopg.OperationalError: PostgreSQL does not answer, or does not have the role yet.
    """
    return await psycopg.AsyncConnection.connect(dsn, **_session(role))


def pool(dsn: str, size: int, role: DatabaseRole | None = None) -> AsyncConnectionPool[Connection]:
    """A pool of such connections, not yet open; a dead one is replaced when it is next asked for."""
    return AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        open=False,
        timeout=5,
        check=_check,
        kwargs=_session(role) | _PREPARED_AT_ONCE,
    )


_PREPARED_AT_ONCE = {"prepare_threshold": 0}
"""Statements are prepared when they are first given: connections take turns, and each would plan five times first."""


async def _check(connection: Connection) -> None:
    """Ask PostgreSQL whether a connection lives, but for one that just did and of which no end has come.

    Raises:
        psycopg.OperationalError: it is dead.
    """
    last = _lived.get(connection)
    if last is None or monotonic() - last > _MOMENT or _has_come(connection):
        await AsyncConnectionPool.check_connection(connection)
        _lived[connection] = monotonic()


def _has_come(connection: Connection) -> bool:
    """Whether anything is there to be read of a connection that asked nothing: that it was ended, most likely."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


_MOMENT = 1.0
"""Seconds in which a connection that was found to live is not asked again."""

_lived: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
"""When each connection was last found to live."""


def _session(role: DatabaseRole | None) -> dict[str, Any]:
    """The role comes with the connection, so that no statement sets it and RESET goes back to it."""
    given: dict[str, Any] = {"autocommit": True, "options": _SESSION, "connect_timeout": 5}
    if role is None:
        return given
    return given | {"options": f"{_SESSION} -c role={role}", "fallback_application_name": str(role)}


class Asked(NamedTuple):
    """A statement, and what is given with it."""

    statement: bytes
    given: Mapping[str, Any] = {}


async def together(connection: Connection, *asked: Asked) -> list[list[Any]]:
    """The rows of each of these statements, read in binary: sent at once, and waited for once.

    Raises:
        psycopg.Error: one of them failed, and those after it were not run.
    """
    if not asked:
        return []
    async with connection.pipeline():
        sent = [await connection.execute(one.statement, one.given, binary=True) for one in asked]
    return [await one.fetchall() if one.description else [] for one in sent]


_BEGIN = Asked(b"begin isolation level repeatable read read only")


@asynccontextmanager
async def snapshot(connection: Connection, *first: Asked) -> AsyncIterator[list[list[Any]]]:
    """Read everything inside as of one moment: within another, as of that one's. It begins with the rows of `first`."""
    if connection.info.transaction_status is psycopg.pq.TransactionStatus.INTRANS:
        yield await together(connection, *first)
        return
    try:
        _, *found = await together(connection, _BEGIN, *first)
        yield found
    except BaseException:
        with suppress(psycopg.OperationalError):  # the connection is lost, and with it the transaction
            await connection.rollback()
        raise
    await connection.commit()


def migrate(dsn: str, records_version: str) -> list[str]:
    """Apply the migrations not yet applied, in order, each in its own transaction; name them.

    Raises:
        OtherRules: the record schema was made by another version of the rules or with another model.
        psycopg.Error: PostgreSQL does not answer or refuses.
    """
    applied = []
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        connection.execute("create table if not exists public.migration (name text primary key)")
        done = {name for (name,) in connection.execute("select name from public.migration")}
        for file in sorted(files(__package__).joinpath("migrations").iterdir(), key=lambda file: file.name):
            if file.name.endswith(".sql") and file.name not in done:
                with connection.transaction():
                    connection.execute(sql.SQL(file.read_text()))
                    connection.execute("insert into public.migration values (%s)", [file.name])
                applied.append(file.name)
        connection.execute(
            "insert into record.rules select %s where not exists (select from record.rules)",
            [records_version],
        )
        _require(connection.execute("select version from record.rules").fetchall(), records_version)
    return applied


class OtherRules(Exception):
    """The records were made by another version of the rules or another model; two never write one schema."""


async def is_migrated(connection: Connection, records_version: str) -> bool:
    """Whether the schemas are there, and whoever asks may work in them.

    Raises:
        OtherRules: they are, and the records in them follow other rules or another model.
    """
    row = await (await connection.execute(_MAY_WORK)).fetchone()
    if row != (True,):
        return False
    rows = await (await connection.execute("select version from record.rules")).fetchall()
    _require(rows, records_version)
    return bool(rows)


def _require(rows: list[tuple[str]], expected: str) -> None:
    if rows and rows != [(expected,)]:
        found = ", ".join(version for (version,) in rows)
        raise OtherRules(
            f"The records in this database follow rules and model {found}, and this process has {expected}: "
            "rebuild them beside the version that made them with 'carethread rebuild --swap', or start on a fresh data "
            "directory and replay the messages."
        )
