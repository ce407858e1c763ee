"""Search the alerts of all time without reading their bodies."""

from alembic import op

revision = "0006"
down_revision = "0005"

COLUMNS = [
    "raised_at",
    "level",
    "scene",
    "work",
    "ack",
    "is_open",
    "department",
    "rule_id",
    "grid_code",
    "subject_kind",
    "subject_id",
    "key",
    "id",
]


def upgrade() -> None:
    op.create_index("ix_alert_find", "alert", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_alert_find", "alert")
