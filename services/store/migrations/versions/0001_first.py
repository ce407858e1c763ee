"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "alert",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("ack", sa.Text(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index("ix_alert_key", ["key", "raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_raised_at"), ["raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(
            "uq_alert_open_key",
            ["key"],
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "case_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index("uq_case_event_case_id_version", ["case_id", "version"], unique=True)

    op.create_table(
        "change",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_change")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "deadline",
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "what", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_due_at"), ["due_at"], unique=False)

    op.create_table(
        "event_camera_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("frames", sa.BigInteger(), nullable=False),
        sa.Column("floors_down", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_camera_event")),
    )
    with op.batch_alter_table("event_camera_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_camera_event_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "event_gate_passage",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("resident", sa.BigInteger(), nullable=False),
        sa.Column("visitor", sa.BigInteger(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_gate_passage")),
    )
    with op.batch_alter_table("event_gate_passage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_gate_passage_estate_id_occurred_at"), ["estate_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_event_gate_passage_person_id_occurred_at"), ["person_id", "occurred_at"], unique=False
        )

    op.create_table(
        "event_hand_in_filed",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("vessel_no", sa.Text(), nullable=False),
        sa.Column("boat_id", sa.Text(), nullable=False),
        sa.Column("pollutant", sa.Text(), nullable=False),
        sa.Column("est_t", sa.Double(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_hand_in_filed")),
    )
    with op.batch_alter_table("event_hand_in_filed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_hand_in_filed_boat_id_occurred_at"), ["boat_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_hand_in_filed_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "event_hand_in_progress",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("vessel_no", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("waited_min", sa.BigInteger(), nullable=False),
        sa.Column("pollutant", sa.Text(), nullable=False),
        sa.Column("est_t", sa.Double(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hour_local", sa.BigInteger(), nullable=False),
        sa.Column("vessel_name", sa.Text(), nullable=False),
        sa.Column("late_min", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_hand_in_progress")),
    )
    with op.batch_alter_table("event_hand_in_progress", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_hand_in_progress_occurred_at"), ["occurred_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_hand_in_progress_request_id_occurred_at"), ["request_id", "occurred_at"], unique=False
        )

    op.create_table(
        "event_meter_reading",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("reading_id", sa.Text(), nullable=False),
        sa.Column("meter_id", sa.Text(), nullable=False),
        sa.Column("meter_kind", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("cum_value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("dwelling_id", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Text(), nullable=False),
        sa.Column("used", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_meter_reading")),
    )
    with op.batch_alter_table("event_meter_reading", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_meter_reading_dwelling_id_occurred_at"), ["dwelling_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_event_meter_reading_meter_id_occurred_at"), ["meter_id", "occurred_at"], unique=False
        )

    op.create_table(
        "event_passage",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.Text(), nullable=False),
        sa.Column("checkpoint_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_name", sa.Text(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("plate_no", sa.Text(), nullable=False),
        sa.Column("plate_raw", sa.Text(), nullable=False),
        sa.Column("plate_colour", sa.Text(), nullable=False),
        sa.Column("plate_class", sa.Text(), nullable=False),
        sa.Column("plate_flag", sa.Text(), nullable=False),
        sa.Column("has_plate", sa.Boolean(), nullable=True),
        sa.Column("vehicle_class", sa.Text(), nullable=False),
        sa.Column("vehicle_colour", sa.Text(), nullable=False),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("opacity_pct", sa.Double(), nullable=True),
        sa.Column("ringelmann", sa.Double(), nullable=True),
        sa.Column("no_ppm", sa.Double(), nullable=True),
        sa.Column("vsp_valid", sa.Boolean(), nullable=True),
        sa.Column("axle_mass_t", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("time_flag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_passage")),
    )
    with op.batch_alter_table("event_passage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_passage_checkpoint_id_occurred_at"), ["checkpoint_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_passage_occurred_at"), ["occurred_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_passage_plate_no_occurred_at"), ["plate_no", "occurred_at"], unique=False
        )

    op.create_table(
        "event_person_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_id", sa.Text(), nullable=False),
        sa.Column("time_flag", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_person_event")),
    )
    with op.batch_alter_table("event_person_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_person_event_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "fleet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fleet")),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("uq_inbox_source_event_id", ["source", "event_id"], unique=True)

    op.create_table(
        "quarantine",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantine_source_reason"), ["source", "reason"], unique=False)

    op.create_table(
        "sample",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "key", "field", "at", name=op.f("pk_sample")),
    )
    op.create_table(
        "source_cursor",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_cursor")),
    )
    op.create_table(
        "source_status",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("late_after_s", sa.Double(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_status")),
    )
    op.create_table(
        "topic_state",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "key", name=op.f("pk_topic_state")),
    )
    op.create_table(
        "topic_status",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_topic_status")),
    )
    with op.batch_alter_table("topic_status", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_status_source"), ["source"], unique=False)

    op.create_table(
        "track",
        sa.Column("mmsi", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("sog_kn", sa.Double(), nullable=True),
        sa.Column("cog_deg", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("mmsi", "at", name=op.f("pk_track")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_at"), ["at"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_at"))

    op.drop_table("track")
    with op.batch_alter_table("topic_status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_status_source"))

    op.drop_table("topic_status")
    op.drop_table("topic_state")
    op.drop_table("source_status")
    op.drop_table("source_cursor")
    op.drop_table("sample")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantine_source_reason"))

    op.drop_table("quarantine")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("uq_inbox_source_event_id")

    op.drop_table("inbox")
    op.drop_table("fleet")
    with op.batch_alter_table("event_person_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_person_event_occurred_at"))

    op.drop_table("event_person_event")
    with op.batch_alter_table("event_passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_passage_plate_no_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_passage_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_passage_checkpoint_id_occurred_at"))

    op.drop_table("event_passage")
    with op.batch_alter_table("event_meter_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_meter_reading_meter_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_meter_reading_dwelling_id_occurred_at"))

    op.drop_table("event_meter_reading")
    with op.batch_alter_table("event_hand_in_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_hand_in_progress_request_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_hand_in_progress_occurred_at"))

    op.drop_table("event_hand_in_progress")
    with op.batch_alter_table("event_hand_in_filed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_hand_in_filed_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_hand_in_filed_boat_id_occurred_at"))

    op.drop_table("event_hand_in_filed")
    with op.batch_alter_table("event_gate_passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_gate_passage_person_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_gate_passage_estate_id_occurred_at"))

    op.drop_table("event_gate_passage")
    with op.batch_alter_table("event_camera_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_camera_event_occurred_at"))

    op.drop_table("event_camera_event")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_due_at"))

    op.drop_table("deadline")
    op.drop_table("counter")
    op.drop_table("change")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index("uq_case_event_case_id_version")

    op.drop_table("case_event")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("uq_alert_open_key", sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open"))
        batch_op.drop_index(batch_op.f("ix_alert_rule_id"))
        batch_op.drop_index(batch_op.f("ix_alert_raised_at"))
        batch_op.drop_index("ix_alert_key")
        batch_op.drop_index(batch_op.f("ix_alert_ended_at"))

    op.drop_table("alert")
