"""The demo district's traffic: the directory service and the platform that pushes passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from services.collect.site import Site
from services.district import police
from services.district.http import HttpPart, Route
from services.district.part import DistrictSettings, Faults, Part
from services.district.registers import Registers
from services.district.roads_network import PLACES
from services.district.roads_story import register_story
from services.district.roads_traffic import Traffic, Vehicle, hourly, so_far, story
from services.district.viid_sender import ViidSender, nobody
from services.domain.timebase import Timebase, local

WATCHED = (Vehicle("浙J5C20K", "5", "02", "K33", "2"), Vehicle("浙J9R71E", "5", "02", "K33", "1"))
SMOKY = Vehicle("浙J7M35X", "6", "01", "H31", "2")
HISTORY_DAYS = 28


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    directory = urlsplit(str(site.sources["checkpoints"]["url"]))
    services = Services(settings)
    start = began(settings.timebase)
    routes: dict[str, Route] = {
        "/checkpoints": services.checkpoints,
        "/flow-history": services.flow_history,
        "/watchlist": services.watchlist,
    }
    routes.update(Registers(settings, start, (*WATCHED, SMOKY), faults).routes())
    viid = site.receivers["viid"]
    told = (*story(start, WATCHED, SMOKY), *register_story(start))
    traffic = Traffic(settings.seed, settings.passages_per_s, told)
    platform, listening = police.parts(settings, site, faults)
    return [
        *platform,
        HttpPart("checkpoints", str(directory.hostname), int(directory.port or 80), routes, faults),
        ViidSender(
            f"http://{viid['host']}:{viid['port']}",
            (str(viid["username"]), str(viid["password"])),
            traffic,
            settings.timebase,
            faults,
            settings.seed,
            listening.hear if listening else nobody,
        ),
    ]


def began(timebase: Timebase) -> datetime:
    """When the district's stories count from: its start, or now on the real clock."""
    return timebase.start if timebase.start.year > 2000 else timebase.now()


class Services:
    """What the checkpoint platform answers when asked."""

    def __init__(self, settings: DistrictSettings) -> None:
        self._seed = settings.seed
        self._per_s = settings.passages_per_s
        self._timebase = settings.timebase
        self._began = began(settings.timebase)

    def checkpoints(self, _: Mapping[str, str]) -> object:
        return {
            "datum": "WGS-84",
            "checkpoints": [
                {
                    "TollgateID": place.id,
                    "Name": place.name,
                    "Longitude": place.lon,
                    "Latitude": place.lat,
                    "LaneNum": place.lanes,
                    "Status": 1,
                    "PlaceCode": place.grid_code,
                    "AtHub": place.at_hub,
                    "BlindRoad": place.blind_road,
                }
                for place in PLACES
            ],
        }

    def flow_history(self, _: Mapping[str, str]) -> object:
        """Hours of the Shanghai day. ``today`` is null for hours to come; the running hour counts so far."""
        now = self._timebase.now()
        days = [hourly(now - timedelta(days=n), self._seed, self._per_s) for n in range(HISTORY_DAYS + 1)]
        running = local(now).hour
        hours: list[dict[str, object]] = []
        for hour in range(24):
            past = sorted(day[hour] for day in days[1:])
            today = days[0][hour] if hour < running else so_far(now, self._seed, self._per_s)
            hours.append(
                {
                    "hour": hour,
                    "p10": past[round(0.1 * (len(past) - 1))],
                    "p90": past[round(0.9 * (len(past) - 1))],
                    "yesterday": days[1][hour],
                    "today": today if hour <= running else None,
                }
            )
        return {"unit": "辆/时", "days": HISTORY_DAYS, "hours": hours}

    def watchlist(self, _: Mapping[str, str]) -> object:
        """布控: what the police asked for, as their platform lists it."""
        made = local(self._began) - timedelta(days=3)
        until = made + timedelta(days=30)
        wanted = ((WATCHED[0], "套牌嫌疑", 3), (WATCHED[1], "涉案车辆", 4))
        return {
            "entries": [
                {
                    "DispositionID": f"331002000000012026111800000{n:06d}",
                    "PlateNo": vehicle.plate,
                    "Reason": reason,
                    "PriorityLevel": level,
                    "ApplicantOrg": "公安",
                    "BeginTime": f"{made:%Y%m%d%H%M%S}",
                    "EndTime": f"{until:%Y%m%d%H%M%S}",
                }
                for n, (vehicle, reason, level) in enumerate(wanted, 1)
            ]
        }
