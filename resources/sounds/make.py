"""Writes the sounds of the alert levels: ``python -m resources.sounds.make``.

Each is a row of short sine tones with soft edges, so that the levels differ by rhythm as well as
by pitch and none startles: red three falling pairs, orange two tones, yellow one. Blue is silent.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 22_050
EDGE_S = 0.012
PEAK = 0.5

# (frequency Hz, length s); 0 Hz is a pause
SOUNDS = {
    "red": ((988, 0.11), (0, 0.03), (784, 0.13), (0, 0.08)) * 3,
    "orange": ((784, 0.16), (0, 0.06), (659, 0.22)),
    "yellow": ((659, 0.22),),
}


def tone(frequency: float, length_s: float) -> NDArray[np.float64]:
    moments = np.arange(int(RATE * length_s)) / RATE
    edge = np.minimum(1.0, np.minimum(moments, length_s - moments) / EDGE_S)
    return PEAK * edge * np.sin(2 * np.pi * frequency * moments)


def write(path: Path, parts: tuple[tuple[float, float], ...]) -> None:
    samples = np.concatenate([tone(*part) for part in parts])
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    for name, parts in SOUNDS.items():
        write(Path(__file__).parent / f"{name}.wav", parts)
