"""A schematic picture of a passing vehicle, drawn without fonts or a screen: a shape in its colour on a road.

Plainly no photograph: flat areas, no plate number, a hatched frame all round.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

WIDE, HIGH = 480, 270  # pixels
_FINE = 2  # drawn so many times larger, then made smaller: smooth edges
_FRAME = 10  # pixels

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
Corner = tuple[float, float]

_SKY, _GROUND, _ROAD, _LINE = (0x2A, 0x36, 0x40), (0x33, 0x3C, 0x3A), (0x3B, 0x3F, 0x45), (0xB8, 0xBC, 0xB4)
_TYRE, _RIM, _GLASS, _EDGE = (0x14, 0x15, 0x17), (0x8E, 0x92, 0x96), (0x6F, 0x8A, 0x96), (0x16, 0x18, 0x1B)
_STRIPE, _BETWEEN = (0x6A, 0x72, 0x78), (0x22, 0x27, 0x2B)
_BODIES: dict[str, Colour] = {  # codes of the protocol
    "1": (0x2B, 0x2D, 0x31),
    "2": (0xE6, 0xE8, 0xE6),
    "3": (0x8C, 0x90, 0x94),
    "4": (0xA8, 0x32, 0x2E),
    "5": (0x2F, 0x5D, 0xA6),
    "6": (0xD9, 0xB0, 0x36),
    "8": (0x6E, 0x4E, 0x38),
    "9": (0x3C, 0x80, 0x56),
}
_PLATES: dict[str, Colour] = {"5": (0x1E, 0x4F, 0xB0), "6": (0xD8, 0xB0, 0x2A), "9": (0x62, 0xB3, 0x7E)}

# Outlines seen from the side, nose to the right: x 0–1 over the vehicle's length, y up from the axles, both in lengths.
_CAR: Sequence[Corner] = (
    *((0.0, 0.0), (0.0, 0.14), (0.06, 0.17), (0.2, 0.19), (0.34, 0.31), (0.66, 0.31), (0.8, 0.19), (0.96, 0.15)),
    *((1.0, 0.08), (1.0, 0.0)),
)
_CAR_GLASS = (
    ((0.24, 0.2), (0.36, 0.285), (0.48, 0.285), (0.48, 0.2)),
    ((0.51, 0.2), (0.51, 0.285), (0.64, 0.285), (0.75, 0.2)),
)
_CAB: Sequence[Corner] = ((0.76, 0.0), (0.76, 0.34), (0.93, 0.34), (0.98, 0.2), (1.0, 0.19), (1.0, 0.0))
_CAB_GLASS = (((0.86, 0.2), (0.86, 0.3), (0.92, 0.3), (0.955, 0.2)),)
_BOX: Sequence[Corner] = ((0.0, 0.06), (0.0, 0.36), (0.74, 0.36), (0.74, 0.06))
_TUB: Sequence[Corner] = ((0.03, 0.06), (0.0, 0.27), (0.74, 0.27), (0.71, 0.06))
_TANK: Sequence[Corner] = ((0.1, 0.08), (0.1, 0.34), (0.64, 0.34), (0.64, 0.08))
_FRAME_BEAM: Sequence[Corner] = ((0.0, 0.02), (0.0, 0.07), (0.8, 0.07), (0.8, 0.02))
_BUS: Sequence[Corner] = ((0.0, 0.0), (0.0, 0.28), (0.03, 0.3), (0.97, 0.3), (1.0, 0.24), (1.0, 0.0))
_BUS_GLASS = tuple(
    ((x, 0.16), (x, 0.26), (x + 0.125, 0.26), (x + 0.125, 0.16)) for x in (0.04, 0.19, 0.34, 0.49, 0.64, 0.79)
)


@lru_cache(maxsize=256)
def drawn(vehicle_class: str, colour: str, plate_colour: str, place: int) -> bytes:
    """PNG. The same vehicle at the same place is the same picture; ``place`` moves it a little."""
    canvas = _Canvas(WIDE * _FINE, HIGH * _FINE)
    _scene(canvas)
    length = {"K3": 0.5, "K4": 0.46}.get(vehicle_class[:2], 0.72) * canvas.wide
    left = (0.5 * canvas.wide - length / 2) + (place % 7 - 3) * 0.012 * canvas.wide
    _vehicle(canvas, left, length, vehicle_class, _BODIES.get(colour, _BODIES["3"]))
    canvas.area(_placed(_PLATE, left, length, canvas.base), _PLATES.get(plate_colour, _BODIES["2"]))
    return png(_framed(canvas.smaller(_FINE)))


_PLATE: Sequence[Corner] = ((0.975, 0.03), (0.975, 0.06), (1.012, 0.06), (1.012, 0.03))


class _Canvas:
    """``base`` is the height of the axles, in pixels from the top."""

    def __init__(self, wide: int, high: int) -> None:
        self.wide, self.high = wide, high
        self.base = 0.68 * high
        self.pixels = np.empty((high, wide, 3), np.uint8)
        self._y, self._x = np.mgrid[0:high, 0:wide].astype(np.float32) + 0.5

    def band(self, top: float, bottom: float, colour: Colour) -> None:
        self.pixels[round(top * self.high) : round(bottom * self.high)] = colour

    def area(self, corners: Sequence[Corner], colour: Colour) -> None:
        """Even-odd filled."""
        box = self._box([x for x, _ in corners], [y for _, y in corners], 0.0)
        x, y = self._x[box], self._y[box]
        inside = np.zeros(x.shape, bool)
        x1, y1 = corners[-1]
        for x2, y2 in corners:
            if y1 != y2:
                crosses = (y < y1) != (y < y2)
                inside ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
            x1, y1 = x2, y2
        self.pixels[box][inside] = colour

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        box = self._box([x], [y], radius)
        self.pixels[box][np.hypot(self._x[box] - x, self._y[box] - y) < radius] = colour

    def _box(self, xs: Sequence[float], ys: Sequence[float], margin: float) -> tuple[slice, slice]:
        """The pixels that may be touched."""
        across = slice(max(0, int(min(xs) - margin)), int(max(xs) + margin) + 1)
        return slice(max(0, int(min(ys) - margin)), int(max(ys) + margin) + 1), across

    def smaller(self, times: int) -> Picture:
        blocks = self.pixels.reshape(self.high // times, times, self.wide // times, times, 3)
        return blocks.mean(axis=(1, 3)).round().astype(np.uint8)


def _scene(canvas: _Canvas) -> None:
    canvas.band(0.0, 0.5, _SKY)
    canvas.band(0.5, 0.6, _GROUND)
    canvas.band(0.6, 1.0, _ROAD)
    for start in np.arange(0.02, 1.0, 0.16) * canvas.wide:
        top, bottom = 0.88 * canvas.high, 0.9 * canvas.high
        end = start + 0.09 * canvas.wide
        canvas.area(((start, top), (end, top), (end, bottom), (start, bottom)), _LINE)


def _vehicle(canvas: _Canvas, left: float, length: float, vehicle_class: str, body: Colour) -> None:
    axles: tuple[float, ...] = (0.2, 0.8)
    if vehicle_class.startswith("H"):
        axles = (0.16, 0.28, 0.86) if vehicle_class[:2] == "H1" else (0.2, 0.86)
        canvas.area(_placed(_FRAME_BEAM, left, length, canvas.base), _EDGE)
        _load(canvas, left, length, vehicle_class, body)
        _shape(canvas, left, length, _CAB, _CAB_GLASS, body)
    elif vehicle_class[:2] in ("K1", "K2"):
        _shape(canvas, left, length, _BUS, _BUS_GLASS, body)
    else:
        _shape(canvas, left, length, _CAR, _CAR_GLASS, body)
    radius = length * (0.075 if vehicle_class.startswith("K3") else 0.055)
    for axle in axles:
        x = left + axle * length
        canvas.disc(x, canvas.base, radius, _TYRE)
        canvas.disc(x, canvas.base, radius * 0.5, _RIM)


def _load(canvas: _Canvas, left: float, length: float, vehicle_class: str, body: Colour) -> None:
    match vehicle_class[2:3]:
        case "4":  # a tank
            for x in (0.1, 0.64):
                canvas.disc(left + x * length, canvas.base - 0.21 * length, 0.13 * length, _RIM)
            canvas.area(_placed(_TANK, left, length, canvas.base), _RIM)
        case "7":  # a tipper
            canvas.area(_placed(_TUB, left, length, canvas.base), body)
        case _:
            pale: Colour = (min(255, body[0] + 40), min(255, body[1] + 40), min(255, body[2] + 40))
            canvas.area(_placed(_BOX, left, length, canvas.base), pale)


def _shape(
    canvas: _Canvas,
    left: float,
    length: float,
    outline: Sequence[Corner],
    panes: Iterable[Sequence[Corner]],
    body: Colour,
) -> None:
    canvas.area(_placed(outline, left, length, canvas.base), body)
    for pane in panes:
        canvas.area(_placed(pane, left, length, canvas.base), _GLASS)


def _placed(corners: Sequence[Corner], left: float, length: float, base: float) -> Sequence[Corner]:
    return [(left + x * length, base - y * length) for x, y in corners]


def _framed(picture: Picture) -> Picture:
    high, wide, _ = picture.shape
    y, x = np.mgrid[0:high, 0:wide]
    border = (y < _FRAME) | (y >= high - _FRAME) | (x < _FRAME) | (x >= wide - _FRAME)
    stripes = (x + y) // 6 % 2 == 0
    picture[border & stripes] = _STRIPE
    picture[border & ~stripes] = _BETWEEN
    return picture


def png(pixels: Picture) -> bytes:
    """Rows of red, green, blue as a PNG."""
    high, wide, _ = pixels.shape
    lines = np.zeros((high, 1 + 3 * wide), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = pixels.reshape(high, 3 * wide)
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
