"""`carethread rebuild`: the promise put to the test on a live system, and the way to a new model or new rules."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services import beside, show
from services.beside import DataDir, Json

app = typer.Typer()


@app.command(epilog="Example:  carethread rebuild --model model.json --swap")
def rebuild(
    model: Annotated[
        Path | None, typer.Option(help="Model file to rebuild with.", show_default="the one in use here")
    ] = None,
    swap: Annotated[
        bool, typer.Option("--swap", help="Put the rebuilt record in the place of the live one.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Make every record again, from the messages alone, beside the live ones; say what differs, and drop it.

    Exit status 1 where the same rules and model come to another record; of others it says what would change.
    """
    import psycopg

    from services import show_rebuild
    from services.domain.identity.model import NotAModel
    from services.record.model import load_model
    from services.record.rebuild import NotSwapped, RulingsWait, rebuild
    from services.record.rebuild_place import AnotherRebuild

    settings = _settings(data_dir)
    try:
        rebuilt = asyncio.run(
            rebuild(
                settings.postgres.get_secret_value(),
                load_model(model or settings.model),
                swap=swap,
                progress=partial(show.progress, quiet=json),
            )
        )
    except NotAModel as fault:
        beside.fail(str(fault), 2)
    except (AnotherRebuild, RulingsWait, NotSwapped) as fault:
        beside.fail(str(fault))
    except psycopg.OperationalError:
        beside.fail(beside.DATABASE_AWAY)
    show_rebuild.rebuilt(rebuilt, json)
    if not (rebuilt.comparison.passed or rebuilt.swapped):
        raise typer.Exit(1)


def _settings(data_dir: Path | None) -> Any:
    """Those of the environment, where it has them and no stack is named; else those of the running stack."""
    from pydantic import ValidationError

    from services.platform.settings import load_settings

    if data_dir is None:
        try:
            return load_settings()
        except ValidationError:
            pass
    return beside.running(data_dir).settings()
