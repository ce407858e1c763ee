"""The store's states: what a topic holds, how old it is, how far to trust it."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def test_that_a_store_opens(store):
    assert store.changes_since(0) == (0, frozenset())
