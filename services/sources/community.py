"""The community's SQL database as sources: one a table group, so that a slow one makes no other late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.collect.site import Site, SiteError
from services.domain.meter_settings import METERS as DEFAULT_METERS
from services.domain.meter_settings import MeterSettings, meters_from
from services.domain.timebase import Timebase
from services.sources import community_cameras as cameras
from services.sources import community_cases as cases
from services.sources import community_elder_files as elder_files
from services.sources import community_elder_things as elder_things
from services.sources import community_elders as elders
from services.sources import community_estates as estates
from services.sources import community_events as events
from services.sources import community_fire as fire
from services.sources import community_gates as gates
from services.sources import community_lets as lets
from services.sources import community_meters as readings
from services.sources import community_registers as registers
from services.sources import community_registrations as registrations
from services.sources import community_samples as samples
from services.sources import community_usage as usage
from services.sources.base import Fetch, Source
from services.sources.community_hydrants import fetch_near_hydrants
from services.sources.community_upstream import Answer, Questions, Upstream

_HOUR = 3600.0


def sources(site: Site) -> Sequence[Source]:
    """Every source of ``[sources.community]``; none when the site has no community."""
    table = site.sources.get("community")
    if table is None:
        return ()
    if not table.get("url"):
        raise SiteError("sources.community 缺少 url")
    try:
        meters = meters_from(site.community.get("meters", {}))
    except ValueError as why:
        raise SiteError(str(why)) from why
    return community_sources(
        Upstream(str(table["url"]), community=str(table.get("community", ""))), site.timebase, meters
    )


def community_sources(
    upstream: Upstream, timebase: Timebase, meters: MeterSettings = DEFAULT_METERS
) -> Sequence[Source]:
    def ask(questions: Callable[[datetime], Questions]) -> Fetch:
        def fetch(_: str) -> Answer:
            return upstream.ask(**questions(timebase.now()))

        return fetch

    return (
        Source(
            "community_gates",
            "社区门禁",
            5.0,
            60.0,
            gates.fetch_gates(upstream),
            gates.normalise_gates,
        ),
        Source(
            "community_cameras",
            "社区摄像事件",
            5.0,
            60.0,
            fetch_near_hydrants(upstream, cameras.camera_events_after),
            cameras.normalise_camera_events,
        ),
        Source(
            "community_camera_states",
            "社区相机状态",
            30.0,
            26 * _HOUR,
            events.fetch_events(upstream, cameras.states_after),
            cameras.normalise_states,
        ),
        Source(
            "community_roofs",
            "屋面巡查",
            60.0,
            8 * 24 * _HOUR,
            events.fetch_events(upstream, cameras.roofs_after),
            cameras.normalise_roofs,
        ),
        Source(
            "community_fire_reports",
            "消防设备上报",
            2.0,
            60.0,
            fetch_near_hydrants(upstream, fire.reports_after),
            fire.normalise_reports,
        ),
        Source(
            "community_fire_devices",
            "消防设备",
            15.0,
            120.0,
            ask(fire.ask_devices),
            fire.normalise_devices,
            ("fire_devices",),
        ),
        Source(
            "community_candidates",
            "候选楼层",
            5.0,
            60.0,
            ask(cameras.ask_candidates),
            cameras.normalise_candidates,
            ("eye_candidates",),
        ),
        Source(
            "community_meters",
            "水电气表",
            30.0,
            2 * _HOUR,
            readings.fetch_readings(upstream),
            readings.reading_normaliser(meters),
        ),
        Source(
            "community_gas",
            "燃气探测",
            5.0,
            26 * _HOUR,
            events.fetch_events(upstream, readings.gas_after),
            readings.normalise_gas,
        ),
        Source(
            "community_estates",
            "小区与楼栋",
            30.0,
            300.0,
            ask(estates.ask_estates),
            estates.normalise_estates,
            ("estates", "buildings", "estate_ground"),
        ),
        Source(
            "community_people",
            "人口与出租房",
            60.0,
            26 * _HOUR,
            ask(registers.ask_people),
            registers.normalise_people,
            ("population", "rentals"),
        ),
        Source(
            "community_samples",
            "登记抽查",
            600.0,
            26 * _HOUR,
            ask(samples.ask_samples),
            samples.normalise_samples,
            ("register_samples",),
        ),
        Source(
            "community_lets",
            "出租房与入住报送",
            60.0,
            26 * _HOUR,
            ask(lets.ask_lets),
            lets.normalise_lets,
            ("let_rooms", "filed_stays"),
        ),
        Source(
            "community_registrations",
            "居住登记",
            600.0,
            26 * _HOUR,
            registrations.fetch_registrations(upstream, timebase.now),
            registrations.normalise_registrations,
        ),
        Source(
            "community_dwellings",
            "房屋日报",
            600.0,
            26 * _HOUR,
            events.fetch_events(upstream, lets.dwellings_after),
            lets.normalise_dwellings,
        ),
        Source(
            "community_police",
            "公安通知",
            5.0,
            60.0,
            events.fetch_events(upstream, lets.police_after),
            lets.normalise_police,
        ),
        Source(
            "community_cases",
            "矛盾纠纷与党建",
            60.0,
            1800.0,
            ask(cases.ask_cases),
            cases.CaseRows(),
            ("filed_disputes", "party", "party_branches"),
        ),
        Source(
            "community_elders",
            "智慧养老",
            10.0,
            120.0,
            ask(elders.ask_elders),
            elders.ElderRows(),
            ("elder_register", "elders"),
        ),
        Source(
            "community_elder_files",
            "老人档案",
            60.0,
            1800.0,
            ask(elder_files.ask_files),
            elder_files.FileRows(),
            ("elder_contacts", "elder_consents"),
        ),
        Source(
            "community_elder_devices",
            "老人设备",
            5.0,
            120.0,
            events.fetch_events(upstream, elder_things.device_events_after),
            elder_things.normalise_device_events,
        ),
        Source(
            "community_elder_calls",
            "联系老人外呼",
            5.0,
            120.0,
            events.fetch_events(upstream, elder_things.calls_after),
            elder_things.normalise_calls,
        ),
        Source("community_fire", "消防物联", 5.0, 60.0, ask(fire.ask_fire), fire.normalise_fire, ("fire",)),
        Source(
            "community_usage",
            "水电煤气",
            60.0,
            2 * _HOUR,
            ask(usage.ask_usage),
            usage.normalise_usage,
            ("water", "power", "gas", "utilities", "silent_meters", "protected_supply"),
        ),
        Source(
            "community_eagle_eye",
            "AI 鹰眼",
            5.0,
            60.0,
            ask(cameras.ask_cameras),
            cameras.normalise_cameras,
            ("eagle_eye",),
        ),
    )
