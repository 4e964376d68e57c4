"""A PostgreSQL cluster as `initdb` leaves it, made once and laid into each fresh folder: a copy costs a tenth."""

import functools
import subprocess
import tempfile
from pathlib import Path

from services.platform.embedded.postgres import EmbeddedPostgres


def lay_cluster(home: Path) -> None:
    """Put a fresh cluster and its password where `EmbeddedPostgres` keeps them under `home`."""
    made = Path(_made().name)
    subprocess.run(["cp", "-a", made / "postgres", made / "postgres.password", home], check=True)


@functools.cache
def _made() -> "tempfile.TemporaryDirectory[str]":
    made = tempfile.TemporaryDirectory(prefix="carethread-cluster-")
    postgres = EmbeddedPostgres(Path(made.name), Path(made.name))
    postgres.prepare()
    postgres.clean_up()
    return made
