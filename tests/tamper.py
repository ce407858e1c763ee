"""What somebody with the database's password can do to the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text

from services.store.store import Store


def tamper(store: Store, statements: Iterable[Any]) -> None:
    """Run statements on the log past the triggers that refuse them."""
    with store._gate.turn(), store._gate.writing() as connection:
        if connection.dialect.name == "sqlite":
            for what in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS case_event_keeps_{what}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(statement)
