"""The boats' figures: ways over water, the map, what comes in by AIS.

    python -m benchmarks.boats [--only matrix] [options of that part]

Each part is a module with ``figures(arguments)`` that yields one figure after the other, each with its
peer's of the same run. One JSON line a figure.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module

PARTS = {
    "ais": "benchmarks.boats_ais",
    "matrix": "benchmarks.boats_water",
    "map": "benchmarks.boats_map",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", choices=sorted(PARTS))
    asked, others = options.parse_known_args()
    for part in [asked.only] if asked.only else PARTS:
        for figure in import_module(PARTS[part]).figures(others if asked.only else []):
            print(json.dumps(figure, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
