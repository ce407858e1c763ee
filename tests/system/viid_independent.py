"""A GA/T 1400 sender written from the protocol's text alone. It imports nothing of the program it proves.

Each ``Camera`` is one registered device on one connection. It sends list bodies, suffers what senders
in the field suffer, keeps whatever got no status 0 and sends it again, and keeps its own ledger. When
all cameras are done the ledger says what a receiver must hold: no more, no less.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))
FIRST = datetime(2026, 11, 21, 6, 0, tzinfo=SHANGHAI)
KIND_IMAGE, KIND_VEHICLE = "02", "02"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ENVELOPES = ("MotorVehicleListObject", "MotorVehicleObjectList")
CONTENT_TYPES = ("application/json;charset=UTF-8", "application/VIID+JSON;charset=UTF-8", "application/VIID+JSON")
CODES = ("utf-8", "utf-8", "utf-8-sig", "gb18030")
CLOCKS = ("14 digits", "14 digits", "17 digits", "epoch ms", "epoch ms as number")
MISFORTUNES = ("none", "none", "none", "halved", "torn", "unanswered", "doubled", "unknown device")
FLAWS = ("no time", "no such time", "keys twice", "not a number")
OK, BUSY, BAD_JSON, BAD_CONTENT = 0, 2, 7, 8


@dataclass(frozen=True)
class Sight:
    """One vehicle as one camera saw it. ``flaw`` is of FLAWS; two of those leave no moment, so that
    nobody could store it."""

    id: str  # 48 digits
    device: str
    at: datetime
    plate: str
    speed: int
    flaw: str = ""

    @property
    def is_good(self) -> bool:
        return self.flaw not in ("no time", "no such time")


@dataclass(frozen=True)
class Dress:
    """How one body is written."""

    envelope: str
    content_type: str
    code: str
    clock: str


@dataclass
class Ledger:
    """What a camera was told, and nothing it only hopes. ``accepted`` got status 0, ``refused`` 8."""

    accepted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    halves: set[str] = field(default_factory=set)  # ids in bodies cut in half and answered 7
    unsure: set[str] = field(default_factory=set)  # cut in half, and the answer was lost: kept or not
    ghosts: set[str] = field(default_factory=set)  # sent under a device nobody registered
    undelivered: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  # answers the protocol does not allow

    def add(self, other: Ledger) -> None:
        self.accepted |= other.accepted
        self.refused |= other.refused
        self.halves |= other.halves
        self.unsure |= other.unsure
        self.ghosts |= other.ghosts
        self.undelivered += other.undelivered
        self.happened += other.happened
        self.wrong += other.wrong


def sights(device: str, count: int, chance: Random, *, flawed: float = 0.04) -> list[Sight]:
    """A device's passages in the order of their time; ``flawed`` is the share with something odd."""
    seen: list[Sight] = []
    for number in range(count):
        at = FIRST + timedelta(seconds=number // 3, milliseconds=number % 3 * 333)
        source = f"{device}{KIND_IMAGE}{at:%Y%m%d%H%M%S}{number % 100_000:05d}"
        flaw = (
            chance.choice(("no time", "no such time", "keys twice", "not a number")) if chance.random() < flawed else ""
        )
        name = f"{source}{KIND_VEHICLE}{number % 3:05d}"
        seen.append(Sight(name, device, at, plate(chance), chance.randrange(5, 120), flaw))
    return seen


def plate(chance: Random) -> str:
    """Civil, new energy, one with a character the camera could not read, or none at all."""
    head = chance.choice(PROVINCES) + chance.choice(LETTERS[:10])
    match chance.randrange(20):
        case 0:
            return "无车牌"
        case 1:
            return f"{head}{chance.choice('DF')}{chance.randrange(100_000):05d}"
        case 2:
            return f"{head}{chance.randrange(1000):03d}-{chance.randrange(10)}"
        case _:
            return f"{head}{chance.randrange(10_000):04d}{chance.choice(LETTERS)}"


# ----------------------------------------------------------------------------------------- the words


def written(seen: Sight, clock: str) -> str:
    """One MotorVehicleObject as JSON text; text, because some flaws are none of JSON's."""
    value: dict[str, Any] = {
        "MotorVehicleID": seen.id,
        "InfoKind": 1,
        "SourceID": seen.id[:41],
        "TollgateID": f"{seen.device[:10]}121{seen.device[13:]}",
        "DeviceID": seen.device,
        "StorageUrl1": "",
        "LeftTopX": 0,
        "LeftTopY": 0,
        "RightBtmX": 0,
        "RightBtmY": 0,
        "LaneNo": 1,
        "HasPlate": "0" if seen.plate == "无车牌" else "1",
        "PlateClass": "02",
        "PlateColor": "5",
        "PlateNo": seen.plate,
        "Speed": float("nan") if seen.flaw == "not a number" else seen.speed,
        "VehicleClass": "K33",
        "VehicleColor": "2",
        "PassTime": moment(seen.at, clock),
    }
    if seen.flaw == "no time":
        del value["PassTime"]
    if seen.flaw == "no such time":
        value["PassTime"] = "20261341256199"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return '{"PlateNo":"","Speed":"",' + text[1:] if seen.flaw == "keys twice" else text


def moment(at: datetime, clock: str) -> str | int:
    milliseconds = at.microsecond // 1000
    match clock:
        case "14 digits":
            return f"{at:%Y%m%d%H%M%S}"
        case "17 digits":
            return f"{at:%Y%m%d%H%M%S}{milliseconds:03d}"
        case "epoch ms":
            return str(int(at.timestamp()) * 1000 + milliseconds)
        case _:
            return int(at.timestamp()) * 1000 + milliseconds


def listed(seen: Sequence[Sight], dress: Dress) -> bytes:
    each = ",".join(written(one, dress.clock) for one in seen)
    return f'{{"{dress.envelope}":{{"MotorVehicleObject":[{each}]}}}}'.encode(dress.code)


def dressed(chance: Random) -> Dress:
    return Dress(chance.choice(ENVELOPES), chance.choice(CONTENT_TYPES), chance.choice(CODES), chance.choice(CLOCKS))


def statuses(body: bytes) -> list[tuple[str, int]]:
    """Id and StatusCode of each object of an answer, whether it is the list form or the single one."""
    told = json.loads(body)
    if "ResponseStatusListObject" in told:
        each = told["ResponseStatusListObject"]["ResponseStatusObject"]
    else:
        each = [told["ResponseStatusObject"]]
    return [(str(one.get("Id", "")), int(one["StatusCode"])) for one in each]


@dataclass
class Digest:
    """RFC 2617, MD5, qop=auth: one challenge and the answers to it."""

    username: str
    password: str
    realm: str = ""
    nonce: str = ""
    count: int = 0

    def challenged(self, header: str) -> bool:
        said = {
            key.lower(): quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)
        }
        self.realm, self.nonce, self.count = said.get("realm", ""), said.get("nonce", ""), 0
        return header.lower().startswith("digest") and "auth" in said.get("qop", "") and bool(self.nonce)

    def answer(self, method: str, uri: str) -> str:
        self.count += 1
        nc, cnonce = f"{self.count:08x}", hashlib.sha256(f"{self.nonce}{self.count}".encode()).hexdigest()[:16]
        who = md5(f"{self.username}:{self.realm}:{self.password}")
        what = md5(f"{method}:{uri}")
        proof = md5(f"{who}:{self.nonce}:{nc}:{cnonce}:auth:{what}")
        return (
            f'Digest username="{self.username}", realm="{self.realm}", nonce="{self.nonce}", uri="{uri}", '
            f'algorithm=MD5, qop=auth, nc={nc}, cnonce="{cnonce}", response="{proof}"'
        )


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


# ---------------------------------------------------------------------------------------- the camera


@dataclass(frozen=True)
class Answer:
    http: int
    body: bytes
    challenge: str = ""
    after_s: float = 0.0


class Camera(threading.Thread):
    """One device on one connection. It gives up at ``until_s`` (monotonic); what is left then is
    ``undelivered``. ``luck`` False sends everything plainly, for figures without faults."""

    def __init__(
        self,
        address: tuple[str, int],
        device: str,
        login: tuple[str, str],
        seen: Sequence[Sight],
        *,
        seed: int,
        until_s: float,
        batch: int = 50,
        luck: bool = True,
        longest_rest_s: float = 0.1,
    ) -> None:
        super().__init__(name=f"camera-{device[-6:]}", daemon=True)
        self.device = device
        self.ledger = Ledger()
        self._address = address
        self._login = login
        self._seen = seen
        self._chance = Random(f"{seed}:{device}")
        self._until_s = until_s
        self._batch = batch
        self._luck = luck
        self._longest_rest_s = longest_rest_s
        self._line: http.client.HTTPConnection | None = None
        self._kept_alive_s = 0.0

    def run(self) -> None:
        try:
            self._register_somehow()
            for batch in self._batches():
                self._deliver(batch)
            self._say_goodbye()
        finally:
            self._hang_up()

    def _batches(self) -> Iterator[Sequence[Sight]]:
        for first in range(0, len(self._seen), self._batch):
            yield self._seen[first : first + self._batch]

    # -- registration -----------------------------------------------------------------------------

    def _register_somehow(self) -> None:
        """With a wrong password and a replayed answer first: neither may get in."""
        if self._luck:
            self._expect_401("wrong digest", self._asked(self._login[0], "not the password"))
        while time.monotonic() < self._until_s and not self._register():
            time.sleep(0.02)

    def _register(self) -> bool:
        answer, used = self._asked(*self._login)
        if answer is None or answer.http != 200:
            return False
        if self._luck:
            replayed = self._send("POST", "/VIID/System/Register", self._about("RegisterObject"), authorization=used)
            self._expect_401("replayed nonce", (replayed, used))
        self.ledger.happened["registered"] += 1
        return True

    def _asked(self, username: str, password: str) -> tuple[Answer | None, str]:
        """Register: without proof, to be challenged, then with it."""
        path, body = "/VIID/System/Register", self._about("RegisterObject")
        first = self._send("POST", path, body)
        if first is None:
            return None, ""
        digest = Digest(username, password)
        if first.http != 401 or not digest.challenged(first.challenge):
            self.ledger.wrong.append(f"no challenge: {first}")
            return first, ""
        proof = digest.answer("POST", path)
        return self._send("POST", path, body, authorization=proof), proof

    def _expect_401(self, what: str, asked: tuple[Answer | None, str]) -> None:
        answer = asked[0]
        if answer is None:
            return
        self.ledger.happened[what] += 1
        if answer.http != 401:
            self.ledger.wrong.append(f"{what} got HTTP {answer.http}")

    def _about(self, name: str) -> bytes:
        return json.dumps({name: {"DeviceID": self.device}}).encode()

    def _keep_alive(self) -> None:
        if time.monotonic() - self._kept_alive_s > 5:
            self._kept_alive_s = time.monotonic()
            answer = self._send("POST", "/VIID/System/Keepalive", self._about("KeepaliveObject"))
            self.ledger.happened["kept alive"] += answer is not None and answer.http == 200

    def _say_goodbye(self) -> None:
        answer = self._send("POST", "/VIID/System/UnRegister", self._about("UnRegisterObject"))
        self.ledger.happened["unregistered"] += answer is not None and answer.http == 200

    # -- passages ---------------------------------------------------------------------------------

    def _deliver(self, batch: Sequence[Sight]) -> None:
        """Until each has its status: 0 is for ever, 8 as well, 2 and silence mean again."""
        self._keep_alive()
        dress = dressed(self._chance) if self._luck else Dress(ENVELOPES[0], CONTENT_TYPES[0], "utf-8", "14 digits")
        misfortune = self._chance.choice(MISFORTUNES) if self._luck else "none"
        self._suffer(misfortune, batch, dress)
        left = list(batch)
        while left:
            if time.monotonic() > self._until_s:
                self.ledger.undelivered += [one.id for one in left]
                return
            left = self._told(left, dress)
        if misfortune == "doubled":
            self._told(batch, dress)

    def _told(self, batch: Sequence[Sight], dress: Dress) -> list[Sight]:
        """Send once. What has to be sent again."""
        answer = self._post(listed(batch, dress), dress)
        if answer is None:
            self.ledger.happened["no answer"] += 1
            time.sleep(0.02)
            return list(batch)
        if answer.http == 401:
            self._register()
            return list(batch)
        told = statuses(answer.body)
        if len(told) != len(batch):
            if {code for _, code in told} != {BUSY}:
                self.ledger.wrong.append(f"{len(told)} statuses for {len(batch)} objects: {answer.body[:200]!r}")
            return self._rested(batch, answer)
        again = [one for one, (name, code) in zip(batch, told, strict=True) if not self._settled(one, name, code)]
        return self._rested(again, answer) if again else []

    def _settled(self, one: Sight, name: str, code: int) -> bool:
        if name != one.id:
            self.ledger.wrong.append(f"status of {name} where {one.id} was sent")
        if code == BUSY:
            return False
        if code != (OK if one.is_good else BAD_CONTENT):
            self.ledger.wrong.append(f"status {code} for {one}")
        (self.ledger.accepted if code == OK else self.ledger.refused).add(one.id)
        return True

    def _rested(self, batch: Sequence[Sight], answer: Answer) -> list[Sight]:
        self.ledger.happened["busy"] += 1
        time.sleep(min(answer.after_s or 0.02, self._longest_rest_s))
        return list(batch)

    # -- misfortunes ------------------------------------------------------------------------------

    def _suffer(self, misfortune: str, batch: Sequence[Sight], dress: Dress) -> None:
        body = listed(batch, dress)
        match misfortune:
            case "halved":
                self._send_half(batch, dress)
            case "torn":
                self._tear(body, dress, len(body) // 2)
            case "unanswered":
                self._tear(body, dress, len(body))
            case "unknown device":
                self._send_as_nobody(batch, dress)
        self.ledger.happened[misfortune] += 1

    def _send_half(self, batch: Sequence[Sight], dress: Dress) -> None:
        """A body that ends in its middle is no JSON: status 7, kept whole, and nothing of it is stored."""
        body = listed(batch, dress)
        answer = self._post(body[: len(body) // 2], dress)
        if answer is None or answer.http in (401, 503):
            self.ledger.unsure.add(batch[0].id)
            return
        if [code for _, code in statuses(answer.body)] != [BAD_JSON]:
            self.ledger.wrong.append(f"half a body got {answer.body[:200]!r}")
        self.ledger.halves.add(batch[0].id)

    def _send_as_nobody(self, batch: Sequence[Sight], dress: Dress) -> None:
        stranger = f"{self.device[:-6]}999999"
        ghosts = [Sight(f"{stranger}{one.id[20:]}", stranger, one.at, one.plate, one.speed) for one in batch[:2]]
        self.ledger.ghosts |= {one.id for one in ghosts}
        headers = {"Content-Type": dress.content_type}
        answer = self._send("POST", "/VIID/MotorVehicles", listed(ghosts, dress), device=stranger, headers=headers)
        if answer is not None and answer.http not in (401, 403):
            self.ledger.wrong.append(f"an unknown device got HTTP {answer.http}")

    def _tear(self, body: bytes, dress: Dress, sent: int) -> None:
        """Promise the whole body, send so much of it, and be gone before the answer."""
        try:
            line = self._connected()
            line.putrequest("POST", "/VIID/MotorVehicles")
            for key, value in {"User-Identify": self.device, "Content-Type": dress.content_type}.items():
                line.putheader(key, value)
            line.putheader("Content-Length", str(len(body)))
            line.endheaders(body[:sent])
        except OSError:
            pass
        self._hang_up()

    # -- the line ---------------------------------------------------------------------------------

    def _post(self, body: bytes, dress: Dress) -> Answer | None:
        return self._send("POST", "/VIID/MotorVehicles", body, headers={"Content-Type": dress.content_type})

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        device: str = "",
        authorization: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer | None:
        """None when the connection broke before the answer was whole."""
        said = {"User-Identify": device or self.device, "Content-Type": CONTENT_TYPES[0]} | (headers or {})
        if authorization:
            said["Authorization"] = authorization
        try:
            line = self._connected()
            line.request(method, path, body, said)
            answer = line.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            self._hang_up()
            return None
        rest = answer.headers.get("Retry-After", "")
        after_s = float(rest) if rest.isdigit() else 0.0
        return Answer(answer.status, told, answer.headers.get("WWW-Authenticate", ""), after_s)

    def _connected(self) -> http.client.HTTPConnection:
        if self._line is None:
            self._line = http.client.HTTPConnection(*self._address, timeout=20)
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


# -------------------------------------------------------------------------------------------- the run


@dataclass(frozen=True)
class Delivery:
    """All cameras at work: ``start``, then ``finish`` for the sum of their ledgers."""

    cameras: tuple[Camera, ...]
    sent: tuple[Sight, ...]

    def start(self) -> None:
        for camera in self.cameras:
            camera.start()

    @property
    def accepted(self) -> int:
        return sum(len(camera.ledger.accepted) for camera in self.cameras)

    @property
    def is_over(self) -> bool:
        return not any(camera.is_alive() for camera in self.cameras)

    def finish(self) -> Ledger:
        total = Ledger()
        for camera in self.cameras:
            camera.join()
            total.add(camera.ledger)
        return total


def delivery(
    address: tuple[str, int],
    login: tuple[str, str],
    passages: int,
    *,
    cameras: int,
    seed: int,
    patience_s: float,
    luck: bool = True,
    longest_rest_s: float = 0.1,
) -> Delivery:
    """``passages`` shared out evenly over so many cameras, made from ``seed`` alone."""
    until_s = time.monotonic() + patience_s
    made: list[Camera] = []
    sent: list[Sight] = []
    for number in range(cameras):
        device = f"3310020000119000{number + 1:04d}"
        share = passages // cameras + (number < passages % cameras)
        seen = sights(device, share, Random(f"sights:{seed}:{device}"), flawed=0.04 if luck else 0.0)
        sent += seen
        made.append(
            Camera(
                address,
                device,
                login,
                seen,
                seed=seed,
                until_s=until_s,
                luck=luck,
                longest_rest_s=longest_rest_s,
            )
        )
    return Delivery(tuple(made), tuple(sent))
