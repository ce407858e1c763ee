"""Keep passages by the month on PostgreSQL, and old ones as pseudonyms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SHANGHAI = timezone(timedelta(hours=8))
INDEXES = {
    "ix_event_passage_occurred_at": "occurred_at",
    "ix_event_passage_plate_no_occurred_at": "plate_no, occurred_at",
    "ix_event_passage_checkpoint_id_occurred_at": "checkpoint_id, occurred_at",
}
LIKE = "LIKE event_passage_before INCLUDING DEFAULTS"
FEWEST = 1000  # passages that make a month; a stray moment of a wrong clock does not
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table("hit_event", sa.Column("event_id", sa.Text(), nullable=False), _key("hit_event", "event_id"))
    op.create_table(
        "hit_plate",
        sa.Column("plate_no", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _key("hit_plate", "plate_no"),
    )
    op.create_index(op.f("ix_hit_plate_at"), "hit_plate", ["at"])
    op.create_table(
        "month_key",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        _key("month_key", "month"),
    )
    op.create_table(
        "past_passage",
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("checkpoint_id", "vehicle_class", "plate_hash")),
        sa.Column("count", sa.BigInteger(), nullable=False),
        _key("past_passage", "at", "checkpoint_id", "vehicle_class", "plate_hash"),
    )
    if op.get_bind().dialect.name == "postgresql":
        months = tuple(_months())
        _move(f"({LIKE}, CONSTRAINT pk_event_passage PRIMARY KEY (seq, occurred_at)) PARTITION BY RANGE (occurred_at)")
        op.execute("CREATE TABLE event_passage_other PARTITION OF event_passage DEFAULT")
        for name, first, last in months:
            values = f"FOR VALUES FROM ({first}) TO ({last})"
            op.execute(f"CREATE TABLE event_passage_{name} PARTITION OF event_passage {values}")
        _fill()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _move(f"({LIKE}, CONSTRAINT pk_event_passage PRIMARY KEY (seq))")
        _fill()
    for table in ("past_passage", "month_key", "hit_plate", "hit_event"):
        op.drop_table(table)


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def _move(shape: str) -> None:
    """Put the table out of the way, names included, and make one of this shape in its place."""
    op.execute("ALTER TABLE event_passage RENAME TO event_passage_before")
    op.execute("ALTER TABLE event_passage_before DROP CONSTRAINT pk_event_passage")
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
    op.execute(f"CREATE TABLE event_passage {shape}")


def _fill() -> None:
    """Indexes last: made at once they cost a fraction of what they cost row by row."""
    op.execute("INSERT INTO event_passage SELECT * FROM event_passage_before")
    op.execute("DROP TABLE event_passage_before")
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON event_passage ({columns})")


def _months() -> Iterator[tuple[str, int, int]]:
    """The months of Shanghai that hold passages: their names and bounds in microseconds since 1970 UTC."""
    month = "to_char(to_timestamp(occurred_at / 1000000 + 28800) AT TIME ZONE 'UTC', 'YYYY-MM')"
    query = f"SELECT {month} FROM event_passage GROUP BY 1 HAVING count(*) >= {FEWEST} ORDER BY 1"
    for name in op.get_bind().execute(sa.text(query)).scalars():
        first = datetime.strptime(name, "%Y-%m").replace(tzinfo=SHANGHAI)
        last = (first + timedelta(days=32)).replace(day=1)
        yield name.replace("-", "_"), (first - EPOCH) // MICROSECOND, (last - EPOCH) // MICROSECOND
