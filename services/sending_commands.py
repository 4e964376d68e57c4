"""The commands that send: messages, sheets and whole streams, or check them before anything is sent."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services import beside, show
from services.beside import DataDir, Json

app = typer.Typer()


@app.command(epilog="Example:  carethread publish messages/ --sender ZZT41")
def publish(
    paths: Annotated[list[Path], typer.Argument(help="JSON or NDJSON files, or folders of them.")],
    sender: Annotated[
        str | None, typer.Option(help="ODS code of who sends; stream lines name their own.")
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Send messages over HTTP and say what became of each. Exit status 1 if any was refused."""
    import httpx

    from services.platform import access
    from services.platform.topics import NotAnOdsCode, ods_code
    from services.workbench.publish import CannotRead, find_messages, publish_all

    book = beside.running(data_dir)

    async def send() -> list[Any]:
        async def token_for(name: str) -> str:
            async with await beside.open_database(book) as connection:
                return await access.issue_token(connection, ods_code(name), seconds=3600)

        found = list(find_messages(paths))
        with show.progress("Publishing", len(found), quiet=json) as advance:
            outcomes = []
            async for outcome in publish_all(
                book.http, found, token_for, ods_code(sender) if sender else None
            ):
                outcomes.append(outcome)
                advance(1)
        order = {one.place: number for number, one in enumerate(found)}
        return sorted(outcomes, key=lambda one: order[one.place])

    try:
        outcomes = asyncio.run(send())
    except (CannotRead, NotAnOdsCode) as fault:
        beside.fail(str(fault), 2)
    except httpx.HTTPError as fault:
        beside.fail(f"The stack at {book.http} does not answer ({type(fault).__name__}).")
    show.publish_outcomes(outcomes, json)
    if any(one.outcome == "refused" for one in outcomes):
        raise typer.Exit(1)


@app.command(epilog="Example:  carethread validate messages/ referral.json --json")
def validate(
    paths: Annotated[list[Path], typer.Argument(help="JSON or NDJSON files, or folders of them.")],
    json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each file.")] = False,
) -> None:
    """Check FHIR R4 resources, Bundles and messages as intake does. Exit status 1 if any is not valid."""
    from services.workbench.publish import CannotRead, find_messages
    from services.workbench.validate import judge

    try:
        found = list(find_messages(paths))
    except (CannotRead, OSError) as fault:
        beside.fail(str(fault), 2)
    verdicts = []
    with show.progress("Validating", len(found), quiet=json) as advance:
        for one in found:
            verdicts.append(judge(one))
            advance(1)
    show.verdicts(verdicts, json)
    if not all(one.ok for one in verdicts):
        raise typer.Exit(1)


@app.command(epilog="Example:  carethread upload contacts.xlsx --kind contacts --sender ZZV58 --commit")
def upload(
    sheet: Annotated[
        Path, typer.Argument(help="A CSV file or an .xlsx workbook.", exists=True, dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help="What is in it: contacts, referrals or introductions.")],
    sender: Annotated[str, typer.Option(help="ODS code of the organisation it is from.")],
    commit: Annotated[bool, typer.Option("--commit", help="Put the good rows into the records.")] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Commit only where every row is good.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Upload a sheet over HTTP and say what becomes of each row. Exit status 1 if any is refused."""
    import httpx

    from services.platform import access
    from services.platform.topics import NotAnOdsCode, ods_code
    from services.workbench.upload import SheetNotTaken, commit_sheet, upload_sheet

    book = beside.running(data_dir)
    try:
        code = ods_code(sender)
        token = beside.with_postgres(book, lambda database: access.issue_token(database, code, seconds=3600))
        told = upload_sheet(book.http, token, sheet, kind)
        if not (commit and json):
            show.sheet(told, json)
        if commit:
            show.sheet(commit_sheet(book.http, token, told["id"], whole=all_or_nothing), json)
    except (NotAnOdsCode, SheetNotTaken, OSError) as fault:
        beside.fail(str(fault), 2)
    except httpx.HTTPError as fault:
        beside.fail(f"The stack at {book.http} does not answer ({type(fault).__name__}).")
    if told["counts"]["refused"]:
        raise typer.Exit(1)


@app.command(
    epilog="Example:  carethread replay tests/streams/norfolk-suffolk.ndjson --shuffle --duplicate 0.5 --wait"
)
def replay(
    stream: Annotated[Path, typer.Argument(help="NDJSON stream file.")],
    rate: Annotated[float | None, typer.Option(min=0.1, help="Most messages a second.")] = None,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Send the lines in random order.")] = False,
    duplicate: Annotated[
        float, typer.Option(min=0, max=1, help="Probability that a line is sent twice.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same order.")] = 0,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when every line is accepted and applied.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Longest wait, in seconds.")] = 600.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Replay a stream over Kafka, in any order and with any repetition."""
    from services.platform.publisher import PublishFailed
    from services.workbench.replay import BadStream, NotSettled, arrange, read_stream

    book = beside.running(data_dir)
    try:
        lines = read_stream(stream)
        ordered = arrange(lines, shuffle=shuffle, duplicate=duplicate, seed=seed)
        beside.send_and_wait(book, ordered, rate=rate, within=timeout if wait else None, quiet=json)
    except BadStream as fault:
        beside.fail(str(fault), 2)
    except (NotSettled, PublishFailed) as fault:
        beside.fail(f"The replay did not finish: {fault}")
    counts = beside.counts(book)
    distinct = len({line.key for line in lines})
    show.replayed(
        {"lines": len(lines), "sent": len(ordered), "distinct": distinct}, counts, json, waited=wait
    )
