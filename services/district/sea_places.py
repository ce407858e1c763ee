"""The ports, anchorages, warehouses and fishing grounds of the demo bay, and the boats of its stories."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.boats import Pollutant

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Port:
    name: str
    at: Point
    moored: int  # boats lying there
    water: Point  # the middle of its berths
    spread: float  # degrees of latitude


PORTS = (
    Port("海门港", (121.456, 28.6815), 604, (121.449, 28.689), 0.010),
    Port("大陈渔港", (121.8985, 28.4600), 187, (121.893, 28.4630), 0.004),
    Port("葭沚码头", (121.385, 28.6905), 143, (121.376, 28.6970), 0.005),
    Port("头门港", (121.674, 28.7040), 38, (121.676, 28.7000), 0.004),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where boats fish: a normal spread round a middle, in degrees of latitude."""

    at: Point
    spread: float
    share: float


NEAR_GROUNDS = (
    Ground((121.615, 28.672), 0.020, 0.08),
    Ground((121.860, 28.660), 0.030, 0.20),
    Ground((121.900, 28.590), 0.025, 0.14),
    Ground((121.755, 28.480), 0.035, 0.30),
    Ground((121.790, 28.570), 0.030, 0.18),
    Ground((121.690, 28.545), 0.025, 0.10),
)
FAR_GROUNDS = (  # 大陈、鱼山、温台、舟外
    Ground((122.55, 28.45), 0.12, 0.40),
    Ground((122.60, 28.90), 0.14, 0.25),
    Ground((123.20, 28.20), 0.25, 0.20),
    Ground((123.60, 29.10), 0.30, 0.15),
)


@dataclass(frozen=True, slots=True)
class Anchorage:
    name: str
    at: Point
    spread: float
    in_port: bool = False
    share: float = 0.0  # of the hand-ins that come up by chance


ANCHORAGES = (
    Anchorage("下大陈锚地", (121.834, 28.422), 0.006, share=0.20),
    Anchorage("大陈西锚地", (121.800, 28.478), 0.006, share=0.15),
    Anchorage("上大陈东", (121.930, 28.517), 0.006, share=0.10),
    Anchorage("一江山锚地", (121.761, 28.608), 0.006, share=0.10),
    Anchorage("一江山西", (121.708, 28.587), 0.006, share=0.15),
    Anchorage("海门港", (121.419, 28.6915), 0.002, in_port=True, share=0.30),
)


@dataclass(frozen=True, slots=True)
class StoryBoat:
    """A boat with a part to play: where it lies and its number."""

    number: str
    place: str
    at: Point | None = None


STORY_BOATS = (
    StoryBoat("61027", "下大陈锚地", (121.834, 28.422)),
    StoryBoat("30872", "一江山西", (121.708, 28.587)),
    StoryBoat("21536", "海门港", (121.419, 28.6915)),
    StoryBoat("11209", "一江山锚地", (121.761, 28.608)),
    StoryBoat("70418", "上大陈东", (121.930, 28.517)),
    StoryBoat("61310", "大陈西锚地", (121.799, 28.478)),
    StoryBoat("20077", "海门港", (121.428, 28.6905)),
    StoryBoat("50881", "海门港", (121.424, 28.6910)),
    StoryBoat("61588", "一江山锚地", (121.7545, 28.5795)),  # T3: half a mile from 渔清 03
)


@dataclass(frozen=True, slots=True)
class Depot:
    """A 海洋云仓. Levels in per cent now, capacities in tonnes, in the order of ``Pollutant``; None: gauge silent."""

    id: str
    name: str
    at: Point
    berth: Point
    treatment_t_h: float
    capacity_t: tuple[float, ...]
    level_pct: tuple[float | None, ...]
    inflow_t_day: float  # of the fullest compartment, net, over the last 7 days


DEPOTS = (
    Depot(
        "YC-HM", "海门云仓", (121.4360, 28.6835), (121.4380, 28.6895), 2.0,
        (60, 24, 12, 6, 3, 10, 8), (58, 41, 22, 35, 9, 63, 30), 0.195,
    ),
    Depot(
        "YC-QS", "前所云仓", (121.4700, 28.6940), (121.4700, 28.6880), 2.0,
        (45, 18, 10, 5, 2, 8, 6), (71, 36, 18, 12, 4, None, 26), 1.19,
    ),
    Depot(
        "YC-DC", "大陈云仓", (121.8830, 28.4500), (121.8750, 28.4620), 1.2,
        (30, 12, 6, 3, 1.5, 5, 4), (95.6, 62, 47, 28, 11, 52, 44), 1.30,
    ),
)  # fmt: skip

OFFICIAL = (412_402_331, "渔政 331", (121.597, 28.587))

# What a hand-in is, by the shares a neighbouring county published, and its usual mass in tonnes.
MIX: tuple[tuple[Pollutant, float, float], ...] = (
    (Pollutant.OILY_WATER, 0.72, 0.42),
    (Pollutant.GARBAGE, 0.09, 0.06),
    (Pollutant.SEWAGE, 0.07, 0.30),
    (Pollutant.NETS, 0.05, 0.16),
    (Pollutant.WASTE_OIL, 0.04, 0.05),
    (Pollutant.PLASTIC, 0.02, 0.05),
    (Pollutant.BATTERY, 0.01, 0.03),
)

# The large day's, by what 温岭's first warehouse took in a year: 263 kg a call. Shares of calls are ours.
LARGE_MIX: tuple[tuple[Pollutant, float, float], ...] = (
    (Pollutant.OILY_WATER, 0.900, 0.2914),
    (Pollutant.GARBAGE, 0.080, 0.0146),
    (Pollutant.WASTE_OIL, 0.015, 0.0035),
    (Pollutant.BATTERY, 0.005, 0.0014),
)
