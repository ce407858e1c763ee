"""盲区: by how much a boat owes more than its peers, among those whose hours are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.domain.boats import FishingBoat
from services.domain.code_terms import CodeTerms

Floats = NDArray[np.float64]


def blind_spot(owed_kg: Floats, classes: NDArray[np.intp], least: int) -> tuple[Floats, NDArray[np.intp]]:
    """By how many standard deviations a boat owes more than its peers, and how many they are. NaN where
    what it owes is unknown, where peers are fewer than ``least`` or all alike."""
    known = ~np.isnan(owed_kg)
    size = int(classes.max(initial=-1)) + 1
    value = np.where(known, owed_kg, 0.0)
    count = np.bincount(classes, weights=known, minlength=size)
    mean = np.bincount(classes, weights=value, minlength=size) / np.maximum(count, 1)
    off = np.where(known, owed_kg - mean[classes], 0.0)
    spread = np.sqrt(np.bincount(classes, weights=off**2, minlength=size) / np.maximum(count - 1, 1))
    peers = count[classes].astype(np.intp)
    usable = known & (peers >= least) & (spread[classes] > 1e-6)
    return np.where(usable, off / np.maximum(spread[classes], 1e-6), np.nan), peers


def peer_classes(boats: Sequence[FishingBoat], terms: CodeTerms) -> NDArray[np.intp]:
    """The number of each boat's class: length, gear and port alike."""
    lengths = np.searchsorted(np.array(terms.length_classes_m), [boat.length_m for boat in boats], side="right")
    numbers: dict[tuple[int, str, str], int] = {}
    found = [
        numbers.setdefault((int(length), boat.gear_type, boat.home_port), len(numbers))
        for boat, length in zip(boats, lengths, strict=True)
    ]
    return np.array(found, np.intp)
