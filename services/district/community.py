"""The demo community's own system: a SQL database of registers, meters and gates that lives on by itself.

``parts`` is what the district starts. Everything in it is 演示数据.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, literal, select, update
from sqlalchemy.exc import OperationalError

from services.collect.site import Site
from services.district.community_cameras import camera_history, camera_live, states_live
from services.district.community_database import CommunityDatabase, bulk_insert
from services.district.community_days import (
    SLOT,
    ElderMeters,
    Gates,
    Happening,
    lin,
    slot_of,
    usage_happenings,
)
from services.district.community_disputes import DisputeLife
from services.district.community_elder_life import ElderLife
from services.district.community_estates import patrol_rows
from services.district.community_fire import UNHEARD, FireLife, settle
from services.district.community_lets import LetLife
from services.district.community_meters import MeterLife
from services.district.community_registers import stamp
from services.district.community_world import World, history_rows, register_rows
from services.district.part import DistrictSettings, Fault, Faults, Part
from services.domain.timebase import local
from services.sources.community_tables import (
    BIAOJI,
    CHAOBIAO,
    DANYUAN,
    HUODONG,
    MENJIN,
    METADATA,
    RENLIU,
    SHEBEI,
    XUNLUO,
)

log = logging.getLogger(__name__)

LATE_BY = timedelta(minutes=4)
_CATCH_UP = timedelta(days=1)
_KEEP = timedelta(days=31)
_WRITTEN = ("menjin", "chaobiao", "yongliang", "shexiang", "houxuan", "xiangji", "wumian", "xiaofang", "ranqi")
_CALL_AFTER = timedelta(seconds=240)  # the robot reaches the elder nobody had heard of


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    return [CommunityPart(str(site.sources["community"]["url"]), settings, faults)]


class CommunityPart:
    """Creates the database at start and lets life go on in it until it is stopped."""

    def __init__(self, url: str, settings: DistrictSettings, faults: Faults, every_s: float = 1.0) -> None:
        self._settings = settings
        self._faults = faults
        self._every_s = every_s
        self._database = CommunityDatabase(url)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="community", daemon=True)

    def start(self) -> None:
        timebase = self._settings.timebase
        began = timebase.start if timebase.start.year > 2000 else timebase.now()
        self.life = CommunityLife(self._database, self._settings, local(began))
        self.life.create(local(timebase.now()))
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(10)
        self._database.close()

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            fault = self._faults.of("community")
            try:
                self._database.suffer(fault)
                if fault in (Fault.NONE, Fault.DUPLICATES, Fault.LATE):
                    self.life.go_on(local(self._settings.timebase.now()), fault)
            except OperationalError as why:  # a reader holds the file: the next step catches up
                log.info("community: %s", why.orig)


class CommunityLife:
    """What the community's own devices and clerks write. ``go_on`` may be called at any pace:
    what it writes depends on seed and district time only."""

    def __init__(self, database: CommunityDatabase, settings: DistrictSettings, start: datetime) -> None:
        self._database = database
        self._seed = settings.seed
        self._start = start
        self.world = World.of(settings.seed, settings.residents, start)
        self._gates = Gates.of(self._seed, self.world.estates, self.world.census)
        self._meters = ElderMeters(self._seed, self.world.census.elders, start)
        homes = self.world.census.house_rows
        self._supply = MeterLife(self._seed, start, self.world.estates, self.world.buildings, homes)
        self._disputes = DisputeLife(self._seed, start, self.world.census.people)
        self._care = ElderLife(self._seed, start, self.world.census.elders)
        garden = self.world.estates[0]
        stories = lin(start, garden, f"{garden.code}03")
        stories += camera_history(start, self.world.estates, self._seed) + camera_live(start, self.world.estates)
        stories += states_live(start, self.world.estates)
        self._fire = FireLife(self._seed, start, self.world.devices)
        self._stories = sorted(stories, key=lambda h: h.at)
        self._lets = LetLife(self.world.census, start, self._seed)
        self._done = start

    def create(self, now: datetime) -> None:
        """Make the tables anew and fill them up to ``now``."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._database.begin() as connection:
            METADATA.drop_all(connection)
            METADATA.create_all(connection)
            for table, rows in register_rows(self.world, now):
                bulk_insert(connection, table, rows)
            for table, rows in (*history_rows(self.world, now), *self._care.rows(now)):
                bulk_insert(connection, table, rows)
            bulk_insert(connection, BIAOJI, self._supply.rows(now))
            before = [*self._meters.during(midnight - timedelta(days=2), now), *self._supply.past(now)]
            past = [h for h in self._stories if h.at <= midnight]
            self._write(connection, [*past, *self._between(midnight, now), *before], duplicated=False)
        self._done = now

    def go_on(self, now: datetime, fault: Fault = Fault.NONE) -> int:
        """Write what happened since the last call. Returns how many rows that were."""
        until = now - LATE_BY if fault is Fault.LATE else now
        after = max(self._done, until - _CATCH_UP)
        if until <= after:
            return 0
        found = self._between(after, until)
        counters = list(self._meters.total)
        try:
            readings = self._meters.during(after, until)
            found += [h for slot in _ended_slots(after, until) for h in self._usage(slot)]
            found += self._supply.between(after, until)
            with self._database.begin() as connection:
                self._write(connection, [*found, *readings], duplicated=fault is Fault.DUPLICATES)
                self._devices(connection, after, until)
                self._call(connection, after, until)
                self._lets.go_on(connection, after, until)
                self._disputes.go_on(connection, after, until)
                self._care.go_on(connection, after, until)
                if until.hour != after.hour:
                    _close_hour(connection, after, until)
        except OperationalError:
            self._meters.total = counters
            raise
        self._done = until
        return len(found) + len(readings)

    def _between(self, after: datetime, until: datetime) -> list[Happening]:
        """Passages and stories in ``(after, until]``, in order."""
        found = [h for h in self._stories if after < h.at <= until] + self._fire.between(after, until)
        minute = after.replace(second=0, microsecond=0)
        while minute <= until:
            found += [h for h in self._gates.during(minute) if after < h.at <= until]
            minute += timedelta(minutes=1)
        return sorted(found, key=lambda h: h.at)

    def _usage(self, slot: datetime) -> Iterable[Happening]:
        return usage_happenings(self._seed, self.world.estates, slot)

    def _write(self, connection: Connection, found: Sequence[Happening], *, duplicated: bool) -> None:
        for name in _WRITTEN:
            table = METADATA.tables[name]
            rows = [h.row for h in found if h.table == name]
            if duplicated and "lsh" in table.c and "id" in table.c:
                rows += [(int(str(row[0])) + 500, *row[1:]) for row in rows]
            bulk_insert(connection, table, rows)
        settle(connection, found)
        latest = {h.row[2]: h.row[3] for h in found if h.table == CHAOBIAO.name}
        if latest:
            statement = update(BIAOJI)
            for meter, at in latest.items():
                connection.execute(statement.where(BIAOJI.c.bbh == meter).values(zhcb=at))

    def _devices(self, connection: Connection, after: datetime, until: datetime) -> None:
        """Once a minute: every online device is heard, patrols move, an e-bike sets its lift's alarm."""
        if until.minute == after.minute:
            return
        now = stamp(until)
        day_ago = stamp(until - timedelta(hours=24))
        connection.execute(update(SHEBEI).where(SHEBEI.c.zhsj > day_ago, SHEBEI.c.bz != UNHEARD).values(zhsj=now))
        connection.execute(update(BIAOJI).where(BIAOJI.c.zhcb > day_ago, BIAOJI.c.blx != "1").values(zhcb=now))
        connection.execute(delete(XUNLUO))
        minute = int(until.timestamp()) // 60
        bulk_insert(connection, XUNLUO, patrol_rows(self.world.estates, self._seed, now, minute))
        bike = self._start + timedelta(seconds=45)
        on = bike <= until < bike + timedelta(minutes=30)
        lift = update(SHEBEI).where(SHEBEI.c.sbbh == "DTCK0001")
        connection.execute(lift.values(bjbz=int(on), bz="3 幢 3 单元" if on else ""))
        staircase = update(DANYUAN).where(DANYUAN.c.ldbh == f"{self.world.estates[0].code}03", DANYUAN.c.dyxh == 3)
        connection.execute(staircase.values(dtqk="电梯门区有电动车" if on else "电梯正常"))

    def _call(self, connection: Connection, after: datetime, until: datetime) -> None:
        at = self._start + _CALL_AFTER
        if after < at <= until and len(self.world.census.elders) > 1:
            row = (int(at.timestamp()), self.world.census.elders[1].code, "电话", stamp(at))
            bulk_insert(connection, HUODONG, [row])


def _ended_slots(after: datetime, until: datetime) -> Iterable[datetime]:
    slot = slot_of(after)
    while slot + SLOT <= until:
        if slot + SLOT > after:
            yield slot
        slot += SLOT


def _close_hour(connection: Connection, after: datetime, until: datetime) -> None:
    """Count the hour that ended into the buildings' flow, and forget what is older than a month."""
    hour = f"{after:%Y%m%d%H}"
    connection.execute(delete(RENLIU).where(RENLIU.c.xssj == hour))
    counted = (
        select(MENJIN.c.ldbh, literal(hour), func.count())
        .where(MENJIN.c.txsj >= f"{hour}0000", MENJIN.c.txsj <= f"{hour}5959")
        .group_by(MENJIN.c.ldbh)
    )
    connection.execute(insert(RENLIU).from_select(["ldbh", "xssj", "rs"], counted))
    limit = stamp(until - _KEEP)
    connection.execute(delete(MENJIN).where(MENJIN.c.txsj < limit))
    connection.execute(delete(CHAOBIAO).where(CHAOBIAO.c.cbsj < limit))
