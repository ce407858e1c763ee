"""Alembic's entry: runs on the connection it is handed, inside its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import BigInteger, TypeDecorator

from services.store.schema import metadata


def plain_type(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the databases' own types: they must run when our types are long gone."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{type(thing.impl_instance).__name__}()"
    if kind == "type" and isinstance(thing, BigInteger) and thing._variant_mapping:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_type,
    compare_type=True,
)
context.run_migrations()
