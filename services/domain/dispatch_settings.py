"""What a site sets for planning and watching its collection vessels: ``[boats.weights]`` and ``[boats.dispatch]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from services.domain.timebase import local

Read = TypeVar("Read")


TOPIC = "dispatch_terms"  # one record, put by the collector; without it the defaults below


@dataclass(frozen=True, slots=True)
class ProposalWeights:
    """Shares of a proposal's cost; together 1."""

    eta: float = 0.45  # 到达
    detour: float = 0.20  # 绕行
    others: float = 0.15  # 他单
    load: float = 0.10  # 装载
    fairness: float = 0.10  # 均衡

    @property
    def in_order(self) -> tuple[float, ...]:
        """As ``boats.COST_PARTS`` names them."""
        return (self.eta, self.detour, self.others, self.load, self.fairness)


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """Defaults [K]/[D]. Units are in the names; shares are 0–1; hours are of the Shanghai day."""

    every_min: float = 5.0  # a plan is worked out so often while a hand-in waits
    budget_s: float = 5.0  # of the race of solvers; everything together is killed at twice that
    valid_min: float = 15.0  # an offer older than this can be confirmed no more
    ways_every_s: float = 15.0  # ways from where the vessels are now
    margin: float = 1.2  # of an estimate, in room on board
    fill_limit: float = 0.9  # of a compartment, for a plan
    ready_min: float = 2.0  # from the order to way on
    collect_min: float = 15.0  # alongside
    unload_min: float = 22.0
    duty_from_h: float = 6.0
    duty_until_h: float = 22.0
    wind_limit_bft: float = 7.0  # from this on no vessel collects outside a port
    calm_bft: float = 4.0  # above it each degree of wind slows a vessel by ``slower_per_bft``
    slower_per_bft: float = 0.05
    winding: float = 1.12  # a way over water against the straight line, until the sea's graph is there
    promise_min: float = 10.0  # what a fisher is promised beyond the arrival, rounded up to 5 minutes
    grace_min: float = 20.0  # after the promised window
    prize_h: float = 6.0  # of sailing that a hand-in is worth; more with its waiting
    silent_min: float = 10.0  # no fix: R-FSH-03 from then on
    lost_min: float = 15.0  # no fix: its hand-ins should go to others
    off_route_nm: float = 1.0
    drift_min: float = 15.0  # later than planned: a new plan is suggested
    days: float = 30.0  # of overrides counted

    @property
    def ready(self) -> timedelta:
        return timedelta(minutes=self.ready_min)

    @property
    def collecting(self) -> timedelta:
        return timedelta(minutes=self.collect_min)

    @property
    def unloading(self) -> timedelta:
        return timedelta(minutes=self.unload_min)

    def pace(self, wind_bft: int | None) -> float:
        """Share of its service speed a vessel makes in this wind; not below a half."""
        over = max(0.0, (wind_bft or 0) - self.calm_bft)
        return max(0.5, 1.0 - over * self.slower_per_bft)

    def duty(self, now: datetime) -> tuple[datetime, datetime]:
        """The duty that runs at ``now``, else the next one."""
        here = local(now)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        since, until = (midnight + timedelta(hours=h) for h in (self.duty_from_h, self.duty_until_h))
        if here >= until:
            since, until = since + timedelta(days=1), until + timedelta(days=1)
        return since.astimezone(now.tzinfo), until.astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class DispatchTerms:
    """What decisions and screens need of the settings in force, and which vessels cannot be counted on."""

    settings: DispatchSettings
    weights: ProposalWeights
    lost: tuple[str, ...] = ()  # ids of vessels, silent too long
    id: str = "dispatch"


WEIGHTS = ProposalWeights()
DISPATCH = DispatchSettings()
TERMS = DispatchTerms(DISPATCH, WEIGHTS)

_SHARES = ("fill_limit", "slower_per_bft")
_HOURS = ("duty_from_h", "duty_until_h")


def weights_from(table: Mapping[str, Any]) -> ProposalWeights:
    """``[boats.weights]``. Raises ValueError with a sentence that names the key."""
    weights = _read(ProposalWeights, "boats.weights", table, 0.0, 1.0)
    if abs(sum(weights.in_order) - 1) > 0.001:
        raise ValueError(f"boats.weights 五项之和须为 1，读到 {sum(weights.in_order):g}")
    return weights


def dispatch_from(table: Mapping[str, Any]) -> DispatchSettings:
    """``[boats.dispatch]``. Raises ValueError with a sentence that names the key."""
    settings = _read(DispatchSettings, "boats.dispatch", table, 0.0, 10_000.0)
    for name in _SHARES:
        if not 0 < getattr(settings, name) <= 1:
            raise ValueError(f"boats.dispatch.{name} 须在 0 到 1 之间，读到 {getattr(settings, name):g}")
    if not 0 <= settings.duty_from_h < settings.duty_until_h <= 24:
        raise ValueError("boats.dispatch 在班须先起后止，在 0 到 24 时之间")
    if settings.budget_s < 0.2 or settings.every_min <= 0 or settings.margin < 1 or settings.winding < 1:
        raise ValueError("boats.dispatch 的 budget_s 须 ≥ 0.2，every_min > 0，margin 与 winding ≥ 1")
    return settings


def _read(kind: type[Read], name: str, table: Any, least: float, most: float) -> Read:
    if not isinstance(table, Mapping):
        raise ValueError(f"{name} 须为一张表")
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    given: dict[str, float] = {}
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"{name} 不认识的键 {key!r}，可用：{'、'.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"{name}.{key} 须为 {least:g} 到 {most:g} 的数，读到 {value!r}")
        given[key] = float(value)
    return kind(**given)
