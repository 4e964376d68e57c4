"""`carethread audit`: whether the audit is as it was written, and what it says."""

from typing import Annotated, Any

import typer

from services import beside
from services.beside import DataDir, Json

app = typer.Typer(help="Who saw or did what, and whether that is as it was written.", no_args_is_help=True)


@app.command(epilog="Example:  carethread audit verify")
def verify(data_dir: DataDir = None, json: Json = False) -> None:
    """Walk every chain once, and say what was edited, moved or taken out. Exit status 1 if anything was."""
    from services import show_audit

    walk, found = _walked(beside.place(data_dir))
    show_audit.verified(walk, found, json=json)
    if found:
        raise typer.Exit(1)


@app.command(epilog="Example:  carethread audit anchor")
def anchor(data_dir: DataDir = None, json: Json = False) -> None:
    """Verify, and keep outside the database how far each chain is. Exit status 1 if anything is wrong."""
    from datetime import UTC, datetime

    from services import show_audit
    from services.platform.audit_chain import anchors_at

    settings = beside.place(data_dir)
    anchors = anchors_at(settings.audit_anchors, settings.partnership_key.get_secret_value().encode())
    if anchors is None:
        beside.fail("There is no file to keep them in: set CARETHREAD_AUDIT_ANCHORS.", 2)
    walk, found = _walked(settings)
    if found:
        show_audit.verified(walk, found, json=json)
        raise typer.Exit(1)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        for writer, head in sorted(walk.heads.items()):
            anchors.add(writer, head, at)
    except OSError as fault:
        beside.fail(f"The anchors cannot be kept: {fault.strerror}.")
    show_audit.anchored(walk, json=json)


@app.command(name="list", epilog="Example:  carethread audit list --person 9991042172 --most 20")
def list_(
    person: Annotated[
        str | None,
        typer.Option(help="Only of them: NHS number, or any id.", metavar="NHS-NUMBER-OR-ID"),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as read, search or refusal.")] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Events to list.")] = 50,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List the newest events: who, when, by what, and of how many people."""
    from services import show_audit
    from services.audit.events import Written, latest_events
    from services.domain.access.audited import Kind
    from services.viewer.reading import find_persons, read_all_known

    if kind is not None and kind not in tuple(Kind):
        beside.fail(f"--kind is one of {', '.join(Kind)}.", 2)
    settings = beside.place(data_dir)

    async def read(connection: Any) -> list[Written]:
        about, persons = None, []
        if person is not None:
            persons = await find_persons(connection, person)
            known = await read_all_known(connection, persons)
            about = [one.id.hex() for someone in known for one in someone.source_records]
        found = await latest_events(connection, about=about, kind=kind, most=most)
        await beside.write_down(connection, settings, "audit list", Kind.READ, persons=persons)
        return found

    show_audit.events(beside.with_postgres(settings, read), json=json)


def _walked(settings: Any) -> tuple[Any, list[Any]]:
    from services.audit.verify import Finding, Verification
    from services.platform.audit_chain import anchors_at

    key = settings.partnership_key.get_secret_value().encode()
    walk = Verification(anchors_at(settings.audit_anchors, key))

    async def verify(connection: Any) -> list[Finding]:
        return [one async for one in walk.findings(connection)]

    return walk, beside.with_postgres(settings, verify)
