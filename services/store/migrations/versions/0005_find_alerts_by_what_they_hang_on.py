"""Find alerts by what they hang on, and cases like one at hand by rule and subject."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "alert_link",
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("link", "alert_id", name=op.f("pk_alert_link")),
    )
    op.create_index("ix_alert_rule_ended", "alert", ["rule_id", "ended_at"])
    op.create_index("ix_alert_subject", "alert", ["subject_kind", "subject_id", "ended_at"])


def downgrade() -> None:
    op.drop_index("ix_alert_subject", "alert")
    op.drop_index("ix_alert_rule_ended", "alert")
    op.drop_table("alert_link")
