"""Each process may do in the database what its statements do, and nothing else, as docs/database-roles.md lists it.

Run as a module, this file writes the lists as they are into that page.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from services.platform.audit_chain import canonical
from services.platform.postgres import DatabaseRole, connect, is_migrated
from services.platform.publisher import Outgoing
from services.platform.queries import load_queries
from services.record.model import load_model, records_version
from tests.engines import Engines, running_engines
from tests.integration.test_rebuild import rebuild
from tests.messages import a_message, publish
from tests.stack import RunningStack, wait_for
from tests.streams.norfolk_suffolk_partners import TRUST

pytestmark = pytest.mark.any_broker

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/database-roles.md"
MARKS = "<!-- grants -->", "<!-- end of grants -->"

VIEWER = "carethread_viewer"
ROLES = (*DatabaseRole, VIEWER)
WORDS = {"SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "delete"}

GRANTS = """
    select r.rolname, c.oid::regclass::text, a.privilege_type, null
    from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
    where r.rolname like 'carethread\\_%'
    union all
    select r.rolname, c.oid::regclass::text, a.privilege_type, t.attname
    from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
         join pg_roles r on r.oid = a.grantee
    where r.rolname like 'carethread\\_%'
    order by 1, 2, 3, 4
"""
TABLES = """
    select c.oid::regclass::text, array_agg(t.attname::text order by t.attnum)
    from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
    where c.relkind = 'r' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
    group by 1 order by 1
"""

INTAKE, RECORD, SWEEPER, DELIVERY, WEB, PDS = DatabaseRole
ACCEPTING = ("accept", "lower_sent", "quarantine", "deliver")
RELAYED = (
    "take_turn",
    "broker",
    "forget_broker",
    "know_broker",
    "mark_published",
    "backlog",
    "pending",
    "mark_stops_published",
)
OF_ROUNDS = ("clear_between", "clear_of", "write_boards", "write_round", "feed_end", "fed", "to_place")
OF_OUTCOMES = (
    *(
        "events_after",
        "first_events_since",
        "stops_after",
        "first_stops_since",
        "senders",
        "latest_events",
        "described",
    ),
    *(
        "bodies",
        "standings",
        "versions_before",
        "sender_ids",
        "known_ids",
        "reused_ids",
        "reused_request_ids",
    ),
)
OF_SESSIONS = (
    *("partners", "register_unnamed", "issue_token", "token_reader"),
    *("issue_sign_in", "use_link", "session", "close_session", "open_sessions"),
)
ALL = None
STATEMENTS: list[tuple[DatabaseRole, str, tuple[str, ...] | None]] = [
    *((role, "services.intake/queries.sql", ACCEPTING) for role in (INTAKE, WEB, PDS)),
    *((role, "services.intake/quarantine.sql", ("hold", "name")) for role in (INTAKE, WEB, PDS)),
    *((role, "services.platform/outbox.sql", ("mark_published",)) for role in (INTAKE, WEB, PDS, SWEEPER)),
    (INTAKE, "services.intake/queries.sql", ("ledger_read", "ledger_write")),
    (RECORD, "services.record/queries.sql", ALL),
    (SWEEPER, "services.platform/outbox.sql", ("lost", "waiting", "counts")),
    (SWEEPER, "services.platform/access.sql", ("partners",)),
    (SWEEPER, "services.review/queries.sql", ("counts", "count_entries")),
    (SWEEPER, "services.viewer.watching/partnership.sql", ALL),
    (SWEEPER, "services.viewer.watching/watched.sql", OF_ROUNDS),
    (SWEEPER, "services.viewer.watching/given.sql", ALL),
    (SWEEPER, "services.viewer/directory.sql", ("assets_named",)),
    (SWEEPER, "services.viewer/queries.sql", ("holds", "source_records")),
    (SWEEPER, "services.viewer/seeing.sql", ("consents", "labels", "parties")),
    (SWEEPER, "services.platform/audit.sql", ALL),
    (WEB, "services.platform/given.sql", ALL),
    (DELIVERY, "services.delivery/queries.sql", (*RELAYED, "described")),
    (WEB, "services.intake/queries.sql", ("begin_request", "count_refusal", "take_delivery", "delivered")),
    (WEB, "services.intake/quarantine.sql", ALL),
    (WEB, "services.intake/uploads.sql", ALL),
    (WEB, "services.platform/outbox.sql", ("is_in_flight",)),
    (WEB, "services.platform/access.sql", OF_SESSIONS),
    (WEB, "services.platform/oidc.sql", ALL),
    (WEB, "services.platform/audit.sql", ALL),
    (WEB, "services.platform/client_assertion.sql", ("client_with_key", "use_assertion")),
    (WEB, "services.delivery/queries.sql", OF_OUTCOMES),
    (WEB, "services.delivery/scorecard.sql", ALL),
    (WEB, "services.review/queries.sql", ALL),
    (WEB, "services.review/entries.sql", ALL),
    (WEB, "services.viewer.watching/watched.sql", ("read_round", "board", "counts", "tellings_of")),
    *(
        (WEB, f"services.viewer{name}.sql", ALL)
        for name in (
            *("/queries", "/seeing", "/glass", "/directory", "/relatives"),
            *(".fhir/queries", ".live/queries"),
        )
    ),
    (PDS, "services.pds/queries.sql", ALL),
    (PDS, "services.platform/access.sql", ("register_partner",)),
]

OF_OWNERS: dict[str, tuple[str, ...] | None] = {
    "services.platform/client_assertion.sql": (
        "register_client",
        "forget_keys",
        "register_key",
    ),
    "services.audit/queries.sql": ALL,
    "services.audit/subject.sql": ALL,
    "services.record/rebuild.sql": ALL,
}
"""What commands alone ask, as the owner."""


Grants = dict[tuple[str, str], dict[str, list[str]]]
"""By role and table, what it may do there, and in which columns; in none named: in all."""


def everything_granted(connection: psycopg.Connection) -> Grants:
    """What the roles may do to tables, but to the catalogue's.

    Raises:
        KeyError: one of them may do what none is to: empty a table, refer to it, hang a trigger on it.
    """
    found: Grants = {}
    for role, table, privilege, column in connection.execute(GRANTS):
        columns = found.setdefault((role, table), {}).setdefault(WORDS[privilege], [])
        if column:
            columns.append(column)
    return found


def as_lists(granted: Grants) -> str:
    """A row for all tables to which a role may do the same."""
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (role, table), may in granted.items():
        words = [
            f"{one} ({', '.join(may[one])})" if may[one] else one for one in WORDS.values() if one in may
        ]
        rows[role, ", ".join(words)].append(f"`{table}`")
    lines = [f"| `{role}` | {may} | {', '.join(tables)} |" for (role, may), tables in sorted(rows.items())]
    return "\n".join(["| role | may | where |", "|---|---|---|", *lines])


@pytest.fixture
def owner(engines: Engines) -> Iterator[psycopg.Connection]:
    """The owner's connection, whose transaction is rolled back."""
    with psycopg.connect(engines.dsn) as connection:
        yield connection
        connection.rollback()


def refused(connection: psycopg.Connection, role: str, statement: str) -> bool:
    """Whether the statement is refused as none of the role's, and for nothing else."""
    connection.execute("savepoint before")
    try:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        connection.execute(statement.encode())
    except InsufficientPrivilege:
        return True
    finally:
        connection.execute("rollback to savepoint before")
    return False


def test_the_page_lists_what_is_granted(owner: psycopg.Connection) -> None:
    """Every table of every role, and no other."""
    written = PAGE.read_text().partition(MARKS[0])[2].partition(MARKS[1])[0].strip()
    assert written == as_lists(everything_granted(owner)), f"write it with python -m {__spec__.name}"


async def test_a_rebuilt_record_grants_the_same(database: Engines, owner: psycopg.Connection) -> None:
    """Row by row too."""
    policies = "select tablename, policyname, cmd, roles::text, qual from pg_policies order by 1, 2"
    before = everything_granted(owner), owner.execute(policies.encode()).fetchall()
    owner.rollback()
    await rebuild(database, swap=True)
    assert (everything_granted(owner), owner.execute(policies.encode()).fetchall()) == before


@pytest.mark.parametrize("role", ROLES)
def test_each_is_refused_what_is_not_its_own(role: str, owner: psycopg.Connection) -> None:
    """In every table there is: adding, deleting, and reading and changing each column."""
    granted = everything_granted(owner)
    tables = owner.execute(TABLES.encode()).fetchall()
    assert {table for _, table in granted} < {table for table, _ in tables}
    for table, columns in tables:
        may = granted.get((role, table), {})
        for word, statement in (("add", "insert into {} default values"), ("delete", "delete from {}")):
            assert refused(owner, role, f"explain {statement.format(table)}") == (word not in may), (
                table,
                word,
            )
        for word, statement in (
            ("read", 'select "{1}" from {0}'),
            ("change", 'update {0} set "{1}" = default'),
        ):
            own = (may[word] or columns) if word in may else []
            assert [
                one for one in columns if not refused(owner, role, f"explain {statement.format(table, one)}")
            ] == [one for one in columns if one in own], (table, word)


@pytest.mark.parametrize("role", ROLES)
def test_none_changes_drops_or_empties_anything(role: str, owner: psycopg.Connection) -> None:
    """No table, no schema, no rule over rows, and nobody's rights."""
    statements = [
        f"{does} {table}{how}"
        for table, _ in owner.execute(TABLES.encode()).fetchall()
        for does, how in (
            ("drop table", ""),
            ("truncate", ""),
            ("alter table", " disable row level security"),
            ("alter table", " disable trigger all"),
        )
    ]
    statements += [
        "create schema own",
        "create table record.own ()",
        "create table public.own ()",
        "create temporary table own ()",
        "create function access.own() returns int language sql return 1",
        "drop schema record cascade",
        "drop function audit.append",
        "drop policy seen on record.entry",
        "create policy own on record.entry using (true)",
        "create role own",
        f"alter role {role} createrole",
        f"grant carethread_record to {VIEWER}",
        "copy (select 1) to program 'true'",
    ]
    assert [one for one in statements if not refused(owner, role, one)] == []


@pytest.mark.parametrize(("role", "file", "names"), STATEMENTS)
def test_each_may_do_what_its_statements_do(
    role: DatabaseRole, file: str, names: tuple[str, ...] | None, owner: psycopg.Connection
) -> None:
    """PostgreSQL looks at the rights of a statement before it explains it."""
    queries = load_queries(*file.split("/"))
    for name in names or queries:
        assert not refused(owner, role, f"explain (generic_plan) {_numbered(queries[name].decode())}"), name


def test_every_statement_is_somebodys() -> None:
    """Of a process, or of a command that the owner runs: one that is new is put into one list or the other."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    for file, names in [*((file, names) for _, file, names in STATEMENTS), *OF_OWNERS.items()]:
        told[file] |= set(names or load_queries(*file.split("/")))
    there = {
        f"{'.'.join(path.parent.relative_to(ROOT).parts)}/{path.name}"
        for path in ROOT.glob("services/**/*.sql")
        if path.parent.name != "migrations"
    }
    assert told == {file: set(load_queries(*file.split("/"))) for file in there}


def _numbered(query: str) -> str:
    """The query with places for its values as PostgreSQL itself writes them."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)[sbt]", query)))
    for number, name in enumerate(names, 1):
        query = re.sub(rf"%\({name}\)[sbt]", f"${number}", query)
    return query.replace("%%", "%")


def test_the_audit_is_added_to_by_its_own_function_alone(owner: psycopg.Connection) -> None:
    """By web and the sweeper; who adds to it cannot read it."""
    event = canonical({"recorded": "2026-05-06T07:08:09Z"}).decode()
    append = sql.SQL("select from audit.append('here', {})").format(event).as_string(owner)
    assert [role for role in ROLES if not refused(owner, role, append)] == [SWEEPER, WEB]
    assert refused(owner, WEB, "select event from audit.event")


async def test_somebody_who_signs_in_for_web_alone_is_nobody_else(engines: Engines) -> None:
    """It does web's work, takes the viewer's part within it, and gets no other role, however it asks."""
    async with await connect(engines.dsn) as owner:
        await owner.execute("create role a_web login password 'of web alone' in role carethread_web")
    dsn = make_conninfo(engines.dsn, user="a_web", password="of web alone")
    try:
        async with await connect(dsn, WEB) as connection:
            assert await is_migrated(connection, records_version(load_model()))
            async with connection.transaction():
                await connection.execute("set local role carethread_viewer")
            await connection.execute("reset role")
            assert await (await connection.execute("select current_user")).fetchone() == (WEB,)
            with pytest.raises(InsufficientPrivilege):
                await connection.execute("set role carethread_record")
        with pytest.raises(psycopg.OperationalError, match="carethread_record"):
            await connect(dsn, RECORD)
    finally:
        async with await connect(engines.dsn) as owner:
            await owner.execute("drop role a_web")


async def test_a_process_waits_where_it_may_do_nothing_yet(engines: Engines) -> None:
    """Neither a database without the roles nor one that grants nothing yet ends a process: both are to be migrated."""
    async with await connect(engines.dsn) as owner:
        await owner.execute("create database not_migrated")
    async with await connect(make_conninfo(engines.dsn, dbname="not_migrated"), WEB) as connection:
        assert not await is_migrated(connection, "any")
    async with await connect(engines.dsn) as owner:
        await owner.execute("drop database not_migrated")
        await owner.execute("create role carethread_newcomer nologin")
        await owner.execute("set role carethread_newcomer")
        assert not await is_migrated(owner, "any")
        await owner.execute("reset role")
        await owner.execute("drop role carethread_newcomer")


def test_every_process_of_a_stack_works_as_its_role(shared_stack: RunningStack) -> None:
    """Each connection that lasts says whose it is, and none is the owner's but the one that looks."""

    def names() -> set[str]:
        rows = connection.execute(
            "select application_name from pg_stat_activity "
            "where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        return {name for (name,) in rows}

    dsn = shared_stack.book.postgres.get_secret_value()
    publish(
        shared_stack, Outgoing(f"partner.{TRUST.ods}.in.v1", b"", orjson.dumps(a_message("r-1", by=TRUST)))
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        wait_for(lambda: names() == {INTAKE, RECORD, SWEEPER, DELIVERY, WEB}, "each is there as itself")


def _write() -> None:
    with running_engines(apache=False) as engines, psycopg.connect(engines.dsn) as connection:
        before, _, rest = PAGE.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        PAGE.write_text(f"{before}{MARKS[0]}\n{as_lists(everything_granted(connection))}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    _write()
