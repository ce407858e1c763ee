"""The simulated year of what cameras see: tracks drawn by physics, so that the filter of falls is measured too."""

from __future__ import annotations

from datetime import datetime

from services.district.year_fire_parts import DAY, HOUR, MINUTE, Pen, Place
from services.domain.falling import FLOOR_M, G_MS2, Track, fall_of

_TREMBLE = 3.0  # thousandths of the picture


def eye(pen: Pen) -> None:
    for write in (_falls, _birds, _laundry, _leaves, _roofs, _crowds, _cameras):
        write(pen)


def _falls(pen: Pen) -> None:
    """Things thrown or dropped; light ones come down slowly, one in ten is seen too briefly."""
    for at, place in pen.many(34, 6, 24):
        pen.plant("R-EYE-01", f"{place.estate_id}|{place.building}", at, HOUR)
        floors = pen.rng.uniform(2.6, 9)
        drag = pen.rng.uniform(0.75, 1.0) if pen.rng.random() < 0.9 else pen.rng.uniform(0.2, 0.5)
        seconds = (2 * floors * FLOOR_M / (drag * G_MS2)) ** 0.5
        frames = pen.rng.choice((4, 6, 8, 9, 11, 13))
        _seen(pen, place, at, _drop(pen, max(frames, 3)), floors, seconds, frames, wind=pen.rng.randrange(0, 5))


def _birds(pen: Pen) -> None:
    """Most fly across; some stoop, which looks like a fall."""
    for at, place in pen.many(120, 5, 19):
        if pen.rng.random() < 0.06:
            _seen(pen, place, at, _drop(pen, 8), 3.0, pen.rng.uniform(1.1, 1.5), 8)
            continue
        x, y, turn = pen.rng.randrange(50, 300), pen.rng.randrange(300, 800), pen.rng.choice((-1, 1))
        track = [(x + 80 * k, y + turn * pen.rng.randrange(-60, 20) * k // 3) for k in range(8)]
        _seen(pen, place, at, _inside(track), pen.rng.uniform(1.5, 3.5), pen.rng.uniform(1, 3), 30)


def _laundry(pen: Pen) -> None:
    for at, place in pen.many(100, 7, 18):
        track = [
            (500 + (45 if k % 2 else -40) + pen.rng.randrange(-6, 7), 400 + pen.rng.randrange(0, 22)) for k in range(9)
        ]
        _seen(pen, place, at, track, pen.rng.uniform(1.0, 2.6), 4.0, 40, wind=4)


def _leaves(pen: Pen) -> None:
    """In a gale: down at an even speed, swaying."""
    for at, place in pen.many(60):
        x, track = 500, []
        for k in range(10):
            x += pen.rng.randrange(-50, 60)
            track.append((x, 80 + 78 * k + pen.rng.randrange(-12, 13)))
        _seen(pen, place, at, _inside(track), 5.0, pen.rng.uniform(5, 9), 50, wind=pen.rng.randrange(6, 9))


def _seen(
    pen: Pen, place: Place, at: datetime, track: Track, floors: float, seconds: float, frames: int, wind: int = 2
) -> None:
    fall = fall_of(track, floors, seconds)
    said = {"fall_ms2": fall.acceleration_ms2, "looks_like": fall.looks_like, "held_s": round(seconds, 2)}
    text = " ".join(f"{x},{y}" for x, y in track)
    score, floors = pen.rng.uniform(0.6, 0.97), round(floors, 1)
    pen.camera(place, "falling_object", score, at, track=text, frames=frames, floors_down=floors, wind_bft=wind, **said)


def _drop(pen: Pen, count: int) -> list[tuple[int, int]]:
    """Height with the square of time, as the camera's pixels tremble."""
    top, bottom, x = pen.rng.randrange(40, 160), pen.rng.randrange(640, 900), pen.rng.randrange(300, 700)
    share = [(k / (count - 1)) ** 2 for k in range(count)]
    drift = pen.rng.uniform(-60, 60)
    points = [
        (x + drift * k / count + pen.rng.gauss(0, _TREMBLE), top + (bottom - top) * s + pen.rng.gauss(0, _TREMBLE))
        for k, s in enumerate(share)
    ]
    return _inside([(round(px), round(py)) for px, py in points])


def _inside(track: Track) -> list[tuple[int, int]]:
    return [(min(1000, max(0, x)), min(1000, max(0, y))) for x, y in track]


def _roofs(pen: Pen) -> None:
    """Sheds that stay; permits; tarpaulins that are gone after a survey, or were left a week."""
    for n, (at, place) in enumerate(pen.many(16, 9, 11)):
        draw, area = pen.rng.random(), pen.rng.uniform(2.5, 18)
        lasts, permit = (6, int(draw < 0.25)) if draw < 0.75 else (pen.rng.choice((1, 2, 4)), 0)
        place = Place(place.estate_id, place.estate_name, 20 + n, 1)
        if area >= 4 and not permit and draw < 0.75:
            pen.plant("R-EYE-02", f"{place.estate_id}{place.number:02d}-屋面", at, 12 * DAY)
        for day in range(1, lasts + 1):
            pen.roof(place, round(area, 1), day, permit, at)


def _crowds(pen: Pen) -> None:
    """Quarrels and gatherings; dances and markets are as dense and mean nothing."""
    for at, place in pen.many(14, 17, 22):
        held, people = pen.rng.choice((300.0, 700.0, 1500.0)), pen.rng.randrange(16, 60)
        if held >= 600 and people >= 20 and pen.rng.random() < 0.6:
            pen.plant("R-EYE-03", f"{place.estate_id}|{place.camera}", at - 20 * MINUTE, 2 * HOUR)
        pen.camera(place, "crowd", 0.9, at, held_s=held, persons=people, area_m2=pen.rng.choice((60.0, 100.0)))


def _cameras(pen: Pen) -> None:
    """Off line for long or for a moment; covered by leaves, moved by the wind; fog that passes for a cover."""
    for at, place in pen.many(40):
        minutes = pen.rng.choice((2.0, 4.0, 8.0, 45.0))
        if minutes > 5:
            pen.plant("R-EYE-04", place.camera, at - minutes * MINUTE, 6 * HOUR)
        pen.state(place, "offline", at, offline_min=minutes)
        pen.state(place, "well", at + HOUR, ssim=0.93)
    for at, place in pen.many(20):
        fog = pen.rng.random() < 0.2
        if not fog:
            pen.plant("R-EYE-04", place.camera, at - HOUR, 12 * HOUR)
        pen.state(place, pen.rng.choice(("covered", "moved")), at, ssim=pen.rng.uniform(0.2, 0.58))
        pen.state(place, "well", at + 5 * HOUR, ssim=0.9)
