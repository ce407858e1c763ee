"""Widen passages, and add what else checkpoints, stations and the police platform tell."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TEXTS = ("vehicle_brand", "image", "grid_code", "use", "registered_class", "registered_colour", "registered_brand")
TRUTHS = (
    *("is_covered", "smoke_confirmed", "is_loaded", "is_sheeted", "clock_trusted", "at_hub", "blind_road"),
    *("is_scrapped", "permit_ok", "route_ok", "hours_ok", "at_destination"),
)
WHOLES = ("unread_chars", "axles", "mismatches", "open_offences")
FIGURES = ("total_mass_t", "local_hour", "inspection_overdue_d")


def upgrade() -> None:
    with op.batch_alter_table("event_passage") as passage:
        for name in TEXTS:
            passage.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for names, kind in ((TRUTHS, sa.Boolean()), (WHOLES, sa.BigInteger()), (FIGURES, sa.Double())):
            for name in names:
                passage.add_column(sa.Column(name, kind, nullable=True))
    _events(
        "disposition_hit",
        _needed(sa.Text(), "hit_id", "disposition_id", "title", "category"),
        _needed(sa.BigInteger(), "triggered_at"),
        _needed(sa.Text(), "checkpoint_id", "checkpoint_name", "object_id", "time_flag"),
        _may_be(sa.Double(), "lon", "lat"),
    )
    _events(
        "checkpoint_state",
        _needed(sa.Text(), "state_id", "checkpoint_id", "checkpoint_name"),
        _needed(sa.BigInteger(), "at"),
        _may_be(sa.Double(), "recognition_pct", "clock_drift_s", "frozen_min", "poor_images_pct"),
        _may_be(sa.BigInteger(), "passages"),
        _may_be(sa.Double(), "lon", "lat"),
    )
    _events(
        "convoy",
        _needed(sa.Text(), "convoy_id", "plate_no", "other_plate"),
        _needed(sa.BigInteger(), "checkpoints", "days", "first_at", "last_at"),
        _needed(sa.Text(), "checkpoint_id", "checkpoint_name"),
        _may_be(sa.Double(), "lon", "lat"),
    )
    _events(
        "reinspection",
        _needed(sa.Text(), "result_id", "plate_no", "station"),
        _needed(sa.BigInteger(), "inspected_at"),
        _needed(sa.Boolean(), "passed"),
        _needed(sa.Text(), "text"),
    )
    for kind in ("disposition_hit", "checkpoint_state", "convoy"):
        op.create_index(op.f(f"ix_event_{kind}_occurred_at"), f"event_{kind}", ["occurred_at"])
    for kind, column in (("checkpoint_state", "checkpoint_id"), ("reinspection", "plate_no")):
        op.create_index(op.f(f"ix_event_{kind}_{column}_occurred_at"), f"event_{kind}", [column, "occurred_at"])


def downgrade() -> None:
    for kind in ("reinspection", "convoy", "checkpoint_state", "disposition_hit"):
        op.drop_table(f"event_{kind}")
    with op.batch_alter_table("event_passage") as passage:
        for name in (*TEXTS, *TRUTHS, *WHOLES, *FIGURES):
            passage.drop_column(name)


def _events(kind: str, *columns: Sequence["sa.Column[Any]"]) -> None:
    op.create_table(
        f"event_{kind}",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        *(column for some in columns for column in some),
        sa.PrimaryKeyConstraint("seq", name=op.f(f"pk_event_{kind}")),
    )


def _needed(kind: "sa.types.TypeEngine[Any]", *names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, kind, nullable=False) for name in names]


def _may_be(kind: "sa.types.TypeEngine[Any]", *names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, kind, nullable=True) for name in names]
