"""What every test gets: Qt without a screen, no leaks, no unexpected warnings, a store of its own."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import leaks
from tests.postgres import MISSING, Postgres, find_programs

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The gate tries the same examples each time; a developer's run tries new ones. No example has a time
# limit of its own: machines are shared.
settings.register_profile("gate", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None)
settings.load_profile("gate" if os.environ.get("CI") else "search")

TEMPLATE = "district_template"
SHARED = "district_shared"  # by the tests that leave its tables as they are
_SERVER = pytest.StashKey[Postgres]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "allows_logs: the test expects warnings; asking for caplog says the same")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.turns import InTurns  # only where several workers run

    return InTurns(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Keep the cyclic collector away from Qt's event loop: collect between tests, never in one."""
    if "qapp" not in getattr(item, "fixturenames", ()):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()


# --------------------------------------------------------------------------------- what must not be left


@pytest.fixture(autouse=True)
def _no_unexpected_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    asked = "caplog" in request.fixturenames or request.node.get_closest_marker("allows_logs") is not None
    with leaks.no_unexpected_logs(allowed=asked):
        yield


@pytest.fixture(autouse=True)
def _no_dangling_threads() -> Iterator[None]:
    with leaks.no_dangling_threads():
        yield


@pytest.fixture(autouse=True)
def _no_dangling_qt(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    with pytest.MonkeyPatch.context() as monkeypatch, leaks.no_dangling_qt(monkeypatch):
        yield


# ---------------------------------------------------------------------------------------------- stores


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the PostgreSQL before the first test, so that no test's time limit pays for it."""
    wanted = any("postgres" in _databases(item) for item in session.items)
    programs = find_programs()
    if wanted and programs is not None and not session.config.option.collectonly:
        from services.store.store import Store

        server = Postgres(programs)
        session.config.stash[_SERVER] = server
        server.start()
        server.tell(f"CREATE DATABASE {TEMPLATE}")
        Store.open(server.url(TEMPLATE)).close()
        server.tell(f"CREATE DATABASE {SHARED} TEMPLATE {TEMPLATE}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_SERVER, None):
        server.remove()


def _databases(item: pytest.Item) -> set[str]:
    asked = {"postgres"} & set(getattr(item, "fixturenames", ()))
    callspec = getattr(item, "callspec", None)
    if callspec is not None and callspec.params.get("store_url") == "postgresql":
        asked.add("postgres")
    return asked


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The server all tests share. A test that stops it starts it again."""
    server = request.config.stash.get(_SERVER, None)
    if server is None:
        pytest.skip(MISSING)
    return server


@pytest.fixture(scope="session")
def _empty_store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from services.store.store import Store

    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, _empty_store_file: Path) -> str:
    """An empty store in a file; for tests that are not about the database."""
    path = tmp_path / "store.db"
    shutil.copy(_empty_store_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Any]:
    from services.store.store import Store

    with Store.open(sqlite_url) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty store, on each database in turn. Leave its tables as they are."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    from services.store.schema import metadata

    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied(SHARED, metadata.tables)


@pytest.fixture
def store(store_url: str) -> Iterator[Any]:
    """An empty open store, on each database in turn."""
    from services.store.store import Store

    with Store.open(store_url) as opened:
        yield opened
