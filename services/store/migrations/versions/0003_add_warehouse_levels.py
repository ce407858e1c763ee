"""Add warehouse levels: how full each compartment was, for R-FSH-04."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLE = "event_warehouse_level"
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.Text(), nullable=False),
        sa.Column("warehouse_name", sa.Text(), nullable=False),
        sa.Column("pollutant", sa.Text(), nullable=False),
        sa.Column("pollutant_word", sa.Text(), nullable=False),
        sa.Column("level_pct", sa.Double(), nullable=False),
        sa.Column("capacity_t", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_warehouse_level")),
    )
    op.create_index(op.f("ix_event_warehouse_level_occurred_at"), TABLE, ["occurred_at"])
    op.create_index(op.f("ix_event_warehouse_level_warehouse_id_occurred_at"), TABLE, ["warehouse_id", "occurred_at"])


def downgrade() -> None:
    op.drop_table(TABLE)
