"""Pictures are files named by what is in them, and go when their time is over."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from services.collect.picture_keeping import PictureKeeping, images_for
from services.collect.site import Site, SiteError, read_site
from services.domain.event import Batch, Event, Refused
from services.domain.image_settings import ImageSettings
from services.receivers.viid_reading import read_body
from services.receivers.viid_taking import Taking
from services.store.errors import StoreUnreachable
from services.store.images import Images, images_rested_on, put_all
from services.store.store import Store, Taken
from tests.unit.alert_life import detection

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
BODIES = Path(__file__).parents[1] / "recorded" / "viid"
JPEG = b"\xff\xd8\xff\xe0 a picture"


class Hands:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def images(tmp_path: Path, clock: Hands) -> Images:
    return Images(tmp_path / "images", ImageSettings(keep_days=30, most_gb=1.0), clock)


def files(images: Images) -> list[Path]:
    return sorted(path for path in images.folder.rglob("*") if path.is_file())


def sweep_all(images: Images, now: datetime, *keep: str) -> int:
    return sum(images.sweep(now, lambda: keep).gone for _ in range(256))


def test_that_a_picture_is_a_file_named_by_its_digest(images: Images) -> None:
    sha = images.put(JPEG)
    assert sha == hashlib.sha256(JPEG).hexdigest()
    assert images.path(sha) == images.folder / sha[:2] / sha[2:4] / f"{sha}.jpg"
    assert files(images) == [images.path(sha)]
    assert files(images)[0].read_bytes() == JPEG


def test_that_the_same_picture_twice_is_one_file(images: Images) -> None:
    assert images.put(JPEG) == images.put(JPEG)
    assert len(files(images)) == 1


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "0" * 63 + "G", "a" * 65])
def test_that_what_is_no_name_of_a_picture_leads_nowhere(images: Images, name: str) -> None:
    assert images.path(name) is None


def test_that_a_picture_is_flushed_before_it_has_its_name(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[list[str]] = []
    monkeypatch.setattr(os, "fsync", lambda _: flushed.append([path.suffix for path in files(images)]))
    images.put(JPEG)
    assert flushed == [[".part"], [".jpg"]]


def test_that_a_full_disk_is_told_and_leaves_nothing_half_written(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    lost = put_all(images, {"a": JPEG})
    assert [(sha, why.errno) for sha, why in lost.items()] == [("a", 28)]
    assert files(images) == []


def test_that_pictures_go_after_their_days_and_not_before(images: Images, clock: Hands) -> None:
    images.put(JPEG)
    assert sweep_all(images, NOON + timedelta(days=30)) == 0
    assert sweep_all(images, NOON + timedelta(days=30, seconds=1)) == 1
    assert files(images) == []


def test_that_a_picture_put_again_has_its_days_again(images: Images, clock: Hands) -> None:
    images.put(JPEG)
    clock.at = NOON + timedelta(days=20)
    images.put(JPEG)
    assert sweep_all(images, NOON + timedelta(days=40)) == 0


def test_that_a_picture_that_is_named_stays(images: Images) -> None:
    kept, gone = images.put(JPEG), images.put(JPEG + b"2")
    assert sweep_all(images, NOON + timedelta(days=100), kept) == 1
    assert images.path(kept) is not None
    assert images.path(gone) is None


def test_that_the_oldest_go_when_there_are_too_many(tmp_path: Path, clock: Hands) -> None:
    few = Images(tmp_path, ImageSettings(most_gb=256 * 45 / 1e9), clock)  # 45 bytes in each 256th
    numbered = (f"{number:020d}".encode() for number in range(5000))
    same_shelf = [data for data in numbered if hashlib.sha256(data).hexdigest().startswith("00")][:3]
    shas = []
    for number, data in enumerate(same_shelf):
        clock.at = NOON + timedelta(minutes=number)
        shas.append(few.put(data))
    assert sweep_all(few, NOON + timedelta(hours=1)) == 1
    assert [few.path(sha) is not None for sha in shas] == [False, True, True]


def test_that_what_a_dead_process_left_half_written_goes(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = images.put(JPEG)
    half = images.folder / sha[:2] / sha[2:4] / "x.part"
    half.write_bytes(b"half")
    sweep_all(images, NOON)
    assert half.exists()  # it may be another process's, writing now
    monkeypatch.setattr("services.store.images._LEFT_OVER", timedelta(seconds=-1))
    sweep_all(images, NOON)
    assert not half.exists()


def test_that_a_picture_is_there_before_the_commit_that_names_it(images: Images) -> None:
    class Looking:
        seen: ClassVar[list[bool]] = []

        def submit(self, events: Sequence[Event], refused: Sequence[Refused], source: str) -> Future[Taken]:
            self.seen += [images.path(event.record.image) is not None for event in events]
            future: Future[Taken] = Future()
            future.set_result(Taken(len(events), 0, len(refused)))
            return future

    taking = Taking(Looking(), images=images)
    taking.write(taking.read((BODIES / "picture.json").read_bytes(), "", NOON), "")
    assert Looking.seen == [True]


# ------------------------------------------------------------------------------------------ alerts


def take_pictured(store: Store) -> tuple[Event, set[str]]:
    reading = read_body((BODIES / "picture.json").read_bytes(), NOON)
    (event,) = reading.events
    store.take(Batch(events=[event]), "viid", NOON)
    return event, set(reading.pictures)


def test_that_every_picture_of_an_open_alerts_passage_is_named(store: Store) -> None:
    event, pictures = take_pictured(store)
    with store.read() as connection:
        assert images_rested_on(connection) == frozenset()
    store.report([detection(event_ids=(event.event_id,))], NOON)
    with store.read() as connection:
        assert images_rested_on(connection) == pictures
    assert event.record.image in pictures


def test_that_the_clock_keeps_what_an_open_alert_rests_on(sqlite_store: Store, images: Images) -> None:
    event, pictures = take_pictured(sqlite_store)
    put_all(images, read_body((BODIES / "picture.json").read_bytes(), NOON).pictures)
    images.put(JPEG)
    sqlite_store.report([detection(event_ids=(event.event_id,))], NOON)
    keeping = PictureKeeping(images, sqlite_store)
    for _ in range(256):
        keeping.tick(NOON + timedelta(days=365))
    assert {path.stem for path in files(images)} == pictures


def test_that_a_store_that_does_not_answer_lets_no_picture_go(images: Images, caplog: pytest.LogCaptureFixture) -> None:
    class Gone:
        def read(self) -> Any:
            raise StoreUnreachable("连不上")

    images.put(JPEG)
    keeping = PictureKeeping(images, Gone())  # type: ignore[arg-type]
    for _ in range(512):
        keeping.tick(NOON + timedelta(days=365))
    assert len(files(images)) == 1
    assert [each.getMessage() for each in caplog.records if each.levelname == "WARNING"] == [
        "old pictures stay: 连不上"
    ]


# ------------------------------------------------------------------------------------------ settings


def test_that_pictures_lie_beside_the_store_unless_set(tmp_path: Path) -> None:
    beside = Site(store_url=f"sqlite:///{tmp_path}/a/district.db", folder=tmp_path)
    assert images_for(beside).folder == tmp_path / "a" / "images"
    served = Site(store_url="postgresql+psycopg://here/db", folder=tmp_path)
    assert images_for(served).folder == tmp_path.resolve() / "images"
    elsewhere = Site(folder=tmp_path, images=ImageSettings(folder="pictures"))
    assert images_for(elsewhere).folder == tmp_path.resolve() / "pictures"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("keep_days = 0", "images.keep_days"),
        ("most_gb = -1", "images.most_gb"),
        ("days = 3", "不认识的键 images.days"),
        ("folder = 3", "images.folder"),
    ],
)
def test_that_a_bad_setting_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(f"[images]\n{line}\n", encoding="utf-8")
    with pytest.raises(SiteError, match=why):
        read_site(path)
