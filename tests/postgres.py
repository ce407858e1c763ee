"""A PostgreSQL of our own for the tests: the machine's package, a free port, a temporary folder."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import psycopg

MISSING = "PostgreSQL is not installed (no initdb in PATH or /usr/lib/postgresql); apt-get install postgresql"
ACCOUNT = "postgres"  # the server refuses to run as root


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    homes = [home for home in Path("/usr/lib/postgresql").glob("*/bin") if (home / "initdb").exists()]
    return max(homes, key=lambda home: int(home.parent.name), default=None)


class Postgres:
    """One server. ``durable`` keeps fsync on, for benchmarks; tests can do without."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self._programs = programs
        self._account = ACCOUNT if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="district-pg-"))
        self._fsync = "on" if durable else "off"
        self._names = itertools.count(1)
        self.port = _free_port()
        if self._account:
            os.chown(self._folder, pwd.getpwnam(self._account).pw_uid, -1)
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={self._fsync}"
            f" -c full_page_writes={self._fsync} -c shared_buffers=128MB -c max_wal_size=2GB"
        )
        self._run("pg_ctl", "-D", "data", "-l", "log", "-o", options, "-w", "-t", "60", "start")

    def stop(self) -> None:
        """At once, as a crash would; what was committed is still there."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        subprocess.run(
            [self._programs / "pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop"],
            cwd=self._folder,
            user=self._account,
            capture_output=True,
            check=False,
        )
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def new_database(self, template: str = "template1") -> str:
        """The URL of a database nobody else uses."""
        name = f"test_{next(self._names)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def emptied(self, name: str, tables: Iterable[str]) -> str:
        """The URL of a shared database with nothing in ``tables``: twenty times faster than a new one."""
        unguarded = "SET session_replication_role = replica;"  # the log's triggers let nobody delete
        self.tell(unguarded + "".join(f"DELETE FROM {table};" for table in tables), name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        self.tell(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def tell(self, statement: str, database: str = "postgres") -> None:
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            user=self._account,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
