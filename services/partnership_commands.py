"""The commands that count over a whole partnership, and name nobody."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from services import beside
from services.beside import DataDir, Json

app = typer.Typer()

AsOf = Annotated[
    str,
    typer.Option(
        "--as-of", help="Reckon the days as of this date or instant.", show_default="now", metavar="DATE"
    ),
]


@app.command(epilog="Example:  carethread referrals --as-of 2026-06-30 --json")
def referrals(as_of: AsOf = "", data_dir: DataDir = None, json: Json = False) -> None:
    """Count the referrals that are held up, by the organisation that has to act."""
    from services import show_partnership
    from services.domain.record.referrals.counting import Counts, count
    from services.domain.record.referrals.stalling import StalledDays
    from services.domain.record.referrals.threads import threads
    from services.platform.access import partners
    from services.viewer.watching.partnership import everybody

    book, at = beside.running(data_dir), _ticks(as_of)
    settings = book.settings()
    days = StalledDays.given(settings.stalled_days, settings.stalled_days_of)

    async def read(connection: Any) -> tuple[Counts, Any]:
        names = await partners(connection)
        counts: Counts = Counter()
        async for _, words in everybody(connection):
            counts += count(threads(words), at, days, names)
        return counts, names

    counts, names = beside.with_postgres(book, read)
    show_partnership.referrals(counts, names, at, json=json)


@app.command(epilog="Example:  carethread introductions --as-of 2026-12-31 --json")
def introductions(as_of: AsOf = "", data_dir: DataDir = None, json: Json = False) -> None:
    """Count introductions to community assets, and how many kept somebody out of secondary care."""
    from services import show_partnership
    from services.domain.record import introductions as domain
    from services.platform.access import partners
    from services.viewer.watching.partnership import everybody

    book, at = beside.running(data_dir), _ticks(as_of)

    async def read(connection: Any) -> domain.Tally:
        registered = {ods: (one.name, one.sector) for ods, one in (await partners(connection)).items()}
        tally = domain.Tally(at)
        async for _, words in everybody(connection):
            tally.add(domain.introductions(words, registered))
        return tally

    show_partnership.introductions(beside.with_postgres(book, read), json=json)


directory = typer.Typer(help="The services of the community that referrals name.", no_args_is_help=True)
app.add_typer(directory, name="directory")


@app.command(
    name="partner-key", epilog="Example:  carethread partner-key ZZT41 --jwks keys.json --scope 'system/*.rs'"
)
def partner_key(
    ods: Annotated[str, typer.Argument(help="ODS code of the partner, which is its system's client_id.")],
    jwks: Annotated[
        Path,
        typer.Option(help="Its public keys (RFC 7517): one, or two while it changes from one to the next."),
    ],
    scope: Annotated[str, typer.Option(help="The SMART scopes that it may ask for.")] = "system/*.cruds",
    data_dir: DataDir = None,
) -> None:
    """Know a partner's system by these public keys, and by no others any more."""
    from services.domain.access.granted_scopes import NotAScope
    from services.platform.partner_keys import NotAKeySet, register_keys
    from services.platform.topics import NotAnOdsCode, ods_code

    book = beside.running(data_dir)
    try:
        code, given = ods_code(ods), jwks.read_bytes()
        kids = beside.with_postgres(book, lambda connection: register_keys(connection, code, given, scope))
    except (NotAnOdsCode, NotAKeySet, NotAScope, OSError) as fault:
        beside.fail(str(fault), 2)
    print(f"{code} gets tokens at {book.http}/token with {' or '.join(kids)}, for {scope}.")


@directory.command(
    name="import", epilog="Example:  carethread directory import services.json --organisation ZZL01"
)
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A page of services of Open Referral UK, or one.", exists=True, dir_okay=False),
    ],
    organisation: Annotated[str, typer.Option(help="ODS code of the organisation that lists them.")],
    system: Annotated[
        str | None,
        typer.Option(help="URI of the numbers that the services have.", show_default="ids are UUIDs"),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Put a file of services into the directory, all or nothing. Exit status 1 if anything in it is wrong."""
    from schemas.open_referral.page import NotOpenReferral
    from services import show_partnership
    from services.intake.directory_file import NotRegistered, import_services
    from services.platform.topics import NotAnOdsCode, ods_code

    book = beside.running(data_dir)
    try:
        code, data = ods_code(organisation), file.read_bytes()
    except (NotAnOdsCode, OSError) as fault:
        beside.fail(str(fault), 2)
    try:
        imported = beside.with_acceptance(book, lambda taking: import_services(taking, data, code, system))
    except NotRegistered as fault:
        beside.fail(str(fault), 2)
    except NotOpenReferral as fault:
        show_partnership.faults(fault.faults, json=json)
        raise typer.Exit(1) from None
    show_partnership.imported(imported, json=json)


@directory.command(name="list", epilog="Example:  carethread directory list --json")
def list_(data_dir: DataDir = None, json: Json = False) -> None:
    """List every service in the directory, and who lists it."""
    from services import show_partnership
    from services.platform.access import partners
    from services.viewer.directory import list_assets

    async def read(connection: Any) -> Any:
        return await list_assets(connection), await partners(connection)

    assets, names = beside.with_postgres(beside.running(data_dir), read)
    show_partnership.assets(assets, names, json=json)


def _ticks(as_of: str) -> int:
    """The instant asked for, in ticks; of a date the first of that day; this moment where none is asked for."""
    from services.domain.record.instant import moment_ticks
    from services.viewer.moments import now_ticks

    if not as_of:
        return now_ticks()
    if (ticks := moment_ticks(as_of)) is None:
        beside.fail("--as-of is a date or an instant: 2026-06-30, or 2026-06-30T09:00:00Z.", 2)
    return ticks
