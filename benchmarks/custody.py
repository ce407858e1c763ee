"""The custody log: entries signed and stored a second, one by one and together; proofs; an outsider's check.

Peer: bare inserts of rows as long into the same database, unsigned and without a tree.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from services.domain.custody import CustodyStep, Draft
from services.domain.custody_file import CustodyFile, Told
from services.domain.merkle import Tree, included
from services.reports.custody_check import check_file
from services.reports.custody_key import LogSigner
from services.store.store import Store

AT = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
GOAL = 2_000
_BARE = "INSERT INTO bare (seq, line) VALUES (:seq, :line)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--store", default="", help="URL of an empty database; else SQLite in a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        signer = LogSigner(Path(folder), "bench/custody")
        with Store.open(options.store or f"sqlite:///{folder}/custody.db") as store:
            _append(store, signer, options.entries)
            _bare(store, options.entries)
            _prove(store, signer)


def _append(store: Store, signer: LogSigner, entries: int) -> None:
    done = 0
    for name, batch, count in (("together, 500 a commit", 500, entries), ("one a commit", 1, min(entries, 1000))):
        with _Watch(f"append {name}", count, "entries/s", GOAL if batch > 1 else 0.0):
            for first in range(done + 1, done + count + 1, batch):
                last = min(first + batch - 1, done + count)
                told = [(n, _draft(n)) for n in range(first, last + 1)]
                store.custody.append(told, first - 1, last, signer.line, AT)
        done += count


def _bare(store: Store, count: int) -> None:
    line = store.custody.rows(0, 1)[0].line
    with store._writing() as connection:
        connection.execute(text("CREATE TABLE bare (seq BIGINT PRIMARY KEY, line TEXT)"))
    for name, batch, rows in (("500 a commit", 500, count), ("one a commit", 1, 1000)):
        with _Watch(f"peer: bare insert, {name}", rows, "rows/s"):
            for first in range(0, rows, batch):
                with store._writing() as connection:
                    start = first + batch * 1_000_000
                    connection.execute(text(_BARE), [{"seq": start + n, "line": line} for n in range(batch)])


def _prove(store: Store, signer: LogSigner) -> None:
    leaves = store.custody.leaves(10**9)
    tree = Tree(leaves)
    root, size = tree.root(), len(tree)
    _rate("tree built", size, lambda: Tree(leaves), "leaves/s")
    every = range(0, size, max(1, size // 2000))
    proofs = {at: tree.inclusion(at) for at in every}
    _rate("proof made", len(proofs), lambda: [tree.inclusion(at) for at in every], "proofs/s")
    _rate(
        "proof checked", len(proofs), lambda: [included(leaves[n], n, size, p, root) for n, p in proofs.items()], "/s"
    )
    told = tuple(Told(row.line, 0) for row in store.custody.rows())
    data = CustodyFile(True, signer.key, (), told, (signer.note(size, root),)).spelled.encode()
    assert check_file(data).is_whole
    _rate("file verified", size, lambda: check_file(data), "entries/s")


def _rate(name: str, count: int, run: Callable[[], object], unit: str) -> None:
    with _Watch(name, count, unit):
        run()


class _Watch:
    """Prints a rate, by the clock and by the CPU seconds of this process: these machines are shared."""

    def __init__(self, name: str, count: int, unit: str, goal: float = 0.0) -> None:
        self._name, self._count, self._unit, self._goal = name, count, unit, goal

    def __enter__(self) -> None:
        self._clock, self._cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        clock, cpu = time.perf_counter() - self._clock, time.process_time() - self._cpu
        told: dict[str, object] = {"what": self._name, "unit": self._unit, "value": round(self._count / clock)}
        told["cpu"] = round(self._count / cpu)
        if self._goal:
            told |= {"goal": self._goal, "met": self._count / clock >= self._goal}
        print(json.dumps(told, ensure_ascii=False), flush=True)


def _draft(number: int) -> Draft:
    manifest = f"LD-{number // 7:08d}"
    return Draft(
        manifest, manifest.replace("LD", "SQ"), CustodyStep.SIGNED, "浙椒渔 61588", "渔清 03", "OILY_WATER", 348.0,
        ("ab" * 32,), "渔船 王*、收集船 林*", AT,
    )  # fmt: skip


if __name__ == "__main__":
    main()
