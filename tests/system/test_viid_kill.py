"""kill -9 of the client at every step: each watch order is one disposition, set before it is lifted, once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from services.domain.platform import Standing
from services.domain.timebase import REAL
from services.sources.viid_client_ids import disposition_id
from services.store.store import Store
from tests.system.viid_above import Recording, platform

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_each_order_is_one_disposition_wherever_we_are_killed(sqlite_url: str) -> None:
    with platform() as above:
        arguments = [sys.executable, "-m", "tests.system.viid_dying", sqlite_url, str(above.port)]
        run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
        assert run.returncode == 0, run.stderr[-3000:]
        died, orders = map(int, re.findall(r"\d+", run.stdout))
        assert died > 20
        with Store.open(sqlite_url) as store:
            rows = store.snapshot("dispositions", REAL.now()).records
            made = store.cases("watch_order")
    names = {disposition_id("331002000000", order.id) for order in made}
    assert len(names) == orders
    assert {row.id for row in rows} == set(above.book.dispositions) == names
    assert {row.standing for row in rows} == {Standing.CANCELLED}
    assert all(held.is_lifted for held in above.book.dispositions.values())
    _require_order(above)


def _require_order(above: Recording) -> None:
    """Of each disposition: set, perhaps set again under the same id, then lifted, and never set after that."""
    said: dict[str, str] = defaultdict(str)
    for name, body in above.calls:
        if "/VIID/Dispositions" not in name:
            continue
        if name.startswith("PUT /VIID/Dispositions/"):
            said[name.rpartition("/")[2]] += "L"
            continue
        letter = "S" if name.startswith("POST") else "C"
        for sent in json.loads(body)["DispositionListObject"]["DispositionObject"]:
            said[sent["DispositionID"]] += letter
    wrong = {name: words for name, words in said.items() if not re.fullmatch(r"S(SC?)?C?L+", words)}
    assert wrong == {}
