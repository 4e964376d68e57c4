"""The command line. Each command finds the running stack by its data directory, and wires what it needs."""

import sys
from typing import Annotated, Any

import typer

from services import (
    audit_commands,
    beside,
    matching_commands,
    partnership_commands,
    quarantine_commands,
    rebuild_commands,
    review_commands,
    sending_commands,
    show,
    subject_commands,
)
from services.beside import DataDir, Json
from services.domain.access.audited import Kind
from services.domain.access.reader import OF_THE_PARTNERSHIP, Reader, Role

app = typer.Typer(
    name="carethread",
    help="One continuous, non-duplicated care record per person, across a wellbeing partnership.",
    epilog="Start here:  carethread up --demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(sending_commands.app)
app.add_typer(matching_commands.app)
app.add_typer(rebuild_commands.app)
app.add_typer(partnership_commands.app)
app.add_typer(subject_commands.app)
app.add_typer(audit_commands.app, name="audit")
app.add_typer(quarantine_commands.app, name="quarantine")
app.add_typer(review_commands.app, name="review")


@app.command(epilog="Example:  carethread up --demo --port 8080")
def up(
    data_dir: DataDir = None,
    port: Annotated[
        int, typer.Option(help="Port of the pages and the FHIR door; 0 for any free one.")
    ] = 8080,
    demo: Annotated[bool, typer.Option("--demo", help="Publish the bundled partnership's stream.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Record workers.")] = 1,
    kafka: Annotated[
        str | None, typer.Option(help="Use this Kafka cluster (host:port) in place of the embedded broker.")
    ] = None,
) -> None:
    """Run the whole service here: broker, PostgreSQL, intake, record, sweeper, delivery and pages."""
    from services.domain.identity.model import NotAModel
    from services.platform.embedded.address_book import AlreadyRunning
    from services.platform.embedded.stack import StackFailed, choose_port
    from services.platform.postgres import OtherRules
    from services.up import LocalStack

    folder = beside.data_dir(data_dir)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stack = LocalStack(folder, choose_port(port), show.step, kafka=kafka, workers=workers, demo=demo)
        show.starting(folder)
        stack.run(lambda book, link: show.is_up(book, link, beside.publish_demo(book) if demo else None))
    except NotAModel as fault:
        beside.fail(str(fault), 2)
    except (AlreadyRunning, StackFailed, OtherRules, OSError) as fault:
        beside.fail(str(fault))
    show.stopped()


@app.command(epilog="Example:  carethread run record")
def run(
    name: Annotated[str, typer.Argument(help="migrate, intake, record, sweeper, delivery, web or pds.")],
) -> None:
    """Run one process against the addresses in the environment (CARETHREAD_...)."""
    from services.processes import CannotRun, run_named

    try:
        run_named(name)
    except CannotRun as fault:
        beside.fail(str(fault), fault.status)


@app.command(epilog="Example:  carethread token --partner ZZT41")
def token(
    partner: Annotated[
        str | None, typer.Option(help="ODS code of the partner whose system gets it.", show_default="none")
    ] = None,
    role: Annotated[
        Role, typer.Option(help="What whoever holds it is; a person's role is for trying things out.")
    ] = Role.PARTNER_SYSTEM,
    organisation: Annotated[
        str, typer.Option(help="ODS code of the organisation that a person acts for.")
    ] = "",
    person: Annotated[
        str, typer.Option(help="NHS number or id of the one person whom it opens.", show_default="all")
    ] = "",
    name: Annotated[str | None, typer.Option(help="The partner's name, as people read it.")] = None,
    sector: Annotated[
        str, typer.Option(help="NHS, Council, Charity or another sector.")
    ] = "Sector not given",
    data_dir: DataDir = None,
) -> None:
    """Print a bearer token: a partner's, whose own topics are opened too, or with --role one of a person here."""
    from services.platform import access
    from services.platform.publisher import ensure_topics
    from services.platform.topics import partner_in, partner_out, partner_topics
    from services.viewer.reading import find_persons

    if (partner is None) is (role is Role.PARTNER_SYSTEM):
        beside.fail("Give --partner for a partner's system, or --role and --organisation for a person.", 2)
    book = beside.running(data_dir)
    code = _acts_for(role, partner or organisation)

    async def issue(connection: Any) -> str | None:
        if name and code:
            await access.register_partner(connection, access.Partner(code, name, sector))
        found = await find_persons(connection, person) if person else [None]
        if len(found) != 1:
            return None
        holder = _reader(role, code)._replace(person=found[0])
        return await access.issue_token(connection, code, reader=holder)

    issued = beside.with_postgres(book, issue)
    if issued is None:
        beside.fail("Nobody, or more than one person, is known under that number or id.")
    if partner is None:
        print(issued)
        return
    ensure_topics(book.kafka, partner_topics(code), book.settings().partitions, 1)
    print(issued)
    show.hint(f"{code} may also write to the topic {partner_in(code)}.")
    show.hint(
        f"What becomes of its messages is told on {partner_out(code)}, and by GET {book.http}/outcomes."
    )


@app.command(name="sign-in", epilog="Example:  carethread sign-in --role clinician --organisation ZZT41")
def sign_in(
    role: Annotated[Role, typer.Option(help="What whoever uses it is.")] = Role.STEWARD,
    organisation: Annotated[str, typer.Option(help="ODS code of the organisation they act for.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Print a fresh one-time link that signs a browser in."""
    from services.platform import access

    book = beside.running(data_dir)
    reader = _reader(role, _acts_for(role, organisation))

    async def issue(connection: Any) -> str:
        return await access.issue_link(connection, reader)

    print(f"{book.http}/sign-in/{beside.with_postgres(book, issue)}")


def _acts_for(role: Role, given: str) -> str:
    """The ODS code of the organisation for which they act, empty for nobody's; the command ends where it is none."""
    from services.platform.topics import NotAnOdsCode, ods_code

    try:
        return ods_code(given) if given or role not in OF_THE_PARTNERSHIP else ""
    except NotAnOdsCode as fault:
        beside.fail(str(fault), 2)


def _reader(role: Role, organisation: str) -> Reader:
    """Somebody of this role, as the local stack names them."""
    if role is Role.PARTNER_SYSTEM:
        return Reader(role, organisation, organisation, "")
    if role is Role.STEWARD:  # who rules is a name of somebody, and no role's
        return Reader(role, organisation, str(role), "")
    return Reader(role, organisation, str(role), role.replace("-", " ").capitalize())


@app.command(epilog="Example:  carethread status --json")
def status(data_dir: DataDir = None, json: Json = False) -> None:
    """Count what was accepted and what became of it; the counts always add up."""
    show.status(beside.counts(beside.running(data_dir)), json)


@app.command(epilog="Example:  carethread digest --json")
def digest(data_dir: DataDir = None, json: Json = False) -> None:
    """Print the digest of all records: equal digests are equal records."""
    from services.record.digest import RecordsDisagree, compute_digest

    try:
        show.digest(beside.with_postgres(beside.running(data_dir), compute_digest), json)
    except RecordsDisagree as fault:
        beside.fail(str(fault))


@app.command(epilog="Example:  carethread record 9991042172")
def record(
    who: Annotated[
        str, typer.Argument(help="NHS number, or any id of the person.", metavar="NHS-NUMBER-OR-ID")
    ],
    held: Annotated[
        bool, typer.Option("--held", help="Print it even while it is withheld; for stewards.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print a person's record."""
    from services.platform.access import partners
    from services.viewer.held import holds
    from services.viewer.reading import find_persons, read_record
    from services.viewer.record_json import canonical_json

    async def read(connection: Any) -> Any:
        found = await find_persons(connection, who)
        names = await partners(connection)
        if len(found) != 1:
            return found, [], names, None
        withheld = await holds(connection, found[0])
        kind = Kind.EXPORT if json else Kind.READ
        await beside.write_down(connection, book.settings(), "record", kind, persons=found)
        return found, withheld, names, await read_record(connection, found[0])

    book = beside.running(data_dir)
    found, withheld, names, care_record = beside.with_postgres(book, read)
    if care_record is None:
        if not found:
            beside.fail("There is no record under this number or id.")
        beside.fail(
            "Several people are told under this number; ask for one by id:\n  "
            + "\n  ".join(i.hex() for i in found)
        )
    for one in withheld:
        show.hint(f"Withheld: message {one.message_key.hex()} in quarantine holds {' and '.join(one.words)}.")
    if withheld and not held:
        beside.fail(
            "This record is withheld until a steward has put that right: see 'carethread quarantine show'."
        )
    if json:
        sys.stdout.buffer.write(canonical_json(care_record) + b"\n")
    else:
        show.care_record(care_record, names)


@app.command(epilog="Example:  carethread people --json")
def people(data_dir: DataDir = None, json: Json = False) -> None:
    """List everybody who has a record, by id."""
    from services.viewer.reading import list_persons

    async def read(connection: Any) -> Any:
        await beside.write_down(connection, book.settings(), "people", Kind.SEARCH)
        return await list_persons(connection, None)

    book = beside.running(data_dir)
    show.people(beside.with_postgres(book, read), json)


@app.command(epilog="Example:  carethread outcomes --partner ZZT41 --since 2026-03-02T10:30:00Z")
def outcomes(
    partner: Annotated[
        str | None, typer.Option(help="ODS code of the partner.", show_default="every partner")
    ] = None,
    since: Annotated[
        str, typer.Option(help="An instant, or the event id of an outcome.", show_default="the beginning")
    ] = "",
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say what became of every message, as its sender is told."""
    from services.delivery.events import NotSince, read_since
    from services.delivery.reading import all_outcomes
    from services.platform.topics import NotAnOdsCode, ods_code

    book = beside.running(data_dir)
    try:
        start, code = read_since(since), ods_code(partner) if partner else None
    except NotSince as fault:
        beside.fail(f"--since: {fault.__doc__}", 2)
    except NotAnOdsCode as fault:
        beside.fail(str(fault), 2)
    show.outcomes(beside.with_postgres(book, lambda connection: all_outcomes(connection, code, start)), json)


@app.command(epilog="Example:  carethread scorecard --partner ZZT41 --since 30")
def scorecard(
    partner: Annotated[
        str | None, typer.Option(help="ODS code of the partner.", show_default="every partner")
    ] = None,
    since: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days until now.", show_default="all time")
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say how good what each partner sends is."""
    from services.delivery.scorecard import scorecards
    from services.platform.topics import NotAnOdsCode, ods_code

    book = beside.running(data_dir)
    try:
        code = ods_code(partner) if partner else None
    except NotAnOdsCode as fault:
        beside.fail(str(fault), 2)
    show.scorecards(beside.with_postgres(book, lambda connection: scorecards(connection, code, since)), json)


@app.command(epilog="Example:  carethread bench --messages 5000 --json")
def bench(
    messages: Annotated[int, typer.Option(min=100, help="Messages to measure with.")] = 3000,
    rounds: Annotated[int, typer.Option(min=1, help="Times each is measured; the median is reported.")] = 3,
    json: Json = False,
) -> None:
    """Measure throughput from first publish to last applied, beside the floor any such system has."""
    from services.bench import run_bench

    show.bench(run_bench(messages, rounds, say=show.hint), json)


def main() -> None:
    """The `carethread` command."""
    app()


if __name__ == "__main__":
    main()
