"""The checkpoints' figures: what comes in over HTTP, what is found in days of it, how fast history answers.

    python -m benchmarks.checkpoints [--only http] [options of that part]

Each part is a module ``benchmarks.checkpoints_<part>`` with ``figures(arguments)`` that yields one
figure after the other, each with its peer's of the same run. One JSON line a figure.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path


def parts() -> list[str]:
    """The part modules beside this one, those that measure something."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("checkpoints_*.py"))
    return [name.removeprefix("checkpoints_") for name in names if hasattr(_module(name), "figures")]


def _module(name: str) -> object:
    return import_module(f"benchmarks.{name}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", choices=parts())
    asked, others = options.parse_known_args()
    for part in [asked.only] if asked.only else parts():
        for figure in import_module(f"benchmarks.checkpoints_{part}").figures(others if asked.only else []):
            print(json.dumps(figure, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
