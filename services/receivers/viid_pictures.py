"""The pictures inside an object: which are kept, decoded and named; none of a person."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.receivers.viid_codes import KEPT_PICTURES
from services.receivers.viid_kept import type_of
from services.receivers.viid_values import listed, part, word

LARGEST_PICTURE = 10_000_000  # bytes
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8")
_RANK = {kind: place for place, kind in enumerate(KEPT_PICTURES)}
_LAST = len(_RANK)


@dataclass(frozen=True, slots=True)
class Pictures:
    """``files`` by SHA-256; ``names`` that of each Data as sent; ``main`` the one that shows most, or ``""``."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    main: str = ""


NONE = Pictures()


def pictures_of(value: Mapping[str, Any]) -> Pictures:
    """Those of the object's SubImageList, and its own Data if it is an Image."""
    kept = sorted(_kept(value), key=lambda each: each[0])
    if not kept:
        return NONE
    return Pictures({sha: data for _, sha, data, _ in kept}, {text: sha for _, sha, _, text in kept}, kept[0][1])


def sub_images(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """SubImageInfo of an object, in whichever of the known shapes."""
    images = value.get("SubImageList")
    if isinstance(images, Mapping):
        images = images.get("SubImageInfoObject") or images.get("SubImageInfo")
    for each in listed(images):
        if isinstance(each, Mapping):
            yield each


def as_sub_image(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An Image of /VIID/Images as one: its ImageInfo and its Data together."""
    return {**part(value, "ImageInfo"), **{key: each for key, each in value.items() if key != "ImageInfo"}}


def _kept(value: Mapping[str, Any]) -> Iterator[tuple[int, str, bytes, str]]:
    pictures = [as_sub_image(value)] if "ImageInfo" in value or "ImageID" in value else sub_images(value)
    for picture in pictures:
        rank = _RANK.get(type_of(picture), _LAST)
        text = picture.get("Data")
        if rank < _LAST and isinstance(text, str) and text:
            data = decoded(text)
            if data:
                yield rank, hashlib.sha256(data).hexdigest(), data, text


def decoded(text: str) -> bytes:
    """The picture; empty when it is none, is no base64 or is too large to be one."""
    if len(text) > LARGEST_PICTURE * 4 // 3 + 64:
        return b""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
    return data if data.startswith(_BEGINNINGS) else b""


def face_like(value: Mapping[str, Any]) -> bool:
    """Whether an Image does not say that it shows something we may keep."""
    return type_of(as_sub_image(value)) not in _RANK


def shot_times(value: Mapping[str, Any]) -> list[str]:
    return [text for picture in sub_images(value) if (text := word(picture, "ShotTime"))]
