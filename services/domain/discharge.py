"""How much speaks for looking at a boat, and what speaks against: assessments, worked out anew each time.

Nothing here judges anybody: an assessment says how likely a look is worth it, with the share of the time in
which the boat was heard. Late messages change it, and what no longer stands is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.domain.alert import Evidence, Stance
from services.domain.colour_code import CODE_WORDS, BoatCode
from services.domain.discharge_terms import DischargeTerms
from services.domain.discharge_witness import BY_WORDS, FilmReport, TankCheck
from services.domain.fleet import ColourCode
from services.domain.timebase import local
from services.domain.track import Fixes
from services.domain.track_search import coverage, near, outside, slow_episodes

SPAN = timedelta(hours=6)  # of the coverage said with a tank check or a slow episode


class Cause(StrEnum):
    FILM = "film"
    TANK = "tank"
    SLOW = "slow"


CAUSE_WORDS = {Cause.FILM: "油膜报告", Cause.TANK: "空舱返港", Cause.SLOW: "缓行时段"}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of one boat and one cause now. ``key`` names both and stays the same."""

    key: str
    cause: Cause
    boat_id: str
    vessel_no: str
    at: datetime
    place: str
    lon: float
    lat: float
    score: int  # 0–100
    coverage: float  # 0–1, of the hours before
    others_near: int
    why: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What assessments look at. ``fixes`` in the order of boat and moment, whole from ``since`` on; ``low``
    says of a boat whether the hand-ins on both sides of a moment were low, None where one is not known."""

    fixes: Fixes
    codes: Mapping[str, BoatCode]
    terms: DischargeTerms
    low: Callable[[str, datetime], bool | None]
    since: datetime


def of_film(report: FilmReport, known: Known) -> tuple[Assessment, ...]:
    """One for each boat near enough, the highest score first."""
    terms, until = known.terms, _ms(report.seen_at)
    since = until - round(terms.film_h * 3_600_000)
    passed = near(known.fixes, report.lon, report.lat, since, until, terms.film_nm)
    found: list[Assessment] = []
    for mmsi, nm, at_ms in zip(passed.mmsi.tolist(), passed.nm.tolist(), passed.at_ms.tolist(), strict=True):
        boat = known.codes.get(str(mmsi))
        if boat is None:
            continue  # no fishing boat of ours
        others = len(passed.mmsi) - 1
        closeness = (1 - 0.5 * nm / max(terms.film_nm, 1e-9)) * (1 - 0.3 * (until - at_ms) / max(until - since, 1))
        crowd = min(terms.film_others_most, others * terms.film_other_score)
        heard = coverage(known.fixes, mmsi, since, until)
        when = local(_at(at_ms))
        lines = [
            Evidence(f"{BY_WORDS[report.by]}报告油膜，航迹最近", f"{nm:.1f} 海里 {when:%H:%M}"),
            *_of_code(boat),
            *_against_film(report, others, heard),
        ]
        score = terms.film_score * closeness - crowd + _code_score(boat, terms)
        why = f"{BY_WORDS[report.by]}油膜报告 {nm:.1f} 海里"
        place = f"{report.lat:.3f}°N {report.lon:.3f}°E"
        found.append(
            _assessed(report.id, Cause.FILM, boat, report.seen_at, place, (report.lon, report.lat),
                      score, heard, others, why, lines)
        )  # fmt: skip
    found.sort(key=lambda one: (-one.score, one.boat_id))
    return tuple(found)


def of_tank(check: TankCheck, known: Known) -> Assessment | None:
    """None where the tank was not nearly empty or the boat is not known here."""
    boat, terms = known.codes.get(check.boat_id), known.terms
    if boat is None or check.level_pct > terms.empty_pct:
        return None
    at_ms = _ms(check.at)
    since = at_ms - round(SPAN.total_seconds() * 1000)
    heard = coverage(known.fixes, int(check.boat_id), since, at_ms)
    lines = [
        Evidence("返港时油污水舱近空", f"{check.level_pct:.0f} % {local(check.at):%H:%M}"),
        *_of_code(boat),
        Evidence("可能在外港上交，或近期保养清舱", "待核实", Stance.AGAINST),
    ]
    place = _last_place(known.fixes, int(check.boat_id), at_ms)
    score = terms.empty_score + _code_score(boat, terms)
    why = f"{CODE_WORDS[boat.code][:2]}，舱位 {check.level_pct:.0f} %"
    return _assessed(check.id, Cause.TANK, boat, check.at, check.port, place, score, heard, 0, why, lines)


def of_slow(known: Known) -> Iterator[Assessment]:
    """One for each slow episode offshore that lies between two low hand-ins or beside a silence."""
    terms = known.terms
    found = slow_episodes(known.fixes, terms.slow_from_kn, terms.slow_to_kn, terms.slow_min)
    free = outside(found.lon, found.lat, terms.grounds)
    for i in free.nonzero()[0].tolist():
        boat = known.codes.get(str(int(found.mmsi[i])))
        silence_min = int(found.silence_ms[i]) / 60_000
        begin = _at(int(found.begin_ms[i]))
        low = known.low(boat.id, begin) if boat is not None else None
        if boat is None or not (low or silence_min > terms.gap_min):
            continue
        yield _slow(known, boat, found, i, silence_min, low)


def _slow(known: Known, boat: BoatCode, found: Any, i: int, silence_min: float, low: bool | None) -> Assessment:
    terms, begin_ms, end_ms = known.terms, int(found.begin_ms[i]), int(found.end_ms[i])
    heard = coverage(known.fixes, int(boat.id), begin_ms - round(SPAN.total_seconds() * 1000), end_ms)
    silent = silence_min > terms.gap_min
    minutes = (end_ms - begin_ms) // 60_000
    lines = [Evidence("渔场和港口以外缓行", f"{local(_at(begin_ms)):%H:%M} 起 {minutes} 分")]
    lines += [Evidence("前后两次上交均偏低", f"< 应交 {terms.low_share:.0%}")] if low else []
    lines += [Evidence("时段前后无船位", f"{silence_min:.0f} 分")] if silent else []
    lines += [*_of_code(boat), Evidence("起放网、故障、避风也会缓行", "待核实", Stance.AGAINST)]
    if low is None:
        lines.append(Evidence("前后上交量不全", "未知", Stance.UNKNOWN))
    score = terms.slow_score + terms.low_score * bool(low) + terms.gap_score * silent + _code_score(boat, terms)
    where = float(found.lon[i]), float(found.lat[i])
    why = f"渔场外缓行 {minutes} 分"
    place = f"{where[1]:.3f}°N {where[0]:.3f}°E"
    return _assessed(f"HX-{begin_ms // 60_000}", Cause.SLOW, boat, _at(begin_ms), place, where, score, heard, 0, why, lines)  # fmt: skip  # noqa: E501


def worth_raising(report: FilmReport, known: Known) -> tuple[Assessment, ...]:
    """Those of a film that are to be looked at: the highest, and no more than the terms say."""
    worth = [one for one in of_film(report, known) if one.score >= known.terms.raise_from]
    return tuple(worth[: known.terms.most_per_film])


def _assessed(
    cause_id: str,
    cause: Cause,
    boat: BoatCode,
    at: datetime,
    place: str,
    where: tuple[float, float],
    score: float,
    heard: float,
    others: int,
    why: str,
    lines: Sequence[Evidence],
) -> Assessment:
    return Assessment(
        key=f"{cause_id}|{boat.id}",
        cause=cause,
        boat_id=boat.id,
        vessel_no=boat.vessel_no,
        at=at,
        place=place,
        lon=round(where[0], 6),
        lat=round(where[1], 6),
        score=max(0, min(100, round(score))),
        coverage=round(heard, 2),
        others_near=others,
        why=why,
        evidence=tuple(lines),
    )


def _of_code(boat: BoatCode) -> list[Evidence]:
    match boat.code:
        case ColourCode.RED | ColourCode.YELLOW:
            return [Evidence(f"三色码为{CODE_WORDS[boat.code][:2]}", boat.why)]
        case ColourCode.GREEN:
            return [Evidence("上交与航行相符", boat.why, Stance.AGAINST)]
        case _:
            return [Evidence("三色码未知", boat.why, Stance.UNKNOWN)]


def _code_score(boat: BoatCode, terms: DischargeTerms) -> int:
    return {ColourCode.RED: terms.red_score, ColourCode.YELLOW: terms.yellow_score}.get(boat.code, 0)


def _against_film(report: FilmReport, others: int, heard: float) -> list[Evidence]:
    lines = [Evidence("同一时段附近另有船只", f"{others} 艘", Stance.AGAINST)] if others else []
    if heard < 0.6:
        lines.append(Evidence("船位覆盖不足", f"{heard:.0%}", Stance.UNKNOWN))
    if report.area_m2 is None:
        lines.append(Evidence("油膜面积未报", "未知", Stance.UNKNOWN))
    lines.append(Evidence("油膜会随潮流漂移，也可能来自过往商船", "待核实", Stance.AGAINST))
    return lines


def _last_place(fixes: Fixes, mmsi: int, at_ms: int) -> tuple[float, float]:
    mine = fixes[(fixes["mmsi"] == mmsi) & (fixes["at_ms"] <= at_ms)]
    return (float(mine["lon"][-1]), float(mine["lat"][-1])) if len(mine) else (0.0, 0.0)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
