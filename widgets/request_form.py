"""Filing a hand-in for a fisher who rings or stands at the counter: four questions in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.boats import POLLUTANT_WORDS, FishingBoat, HandInRequest, Pollutant
from services.domain.deed import Refused
from services.domain.fleet import Fleet
from services.domain.hand_in_case import CHANNEL_WORDS, DESK_CHANNELS, FileHandIn
from services.domain.hand_in_filing import found_boat
from services.domain.timebase import local

BOAT, WHAT, WHERE, WHEN = "file_boat", "file_what", "file_where", "file_when"
STEPS = (BOAT, WHAT, WHERE, WHEN)
OWN_PLACE = "当前船位"
_MOST_PLACES = 8
_WITHIN = (("尽快", 0), ("2 小时内", 2), ("4 小时内", 4), ("12 小时内", 12), ("24 小时内", 24))

Place = tuple[str, float, float, bool]  # name, lon, lat, in port


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far."""

    channel: str = DESK_CHANNELS[0]
    boat: FishingBoat | None = None
    said: str = ""  # the number as it was typed; the store looks it up where the pane has no register
    pollutant: Pollutant = Pollutant.OILY_WATER
    est_t: float = 0.0
    place: Place = ("", 0.0, 0.0, False)

    def words(self) -> str:
        """What is settled, in a line."""
        parts = [CHANNEL_WORDS[self.channel]]
        if self.said:
            parts.append(self.boat.vessel_no if self.boat is not None else self.said)
        if self.est_t:
            parts.append(f"{POLLUTANT_WORDS[self.pollutant]} {self.est_t:.2f} t")
        if self.place[0]:
            parts.append(self.place[0])
        return " · ".join(parts)


def places_of(requests: Sequence[HandInRequest], boat: FishingBoat | None, fleet: Any) -> Sequence[Place]:
    """Where the boat is, if anybody has heard it, then the places of the hand-ins of these days, the usual first."""
    seen: dict[str, list[HandInRequest]] = {}
    for one in requests:
        seen.setdefault(one.place, []).append(one)
    usual = sorted(seen.values(), key=lambda ones: (-len(ones), ones[0].place))
    named = [(o[0].place, o[0].lon, o[0].lat, o[0].in_port) for o in usual if o[0].place][:_MOST_PLACES]
    if boat is None or not isinstance(fleet, Fleet):
        return named
    mine = fleet.rows[fleet.rows["mmsi"] == boat.mmsi]
    return [(OWN_PLACE, float(mine["lon"][0]), float(mine["lat"][0]), False), *named] if len(mine) else named


def asked(step: str, draft: Draft, places: Sequence[Place]) -> dict[str, Any]:
    """The question of a step. ``places`` are for where."""
    nth = f"登记 {STEPS.index(step) + 1}/4"
    if step == BOAT:
        channels = tuple(CHANNEL_WORDS[channel] for channel in DESK_CHANNELS)
        chosen = DESK_CHANNELS.index(draft.channel)
        words = f"{nth}：怎么来的，哪条船"
        return {"words": words, "choices": channels, "chosen": chosen, "hint": "船名号，末几位即可"}
    if step == WHAT:
        kinds, chosen = tuple(POLLUTANT_WORDS.values()), tuple(Pollutant).index(draft.pollutant)
        return {"words": f"{nth}：{draft.words()}", "choices": kinds, "chosen": chosen, "hint": "估重，吨"}
    if step == WHERE:
        names = tuple(place[0] for place in places)
        chosen = 0 if names else -1
        hint = "（可不填）另写位置：经度 纬度 名称"
        return {"words": f"{nth}：{draft.words()}", "choices": names, "chosen": chosen, "hint": hint}
    spans = tuple(words for words, _ in _WITHIN)
    return {"words": f"{nth}：{draft.words()}", "choices": spans, "chosen": 0, "hint": "（可不填）来电人与电话"}


def with_answer(
    step: str, draft: Draft, choice: int, words: str, register: Sequence[FishingBoat], places: Sequence[Place]
) -> Draft:
    """Raises Refused, with what is wrong."""
    if step == BOAT:
        boat = found_boat(register, words) if register else None
        return replace(draft, channel=DESK_CHANNELS[max(0, choice)], boat=boat, said=words)
    if step == WHAT:
        return replace(draft, pollutant=tuple(Pollutant)[max(0, choice)], est_t=_tonnes(words))
    if not words and not 0 <= choice < len(places):
        raise Refused("请选位置或写经纬度")
    return replace(draft, place=_spelled(words) if words else places[choice])


def wish_of(draft: Draft, choice: int, words: str, now: datetime) -> FileHandIn:
    hours = _WITHIN[max(0, choice)][1]
    name, lon, lat, in_port = draft.place
    return FileHandIn(
        vessel_no=draft.boat.vessel_no if draft.boat is not None else draft.said,
        pollutant=draft.pollutant,
        est_t=draft.est_t,
        place=name,
        lon=lon,
        lat=lat,
        in_port=in_port,
        channel=draft.channel,
        window_to=now + timedelta(hours=hours) if hours else None,
        caller=words,
    )


def window_words(request: HandInRequest) -> str:
    return f"{local(request.window_to):%H:%M} 前" if request.window_to is not None else ""


def _tonnes(words: str) -> float:
    try:
        return float(words.strip().removesuffix("吨").removesuffix("t"))
    except ValueError:
        raise Refused("估重写数字，例如 0.35") from None


def _spelled(words: str) -> Place:
    parts = words.replace("，", " ").replace(",", " ").split()
    try:
        lon, lat = float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        raise Refused("位置写作 经度 纬度 名称，例如 121.80 28.48 大陈西") from None
    return " ".join(parts[2:]) or f"{lon:.3f} {lat:.3f}", lon, lat, False
