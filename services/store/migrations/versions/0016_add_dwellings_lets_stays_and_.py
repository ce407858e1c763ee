"""Add what is told of dwellings, lets, stays and registrations, and who a gate takes out."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "event_dwelling_state",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("dwelling_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("vacant", sa.BigInteger(), nullable=False),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("regular_persons", sa.BigInteger(), nullable=True),
        sa.Column("rooms", sa.BigInteger(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("water_m3d", sa.Double(), nullable=True),
        sa.Column("power_kwhd", sa.Double(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_dwelling_state")),
    )
    with op.batch_alter_table("event_dwelling_state", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_dwelling_state_dwelling_id_occurred_at"), ["dwelling_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_dwelling_state_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "event_police_match",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("match_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("level_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_police_match")),
    )
    with op.batch_alter_table("event_police_match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_police_match_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "event_registration_due",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("dwelling_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("days_left", sa.BigInteger(), nullable=False),
        sa.Column("idle_days", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_registration_due")),
    )
    with op.batch_alter_table("event_registration_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_registration_due_occurred_at"), ["occurred_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_registration_due_registration_id_occurred_at"),
            ["registration_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "event_rental_state",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("dwelling_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("is_let", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.BigInteger(), nullable=False),
        sa.Column("colour_before", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("check_over_days", sa.BigInteger(), nullable=False),
        sa.Column("unregistered", sa.BigInteger(), nullable=False),
        sa.Column("unregistered_wd", sa.BigInteger(), nullable=False),
        sa.Column("lease_over_wd", sa.BigInteger(), nullable=False),
        sa.Column("occupants", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_rental_state")),
    )
    with op.batch_alter_table("event_rental_state", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_rental_state_dwelling_id_occurred_at"), ["dwelling_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_rental_state_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "event_stay",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("stay_id", sa.Text(), nullable=False),
        sa.Column("dwelling_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("guests", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_stay")),
    )
    with op.batch_alter_table("event_stay", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_stay_dwelling_id_occurred_at"), ["dwelling_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_stay_occurred_at"), ["occurred_at"], unique=False)

    with op.batch_alter_table("event_gate_passage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("local_hour", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("kin", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("protected", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("accompanied", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("event_gate_passage", schema=None) as batch_op:
        batch_op.drop_column("accompanied")
        batch_op.drop_column("protected")
        batch_op.drop_column("kin")
        batch_op.drop_column("minor")
        batch_op.drop_column("local_hour")

    with op.batch_alter_table("event_stay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_stay_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_stay_dwelling_id_occurred_at"))

    op.drop_table("event_stay")
    with op.batch_alter_table("event_rental_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_rental_state_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_rental_state_dwelling_id_occurred_at"))

    op.drop_table("event_rental_state")
    with op.batch_alter_table("event_registration_due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_registration_due_registration_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_registration_due_occurred_at"))

    op.drop_table("event_registration_due")
    with op.batch_alter_table("event_police_match", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_police_match_occurred_at"))

    op.drop_table("event_police_match")
    with op.batch_alter_table("event_dwelling_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_dwelling_state_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_dwelling_state_dwelling_id_occurred_at"))

    op.drop_table("event_dwelling_state")
