"""`carethread subject-access`: everything held on one person, and who saw it, for the person themselves."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services import beside
from services.beside import DataDir, Json

app = typer.Typer()


@app.command(name="subject-access", epilog="Example:  carethread subject-access 9991042172 --out answer")
def subject_access(
    who: Annotated[
        str, typer.Argument(help="NHS number, or any id of the person.", metavar="NHS-NUMBER-OR-ID")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write it as files into this folder, which is made.", file_okay=False)
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print everything held on a person, and who saw it. How to reach relatives is left out."""
    import orjson

    from services import show_audit
    from services.audit.redaction import redacted
    from services.audit.subject import everything_held
    from services.domain.access.audited import Kind
    from services.platform.access import partners
    from services.platform.audit_event import Purpose
    from services.viewer.reading import find_persons, read_record
    from services.viewer.record_json import canonical_json

    if out is not None and out.exists() and any(out.iterdir()):
        beside.fail(f"{out} is not empty: name a folder that is not there yet.", 2)
    settings = beside.place(data_dir)
    key = settings.partnership_key.get_secret_value().encode()

    async def read(connection: Any) -> Any:
        found = await find_persons(connection, who)
        if len(found) != 1:
            return found, None, None, None
        asked = Purpose.PERSON_ASKED
        await beside.write_down(
            connection, settings, "subject-access", Kind.EXPORT, persons=found, purpose=asked
        )
        record = await read_record(connection, found[0])
        held = await everything_held(connection, found[0], key)
        return found, record, held, await partners(connection)

    found, record, held, names = beside.with_postgres(settings, read)
    if record is None:
        if not found:
            beside.fail("There is no record under this number or id.")
        listed = "\n  ".join(one.hex() for one in found)
        beside.fail(f"Several people are told under this number; ask for one by id:\n  {listed}")
    document = {"person": found[0].hex(), "record": redacted(orjson.loads(canonical_json(record))), **held}
    if out is not None:
        show_audit.subject_folder(out, document, record, names)
    elif json:
        show_audit.subject_json(document)
    else:
        show_audit.subject(document, record, names)
