"""The events of the demo's past: people at gates on the edge of a rule, vehicles before the exhaust sensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from services.district.community_estates import EstatePlan, estate_plans
from services.district.community_people import pseudonym
from services.district.history_cases import Finding
from services.district.roads_network import PLACES
from services.domain.community_told import GatePassage, PersonCategory
from services.domain.event import Event
from services.domain.passage import Passage
from services.domain.reasons import FalseReason

SPAN_DAYS = 90
QUIET_DAYS = 1.5  # the newest matter is this old: it is closed and gone from today's list
PER_DAY = 150  # passages of people on the lists, so that the rule has something to pass over

# How many matters: (passages within the window, outcome). Ten and eleven are those a limit of twelve leaves out.
CONFIRMED, CONFIRMED_NEAR, FALSE, FALSE_NEAR = 97, 7, 34, 30
SHORT_STAYS = 5
OUTCOMES = ("已办居住登记", "已发居住证", "已办登记，房补备案")
FALSE_ALARMS = (
    (FalseReason.KNOWN_PERSON, "探亲，亲属在册"),
    (FalseReason.AUTHORISED_WORK, "快递员，已补配送名单"),
    (FalseReason.KNOWN_PERSON, "物业临聘，已补名单"),
    (FalseReason.DUPLICATE, "同一人两个化名"),
)
TYPES = ("浙J", "浙J", "浙J", "浙J", "浙A", "沪C")
EXHAUST = 46


@dataclass(frozen=True, slots=True)
class Past:
    events: Sequence[Event]
    findings: Mapping[str, Finding]  # by the key of the alert they are about


@dataclass(frozen=True, slots=True)
class _Person:
    """One matter: who, where, how often, and what came of it."""

    number: int
    passages: int
    finding: Finding


def gate_past(start: datetime, seed: int) -> Past:
    """Matters of R-POP-01 spread over the span, among people who are on the lists."""
    rng = Random(f"{seed}/history/gates")
    estates = estate_plans(10_000)
    events: list[Event] = []
    findings: dict[str, Finding] = {}
    for person in _people(rng):
        estate = rng.choices(estates, (5, 6, 3, 2, 2, 2))[0]
        who = pseudonym(estate, f"H{person.number}")
        block = f"{rng.randrange(1, 13)} 幢"
        for moment in _moments(rng, start, person.passages):
            events.append(_gate(rng, moment, estate, who, PersonCategory.UNKNOWN, block))
        findings[f"R-POP-01|{estate.code}|{who}"] = person.finding
    for day in range(SPAN_DAYS + 27, 2, -1):
        for _ in range(PER_DAY):
            moment = start - timedelta(days=day, seconds=rng.randrange(86_400))
            estate = rng.choice(estates)
            who = pseudonym(estate, f"R{rng.randrange(900)}")
            events.append(_gate(rng, moment, estate, who, PersonCategory.RESIDENT, f"{rng.randrange(1, 13)} 幢"))
    return Past(events, findings)


def exhaust_past(start: datetime, seed: int) -> Past:
    """Vehicles over and under the limit of the remote sensors, and what the inspection found."""
    rng = Random(f"{seed}/history/exhaust")
    sensors = [place for place in PLACES if place.sees_exhaust]
    events: list[Event] = []
    findings: dict[str, Finding] = {}
    for number in range(EXHAUST * 4):
        over = number % 4 == 0
        moment = start - timedelta(days=rng.uniform(QUIET_DAYS, SPAN_DAYS - 1))
        place = rng.choice(sensors)
        plate = f"{rng.choice(TYPES)}{rng.choice('ABCDE')}{rng.randrange(10_000):04d}"
        opacity = rng.uniform(31.0, 62.0) if over else rng.uniform(2.0, 26.0)
        name = f"LSWQ{number:05d}"
        record = Passage(
            passage_id=name,
            checkpoint_id=place.id,
            device_id=place.device_id,
            passed_at=moment.astimezone(UTC),
            checkpoint_name=place.name,
            lane=rng.randrange(1, place.lanes + 1),
            direction="进城",
            plate_no=plate,
            plate_raw=plate,
            plate_colour="黄",
            plate_flag="ordinary",
            has_plate=True,
            confidence=round(rng.uniform(0.9, 0.99), 2),
            speed_kmh=round(rng.uniform(30, 62), 1),
            opacity_pct=round(opacity, 1),
            vsp_valid=True,
            lon=place.lon,
            lat=place.lat,
        )
        events.append(Event("viid", name, "passage", record.passed_at, record))
        if over:
            findings[f"R-CKP-01|{plate}"] = _exhaust_finding(rng)
    return Past(events, findings)


def _people(rng: Random) -> list[_Person]:
    counts = [
        *[(rng.choice((10, 11)), True) for _ in range(CONFIRMED_NEAR)],
        *[(rng.choice((10, 10, 11)), False) for _ in range(FALSE_NEAR)],
        *[(_often(rng, 7.0), True) for _ in range(CONFIRMED)],
        *[(_often(rng, 2.4), False) for _ in range(FALSE)],
    ]
    return [  # of the near ones most were short stays: true, and nothing to do
        _Person(number, passages, _finding(rng, confirmed, no_action=number < SHORT_STAYS))
        for number, (passages, confirmed) in enumerate(counts)
    ]


def _often(rng: Random, spread: float) -> int:
    return 12 + min(14, int(rng.expovariate(1 / spread)))


def _finding(rng: Random, confirmed: bool, *, no_action: bool) -> Finding:
    minutes = rng.randrange(2, 9)
    if no_action:
        return Finding(rng.choice(("短住探亲，已离开", "访客，已离开")), no_action=True, minutes=minutes)
    if confirmed:
        return Finding(rng.choice(OUTCOMES), "公安", minutes=minutes)
    reason, words = rng.choices(FALSE_ALARMS, (4, 4, 2, 1))[0]
    return Finding(words, reason=reason, minutes=minutes)


def _exhaust_finding(rng: Random) -> Finding:
    minutes = rng.randrange(2, 9)
    if rng.random() < 0.72:
        return Finding("检测超标，已告知限期维修", "生态环境", minutes=minutes)
    return Finding("复测合格，读数受前车影响", reason=FalseReason.EQUIPMENT, minutes=minutes)


def _moments(rng: Random, start: datetime, passages: int) -> list[datetime]:
    """So many moments within 24 days, the tenth after five different days and inside the span, all of them past."""
    while True:
        tenth = (start - timedelta(days=rng.uniform(QUIET_DAYS, SPAN_DAYS - 2))).replace(hour=0, minute=0, second=0)
        days = sorted(rng.sample(range(24), rng.randrange(7, 10)))
        chosen = sorted([*days, *rng.choices(days, k=passages - len(days))])
        moments = sorted(tenth + timedelta(days=day - chosen[9]) + _hour(rng) for day in chosen)
        enough = len({moment.date() for moment in moments[:10]}) >= 5 and len(set(moments)) == passages
        if enough and moments[9] < start - timedelta(days=QUIET_DAYS) and moments[-1] < start - timedelta(hours=12):
            return moments


def _hour(rng: Random) -> timedelta:
    return timedelta(hours=rng.choice((6, 7, 8, 12, 17, 18, 19, 20, 21)), seconds=rng.randrange(3600))


def _gate(rng: Random, moment: datetime, estate: EstatePlan, who: str, category: PersonCategory, block: str) -> Event:
    at = moment.astimezone(UTC)
    on_list = int(category is PersonCategory.RESIDENT)
    name = f"LSMJ{int(at.timestamp() * 1000)}{rng.randrange(1000):03d}"
    record = GatePassage(
        passage_id=name,
        estate_id=estate.code,
        estate_name=estate.name,
        gate=rng.choice(("南门", "北门", "东门")),
        direction=rng.choice(("in", "out")),
        person_id=who,
        category=category.value,
        registered=on_list,
        resident=on_list,
        visitor=0,
        passed_at=at,
        building=block,
    )
    return Event("community_gates", name, "gate_passage", at, record)
