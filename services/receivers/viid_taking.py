"""What came in a body onto disk: pictures, what was stated, then all events in one commit."""

from __future__ import annotations

import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from services.collect.intake import Submits
from services.domain.event import Event, Refused
from services.receivers.viid_body import BadBodyError, decode, find_objects
from services.receivers.viid_directory import Directory
from services.receivers.viid_library import Stated
from services.receivers.viid_lookups import NONE, Lookups
from services.receivers.viid_losses import Losses
from services.receivers.viid_reading import Reading, read_body
from services.receivers.viid_record import SOURCE, Outcome
from services.receivers.viid_values import word
from services.store.errors import StoreBusy, StoreError
from services.store.images import Images, put_all

log = logging.getLogger(__name__)

HEAVY_BODY = 4 * 1024 * 1024  # bytes; such are read one at a time, so that few of them fill no memory
COMMIT_WITHIN_S = 10.0


class Taking:
    """Thread-safe. Raises StoreBusy when the sender must keep all of it and come again; what was written
    of it by then is written again as the same. Without ``images`` no picture is kept, without a
    ``directory`` nothing stated is taken."""

    def __init__(
        self,
        intake: Submits,
        *,
        lookups: Lookups = NONE,
        images: Images | None = None,
        directory: Directory | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._intake = intake
        self._lookups = lookups
        self._images = images
        self._directory = directory
        self._heavy = threading.Lock()
        self.losses = Losses(SOURCE, clock)

    def turn(self, length: int) -> AbstractContextManager[object]:
        """To be held while a body of so many bytes is read and written."""
        return self._heavy if length > HEAVY_BODY else nullcontext()

    def read(self, body: bytes, expected: str, now: datetime) -> Reading:
        """What is in it; nothing is written yet. Never raises."""
        return read_body(body, now, self._lookups, expected)

    def write(self, reading: Reading, device_id: str) -> Reading:
        """The reading as it is on disk now."""
        reading, lost = self._with_pictures_written(reading)
        with _as_busy():
            reading = with_states_kept(reading, self._directory, device_id)
        self.keep(reading.events, [*reading.refused, *lost])
        return reading

    def keep(self, events: Sequence[Event], refused: Sequence[Refused]) -> None:
        """Wait for the commit that holds them."""
        if not events and not refused:
            return
        try:
            self._intake.submit(events, refused, SOURCE).result(COMMIT_WITHIN_S)
        except StoreError as why:
            raise StoreBusy(str(why)) from why
        except concurrent.futures.TimeoutError as why:
            raise StoreBusy("入库超时") from why

    def cancel(self, topic: str, number: str, device_id: str, body: bytes) -> bool:
        """End a subscription or an order, unless the body says that it goes on; False when there is none of
        that number from that device."""
        if self._directory is None:
            return False
        field = "is_lifted" if topic == "police_orders" else "is_cancelled"
        with _as_busy():
            known = next((r for r in self._directory.records(topic) if r.id == number), None)
            if known is None or getattr(known, "device_id", device_id) != device_id:
                return False
            ended = Stated(topic, number, {field: not _goes_on(body)})
            self._directory.take((ended,), device_id)
        return True

    # ------------------------------------------------------------------------------------- private

    def _with_pictures_written(self, reading: Reading) -> tuple[Reading, Sequence[Refused]]:
        if not reading.pictures:
            return reading, ()
        if self._images is None:
            return reading.without_pictures(reading.pictures), ()
        lost = put_all(self._images, reading.pictures)
        return reading.without_pictures(lost), self.losses.note(lost)


def with_states_kept(reading: Reading, directory: Directory | None, device_id: str = "") -> Reading:
    """What could not be kept of it is refused. Raises StoreError."""
    stated = reading.stated
    left = directory.take(stated, device_id) if directory is not None else stated
    return reading.changed({id(each): _not_kept(each) for each in left})


def _goes_on(body: bytes) -> bool:
    try:
        found = next(find_objects(decode(body)), None) if body.strip() else None
    except (BadBodyError, RecursionError):
        return False
    return found is not None and isinstance(found.value, dict) and word(found.value, "OperateType") == "0"


def _not_kept(stated: Stated) -> Outcome:
    why = "卡口没有经纬度，且目录中没有它" if stated.topic == "pushed_places" else "不接收或已满"
    return Refused(SOURCE, "bad_directory", f"{stated.id}：{why}", b"")


@contextmanager
def _as_busy() -> Iterator[None]:
    """Whatever the store says, the sender is told to come again."""
    try:
        yield
    except StoreError as why:
        raise StoreBusy(str(why)) from why
