"""Speaks GA/T 1400 as a client: registers, keeps alive, subscribes, and hands watch orders on.

Each call is one request with its own time limits and no retry; whoever calls decides when to ask again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import requests
from requests.auth import AuthBase, HTTPDigestAuth

from services.domain.platform import OurSubscription
from services.domain.platform_course import Wanted
from services.sources import viid_client_body as body
from services.sources.viid_client_answer import PlatformError, Told, read_answer, read_time
from services.sources.viid_client_settings import ViidClientSettings

LARGEST_ANSWER = 4 * 1024 * 1024  # bytes
CONTENT_TYPE = "application/VIID+JSON;charset=UTF-8"


class NotRegisteredError(PlatformError):
    """The platform does not know us, or no longer: register, then ask again."""


class ViidClient:
    """One platform over one session. For one thread at a time.

    ``heard_s`` is when it last gave a good answer, on ``clock``; any good answer renews a registration.
    Every call raises PlatformError with a sentence that names it.
    """

    def __init__(self, settings: ViidClientSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Identify": settings.device_id, "Content-Type": CONTENT_TYPE})
        self.is_registered = False
        self.heard_s = float("-inf")

    def close(self) -> None:
        self._session.close()

    # -- being known ------------------------------------------------------------------------------

    def register(self) -> None:
        """Without proof, to be challenged, then with the digest."""
        proof = HTTPDigestAuth(self._settings.username, self._settings.password)
        letter = body.device("RegisterObject", self._settings.device_id)
        try:
            self._demand("/VIID/System/Register", letter, auth=proof)
        except NotRegisteredError:
            raise PlatformError("/VIID/System/Register 未通过：用户名或口令不对，或本机编号未登记") from None
        self.is_registered = True

    def keep_alive(self) -> None:
        self._demand("/VIID/System/Keepalive", body.device("KeepaliveObject", self._settings.device_id))

    def unregister(self) -> None:
        """Whatever the platform says, we are not registered afterwards."""
        try:
            self._demand("/VIID/System/UnRegister", body.device("UnRegisterObject", self._settings.device_id))
        finally:
            self.is_registered = False

    def time(self) -> tuple[str, str]:
        """The platform's own id and its clock, yyyyMMddHHmmss in Shanghai."""
        call = "/VIID/System/Time"
        return read_time(self._ask("GET", call, b"")[1], call)

    # -- what we want to be sent ------------------------------------------------------------------

    def subscribe(self, rows: Sequence[OurSubscription], library: str) -> tuple[Told, ...]:
        letter = body.subscriptions(rows, self._settings.applicant, library)
        return self._each("POST", "/VIID/Subscribes", letter, [row.id for row in rows])

    def cancel(self, row: OurSubscription, library: str, at: datetime) -> Told:
        letter = body.cancelled(row, self._settings.applicant, library, at)
        return self._each("PUT", f"/VIID/Subscribes/{row.id}", letter, [row.id])[0]

    # -- what we want to be watched for -----------------------------------------------------------

    def set_dispositions(self, named: Sequence[tuple[str, Wanted]]) -> tuple[Told, ...]:
        return self._dispositions("POST", named)

    def change_dispositions(self, named: Sequence[tuple[str, Wanted]]) -> tuple[Told, ...]:
        return self._dispositions("PUT", named)

    def lift_disposition(self, name: str, at: datetime) -> Told:
        letter = body.lifted(name, self._settings.applicant, at)
        return self._each("PUT", f"/VIID/Dispositions/{name}", letter, [name])[0]

    def _dispositions(self, method: str, named: Sequence[tuple[str, Wanted]]) -> tuple[Told, ...]:
        letter = body.dispositions(named, self._settings.applicant, self._settings.receive_addr)
        return self._each(method, "/VIID/Dispositions", letter, [name for name, _ in named])

    # -- one request ------------------------------------------------------------------------------

    def _demand(self, call: str, letter: bytes, auth: AuthBase | None = None) -> None:
        status, answer = self._ask("POST", call, letter, auth)
        (told,) = read_answer(answer, [""], call)
        if not told.is_good or status >= 400:
            raise PlatformError(f"{call} {told if not told.is_good else f'应答 HTTP {status}'}")
        self.heard_s = self._clock()

    def _each(self, method: str, call: str, letter: bytes, names: Sequence[str]) -> tuple[Told, ...]:
        """One answer for each name. A platform that says it by HTTP alone is not understood."""
        status, answer = self._ask(method, call, letter)
        told = read_answer(answer, names, call)
        if status >= 400 and all(each.is_good for each in told):
            raise PlatformError(f"{call} 应答 HTTP {status}，状态却是正常")
        self.heard_s = self._clock()
        return told

    def _ask(self, method: str, call: str, letter: bytes, auth: AuthBase | None = None) -> tuple[int, bytes]:
        """HTTP status and body. 401 raises NotRegisteredError; 5xx without a body that is ours, PlatformError."""
        limits = (self._settings.connect_s, self._settings.read_s)
        try:
            with self._session.request(
                method,
                self._settings.url + call,
                data=letter,
                auth=auth,
                timeout=limits,
                allow_redirects=False,
                stream=True,
            ) as answer:
                given = self._read(answer, call)
        except requests.RequestException as why:
            raise PlatformError(f"{call} {_in_chinese(why)}") from why
        if answer.status_code == 401:
            self.is_registered = False
            raise NotRegisteredError(f"{call} 平台要求重新注册")
        if answer.status_code >= 300 and not given.strip().startswith((b"{", b"\xef\xbb\xbf{")):
            raise PlatformError(f"{call} 应答 HTTP {answer.status_code}")
        return answer.status_code, given

    def _read(self, answer: requests.Response, call: str) -> bytes:
        """Never more than LARGEST_ANSWER, nor for much longer than an answer may take."""
        until, parts, size = self._clock() + 2 * self._settings.read_s, list[bytes](), 0
        for part in answer.iter_content(65_536):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise PlatformError(f"{call} 应答超过 {LARGEST_ANSWER // 1024 // 1024} MB")
            if self._clock() > until:
                raise PlatformError(f"{call} 应答迟迟不完")
        return b"".join(parts)


def _in_chinese(why: requests.RequestException) -> str:
    if isinstance(why, requests.ConnectTimeout):
        return "连接超时"
    if isinstance(why, requests.Timeout):
        return "应答超时"
    if isinstance(why, requests.exceptions.SSLError):
        return "证书校验失败"
    if isinstance(why, requests.exceptions.ChunkedEncodingError):
        return "应答中途断开"
    if isinstance(why, requests.ConnectionError):
        return "连不上平台，或连接中断"
    return f"未送出：{type(why).__name__}"
