"""The two commands of the README, as far as they can be looked at without installing anything."""

import os
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("script", ["run"])
def test_that_the_script_is_posix_shell(script):
    assert subprocess.run(["sh", "-n", HOME / script], check=False, timeout=5).returncode == 0
    assert (HOME / script).read_text().startswith("#!/bin/sh\n")


def bare_machine(folder: Path, *tools: str) -> dict[str, str]:
    """A PATH with nothing but the named tools."""
    for tool in tools:
        for place in ("/bin", "/usr/bin"):
            if (Path(place) / tool).exists():
                (folder / tool).symlink_to(Path(place) / tool)
                break
    return {"PATH": str(folder), "HOME": str(folder)}


def test_that_a_machine_without_python_is_told_what_to_type(tmp_path):
    env = bare_machine(tmp_path, "sh", "dirname", "id", "uname")
    said = subprocess.run(["/bin/sh", HOME / "run"], env=env, capture_output=True, text=True, check=False, timeout=9)
    assert said.returncode == 1
    assert "python3 python3-venv" in said.stderr
    assert "Python 3.11" in said.stderr


def test_that_the_lock_pins_every_package_with_its_hash():
    lines = (HOME / "requirements.lock").read_text().splitlines()
    packages = [n for n, line in enumerate(lines) if line and not line[0].isspace() and line[0] != "#"]
    assert len(packages) > 20
    assert [lines[n] for n in packages if "==" not in lines[n] or "--hash=" not in lines[n + 1]] == []


def test_that_the_gate_is_executable_and_fails_on_a_skipped_database():
    gate = HOME / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    assert "SKIPPED" in gate.read_text()
