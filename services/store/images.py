"""Pictures: files named by what is in them, kept for some days; never rows."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import Connection, select

from services.domain.image_settings import ImageSettings
from services.domain.timebase import REAL
from services.store.schema import inbox
from services.store.sweep import rested_on

Now = Callable[[], datetime]

SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMED = re.compile(rb'"DataSha256":"([0-9a-f]{64})"')
_SHELVES = tuple(f"{n:02x}" for n in range(256))
_LEFT_OVER = timedelta(hours=1)  # after which a half-written file is no longer being written
_AT_ONCE = 500  # events asked about in one statement


@dataclass(frozen=True, slots=True)
class Shelved:
    """What one look at a 256th of the pictures let go of, and what is left on it."""

    gone: int
    bytes_left: int


class Images:
    """``<folder>/ab/cd/<sha256>.jpg``, whatever kind of picture it is. Any thread and process may call anything.

    A picture is on disk, named and safe from a power cut before ``put`` returns: file and directory are
    flushed. A picture put again is the same file, its days counted anew. Raises OSError for a full disk.
    """

    def __init__(self, folder: Path, settings: ImageSettings | None = None, now: Now = REAL.now) -> None:
        self.folder = folder
        self._settings = settings or ImageSettings()
        self._now = now
        self._shelves = cycle(_SHELVES)

    def put(self, data: bytes) -> str:
        """The name: the SHA-256 of the picture, in hex."""
        sha = hashlib.sha256(data).hexdigest()
        path = self._place(sha)
        at = self._now().timestamp()
        try:
            os.utime(path, (at, at))
        except FileNotFoundError:
            self._write(path, data, at)
        return sha

    def path(self, sha: str) -> Path | None:
        """The file; None when there is none or ``sha`` is no name of a picture."""
        if not SHA256.fullmatch(sha):
            return None
        path = self._place(sha)
        return path if path.is_file() else None

    def sweep(self, now: datetime, keep: Callable[[], Collection[str]]) -> Shelved:
        """Let go of what is too old, and of the oldest when there is too much; a 256th of the pictures a
        call, in turn: names are spread evenly. What ``keep`` names stays; it is asked only when one would go."""
        shelf = self.folder / next(self._shelves)
        files = sorted(_files(shelf))
        left = sum(size for _, size, _ in files)
        oldest = (now - timedelta(days=self._settings.keep_days)).timestamp()
        most = self._settings.most_gb * 1e9 / len(_SHELVES)
        kept: Collection[str] | None = None
        gone = 0
        for at, size, path in files:
            if at >= oldest and left <= most:
                break
            kept = keep() if kept is None else kept
            if path.stem not in kept:
                path.unlink(missing_ok=True)
                gone, left = gone + 1, left - size
        _sweep_left_overs(shelf, (datetime.now().astimezone() - _LEFT_OVER).timestamp())
        return Shelved(gone, left)

    def _place(self, sha: str) -> Path:
        return self.folder / sha[:2] / sha[2:4] / f"{sha}.jpg"

    def _write(self, path: Path, data: bytes, at: float) -> None:
        """Under another name first, so that a file of that name is always whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.utime(name, (at, at))
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make a new name in it durable. Windows keeps its own journal of names and opens no folder."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _files(shelf: Path) -> Iterator[tuple[float, int, Path]]:
    """Every picture of a shelf: when it was last put, bytes, file."""
    for path in shelf.glob("*/*.jpg"):
        with contextlib.suppress(FileNotFoundError):
            told = path.stat()
            yield told.st_mtime, told.st_size, path


def _sweep_left_overs(shelf: Path, before: float) -> None:
    """What a process that died in the middle of writing left behind."""
    for path in shelf.glob("*/*.part"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_ctime < before:
                path.unlink()


def images_rested_on(connection: Connection) -> frozenset[str]:
    """The pictures of every event that an open alert rests on, as the bodies received name them."""
    names = sorted(rested_on(connection))
    found: set[str] = set()
    for first in range(0, len(names), _AT_ONCE):
        some = select(inbox.c.raw).where(inbox.c.event_id.in_(names[first : first + _AT_ONCE]))
        for raw in connection.execute(some).scalars():
            found.update(sha.decode() for sha in _NAMED.findall(bytes(raw)))
    return frozenset(found)


def put_all(images: Images, pictures: Mapping[str, bytes]) -> Mapping[str, OSError]:
    """Write every picture; those that could not be, by name, and why."""
    lost: dict[str, OSError] = {}
    for sha, data in pictures.items():
        try:
            images.put(data)
        except OSError as why:
            lost[sha] = why
    return lost
