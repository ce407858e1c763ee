"""The site's settings: what to poll, what to receive, where to keep it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from services.domain.budget import DEFAULT, Budget, budget_from
from services.domain.camera_limits import CameraLimits, camera_limits_from
from services.domain.control_rules import DEFAULT as CONTROL
from services.domain.control_rules import ControlRules, control_from
from services.domain.convoy import ConvoySettings, convoys_from
from services.domain.followup_terms import TERMS, FollowUpTerms, terms_from
from services.domain.image_settings import ImageSettings, images_from
from services.domain.intercept_settings import InterceptSettings, intercept_from
from services.domain.keeping import Keeping, keeping_from
from services.domain.levels import LIMITS, Limits
from services.domain.limit_table import limits_from
from services.domain.noise import NOISE, NoiseLimits, noise_from
from services.domain.password import LoginRules, login_rules_from
from services.domain.record_settings import RecordSettings, record_from
from services.domain.timebase import REAL, Timebase
from services.domain.yardstick import Yardstick, yardstick_from

NAME = "椒江区指挥中心"


Read = TypeVar("Read")


class SiteError(ValueError):
    """A site file that cannot be used. The message names the file, the key and the choices."""


@dataclass(frozen=True, slots=True)
class Site:
    """``site.toml``, read. Every key is described in docs/site.md.

    ``sources`` and ``receivers`` hold one table per system, passed as it is to the source's or
    receiver's factory, which checks it.
    """

    name: str = NAME
    store_url: str = "sqlite:///district.db"
    demo: bool = False
    seed: int = 0
    day: str = ""  # of the demo: 300 hand-ins
    timebase: Timebase = REAL
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    receivers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    map: Mapping[str, Any] = field(default_factory=dict)
    wall: Mapping[str, Any] = field(default_factory=dict)
    duty: Mapping[str, Any] = field(default_factory=dict)
    outbox: Mapping[str, Any] = field(default_factory=dict)
    viid_client: Mapping[str, Any] = field(default_factory=dict)
    performance: Yardstick = field(default_factory=Yardstick)
    record: RecordSettings = field(default_factory=RecordSettings)
    retention: Keeping = field(default_factory=Keeping)
    login: LoginRules = field(default_factory=LoginRules)
    noise: NoiseLimits = NOISE
    budget: Budget = DEFAULT
    limits: Limits = LIMITS
    boats: Mapping[str, Any] = field(default_factory=dict)
    community: Mapping[str, Any] = field(default_factory=dict)
    control: ControlRules = CONTROL
    interception: InterceptSettings = field(default_factory=InterceptSettings)
    images: ImageSettings = field(default_factory=ImageSettings)
    cameras: CameraLimits = field(default_factory=CameraLimits)
    convoys: ConvoySettings = field(default_factory=ConvoySettings)
    followup: FollowUpTerms = TERMS
    folder: Path = field(default_factory=Path)


KNOWN = (
    "name",
    "store",
    "demo",
    "login",
    "clock",
    "sources",
    "receivers",
    "map",
    "wall",
    "duty",
    "outbox",
    "viid_client",
    "performance",
    "record",
    "retention",
    "limits",
    "calendar",
    "boats",
    "community",
    "control",
    "noise",
    "interception",
    "rules",
    "images",
    "cameras",
    "convoys",
    "followup",
)


def read_site(path: Path) -> Site:
    """Read a site file. Raises SiteError for a missing file, bad TOML or an unknown key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise SiteError(f"{path}: 读不到站点文件：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SiteError(f"{path.name}: 不是有效的 TOML：{why}") from why
    for key in table:
        if key not in KNOWN:
            raise SiteError(f"{path.name}: 不认识的键 {key!r}，可用：{'、'.join(KNOWN)}")
    demo = table.get("demo", {})
    return Site(
        name=str(table.get("name", NAME)),
        store_url=_store_url(table.get("store", {}).get("url", "sqlite:///district.db"), path.parent),
        demo=bool(demo),
        seed=int(demo.get("seed", 0)),
        day=str(demo.get("day", "")),
        timebase=_timebase(path, table.get("clock", {})),
        sources=table.get("sources", {}),
        receivers=table.get("receivers", {}),
        map=table.get("map", {}),
        wall=table.get("wall", {}),
        duty=table.get("duty", {}),
        outbox=table.get("outbox", {}),
        viid_client=_read(path, table, "viid_client", dict, "写作 [viid_client]"),
        performance=_read(path, table, "performance", yardstick_from, "例如 [performance] flood_over = 10"),
        record=_record(path, table),
        retention=_read(path, table, "retention", keeping_from, "例如 [retention] passage = 30"),
        login=_read(path, table, "login", login_rules_from, "例如 [login] tries = 5"),
        limits=_limits(path, table),
        boats=_read(path, table, "boats", dict, "写作 [boats.…]"),
        community=_read(path, table, "community", dict, "写作 [community.…]"),
        control=_read(path, table, "control", control_from, "例如 [control] days = 30"),
        noise=_read(path, table, "noise", noise_from, "例如 [noise] flood_above = 10"),
        interception=_read(path, table, "interception", intercept_from, "例如 [interception] margin_min = 2"),
        budget=_read(path, table, "rules", budget_from, "写作 [rules]"),
        convoys=_read(path, table, "convoys", convoys_from, "例如 [convoys] at_hour = 3"),
        cameras=_read(path, table, "cameras", camera_limits_from, "例如 [cameras] trusted_within_s = 10"),
        images=_read(path, table, "images", images_from, "例如 [images] keep_days = 30"),
        followup=_followup(path, table),
        folder=path.parent,
    )


def _store_url(url: str, folder: Path) -> str:
    """A relative SQLite path is relative to the site file, not to where the program was started."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not Path(url.removeprefix(prefix)).is_absolute():
        return prefix + str(folder.resolve() / url.removeprefix(prefix))
    return url


def _read(path: Path, site: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], Read], form: str) -> Read:
    """The table ``name`` of a site file by the reader of its settings; ``form`` says how to write one."""
    table = site.get(name, {})
    if not isinstance(table, Mapping):
        raise SiteError(f"{path.name}: {name} 须为一张表，{form}")
    try:
        return read(table)
    except ValueError as why:
        raise SiteError(f"{path.name}: {why}") from why


def _record(path: Path, site: Mapping[str, Any]) -> RecordSettings:
    """A relative file lies beside the site file, like the store."""
    read = _read(path, site, "record", record_from, '例如 [record] mirror = "heads.jsonl"')
    if not read.mirror:
        return read
    there = _store_url(read.mirror, path.parent) if "://" in read.mirror else str(path.parent.resolve() / read.mirror)
    return replace(read, mirror=there)


def _limits(path: Path, site: Mapping[str, Any]) -> Limits:
    limits = _read(path, site, "limits", dict, "写作 [limits]")
    return _read(path, site, "calendar", lambda days: limits_from(limits, days), "写作 [calendar]")


def _followup(path: Path, site: Mapping[str, Any]) -> FollowUpTerms:
    calendar = _limits(path, site).calendar
    terms = _read(path, site, "followup", lambda table: terms_from(table, calendar), '例如 [followup] notice = "30d"')
    return replace(terms, signed=str(site.get("name", NAME)))


def _timebase(path: Path, clock: Mapping[str, Any]) -> Timebase:
    if not clock:
        return REAL
    try:
        start = clock["start"]
        if not isinstance(start, datetime) or start.tzinfo is None:
            raise SiteError(f"{path.name}: clock.start 须为带时区的时刻")
        return Timebase(float(clock["anchor_s"]), start, float(clock.get("factor", 1.0)))
    except KeyError as missing:
        raise SiteError(f"{path.name}: clock 缺少 {missing}") from missing
