"""The desk and the wall as processes of their own: they open, tick and end when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
SITE = """name = "椒江区指挥中心"
[store]
url = "sqlite:///console.db"
[demo]
seed = 42
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("verb", ["desk", "wall"])
def test_that_a_face_opens_beats_and_ends_when_the_service_manager_says_so(tmp_path, verb):
    """Not under pytest-qt: a real start, a real loop, a real end (the way a crash at exit is found)."""
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    Store.open(f"sqlite:///{tmp_path}/console.db").close()
    state = tmp_path / "state"
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(state),
    }
    child = subprocess.Popen(
        [sys.executable, "main.py", verb, "--site", str(tmp_path / "site.toml")],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        log = state / "district-console" / "console.log"
        until = time.monotonic() + 30
        while not (log.exists() and "open" in log.read_text(encoding="utf-8")):
            assert child.poll() is None, child.stderr.read() if child.stderr else ""
            assert time.monotonic() < until
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=20)
    finally:
        child.kill()
    assert child.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in said
    assert "ERROR" not in log.read_text(encoding="utf-8")
