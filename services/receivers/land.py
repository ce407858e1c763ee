"""The shipped coast as the land that positions are held against."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from services.domain.land import Land

COAST = Path(__file__).resolve().parents[2] / "resources" / "basemap" / "coast.geojson"


@cache
def open_land(coast: Path = COAST) -> Land:
    """Read once a process: about a third of a second."""
    features = json.loads(coast.read_text(encoding="utf-8"))["features"]
    return Land([np.asarray(ring, float) for f in features for ring in f["geometry"]["coordinates"]])
