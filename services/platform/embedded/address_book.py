"""Where a running stack is: written by `up`, read by every other command on the same data directory."""

import fcntl
import os
from pathlib import Path
from typing import IO

import platformdirs
from pydantic import BaseModel, SecretStr, field_serializer

from services.platform.settings import Settings


class NoStack(Exception):
    """No stack runs on the data directory."""


class AlreadyRunning(Exception):
    """Another `up` holds the data directory."""


class AddressBook(BaseModel):
    """The addresses of one running stack. The file is readable by its owner alone: it opens every door."""

    http: str
    kafka: str
    postgres: SecretStr
    partnership_key: SecretStr
    pids: dict[str, int]
    """The stack's own processes by name, for those who watch or test it."""
    audit_anchors: Path
    """The file outside the database that says how far the audit's chains are."""
    private_ports: dict[str, int]
    """The port of /metrics, /livez and /readyz of each process."""

    @field_serializer("postgres", "partnership_key")
    def _plainly(self, secret: SecretStr) -> str:
        return secret.get_secret_value()

    def settings(self) -> Settings:
        """The settings with which a process joins this stack."""
        return Settings(
            postgres=self.postgres,
            kafka=self.kafka,
            partnership_key=self.partnership_key,
            audit_anchors=self.audit_anchors,
        )


def default_data_dir() -> Path:
    """The data folder of this user."""
    return Path(platformdirs.user_data_dir("carethread", appauthor=False))


def lock(data_dir: Path) -> IO[str]:
    """Take the data directory for this process, for as long as the returned file is open.

    Raises:
        AlreadyRunning: another process has it.
    """
    file = (data_dir / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning(f"A stack is already running on {data_dir}.") from None
    return file


def write(data_dir: Path, book: AddressBook) -> None:
    """Write the addresses, whole or not at all."""
    draft = data_dir / "stack.json.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(book.model_dump_json(indent=2))
    draft.replace(data_dir / "stack.json")


def read(data_dir: Path) -> AddressBook:
    """The addresses of the stack that runs on `data_dir`.

    Raises:
        NoStack: none runs there.
    """
    missing = NoStack(
        f"No stack is running on {data_dir}. Start one with: carethread up --data-dir {data_dir}"
    )
    if not (data_dir / "stack.json").exists():
        raise missing
    try:
        lock(data_dir).close()
    except AlreadyRunning:
        return AddressBook.model_validate_json((data_dir / "stack.json").read_text())
    raise missing
