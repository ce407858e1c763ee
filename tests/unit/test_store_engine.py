"""Connections of the store's engine."""

from __future__ import annotations

from typing import Any

from services.store.engine import open_engine


def is_closed(raw: Any) -> bool:
    try:
        raw.execute("SELECT 1")
    except Exception:  # noqa: BLE001 each driver has its own word for a closed connection
        return True
    return False


def test_that_a_connection_lent_out_while_the_pool_is_dropped_is_closed_when_it_comes_home(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        engine.dispose()
        assert not is_closed(raw)
    assert is_closed(raw)
    with engine.connect() as connection:
        again = connection.connection.driver_connection
    assert not is_closed(again)
    engine.dispose()
    assert is_closed(again)
