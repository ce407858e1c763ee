"""Brings a database to the schema of this program, from inside the program.

After a table of ``schema`` has changed, ``python -m services.store.migrate "Add what was added"``
writes the migration; read it before you commit it.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine

from services.store.engine import Gate
from services.store.errors import StoreError

SCRIPTS = Path(__file__).resolve().parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def bring_up(gate: Gate) -> None:
    """Run the migrations that are missing, all or none. A current database is only read.

    Raises StoreError for a database made by a newer program.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    with gate.reading() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    if have == scripts.get_current_head():
        return
    if have is not None and have not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(f"数据库由更新的版本建立（{have}），请升级本程序（{gate.where}）")
    with gate.turn(), gate.writing() as connection:
        command.upgrade(alembic_config(connection), "head")


def require_current(gate: Gate) -> None:
    """For who may only read. Raises StoreError when the schema is not this program's."""
    with gate.reading() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    if have != ScriptDirectory.from_config(alembic_config()).get_current_head():
        raise StoreError(f"数据库与本程序版本不同（{have}），请先由采集进程升级（{gate.where}）")


def write_migration(message: str, revision: str) -> Path:
    """Write the step from the newest migration to the tables of ``schema`` as a file."""
    with create_engine("sqlite://").begin() as connection:
        config = alembic_config(connection)
        command.upgrade(config, "head")
        written = command.revision(config, message, autogenerate=True, rev_id=revision)
    assert isinstance(written, Script)
    return Path(written.path)


if __name__ == "__main__":
    count = sum(1 for _ in (SCRIPTS / "versions").glob("[0-9]*.py"))
    logging.basicConfig(level=logging.INFO)
    logging.info("wrote %s", write_migration(sys.argv[1], f"{count + 1:04d}"))
