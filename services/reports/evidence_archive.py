"""The archive of a package: a plain zip, nothing compressed, of which there is one spelling only.

The same pieces give the same bytes on every machine, so a package can be made again and compared, and a
byte that was changed anywhere, between the files as well, shows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from services.domain.evidence import FRAME, Piece

_THEN = (1980, 1, 1, 0, 0, 0)  # the least a zip can say; when it was made is in the manifest
MOST = 2_000_000_000  # bytes: beyond it a zip has another spelling


class NotAnArchiveError(ValueError):
    """No zip, or one that cannot be read to its end. The message is Chinese."""


def packed(frame: Sequence[Piece], pieces: Sequence[Piece]) -> bytes:
    """``frame`` first, in its order; the others by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for piece in (*frame, *sorted(pieces, key=lambda one: one.name)):
            entry = zipfile.ZipInfo(piece.name, _THEN)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, piece.data)
    return out.getvalue()


def unpacked(data: bytes) -> tuple[Piece, ...]:
    """The files in the order of the archive, twice named ones twice. Raises NotAnArchiveError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST:
                raise NotAnArchiveError("压缩包过大")
            return tuple(Piece(entry.filename, _read(archive, entry)) for entry in entries)
    except NotAnArchiveError:
        raise
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, KeyError) as why:
        raise NotAnArchiveError("不是完整的压缩包，或其中内容已损坏") from why


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except zipfile.BadZipFile as why:
        raise NotAnArchiveError(f"{entry.filename} 内容已损坏") from why


def repacked(pieces: Sequence[Piece]) -> bytes:
    """The archive as it would have been made of these pieces."""
    by_name = {piece.name: piece for piece in pieces}
    frame = [by_name[name] for name in FRAME if name in by_name]
    return packed(frame, [piece for piece in pieces if piece.name not in FRAME])
