"""Notices on the wire: HTTP and SMTP servers of this machine take them, refuse them, or are not there."""

import email
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.collect.channels import NeverTaken, NotTaken
from services.collect.channels.shapes import alertmanager, fingerprint, headline
from services.collect.channels.smtp import Smtp, SmtpSettings
from services.collect.channels.webhook import Webhook, WebhookSettings
from services.collect.collector import collect
from services.collect.outbox import Courier
from services.collect.site import Site
from services.domain.alert import AlertLevel, Detection, Evidence
from services.domain.notice import News, Notice, NoticeState, Occasion, Route
from services.domain.timebase import REAL
from services.serving import WsgiServer
from services.store import outbox as outbox_rows
from services.store.store import Store

HOME = Path(__file__).resolve().parents[2]
CERTIFICATE = HOME / "tests" / "recorded" / "smtp" / "localhost.crt"
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
RAISED = NOW - timedelta(minutes=5)
NEWS = News(
    NOW,
    AlertLevel.ORANGE,
    "尾气超标 46.0 %",
    "椒江二桥北 · 浙J·8**6K",
    "R-CKP-01",
    "checkpoints",
    "交警大队",
    RAISED,
    1,
)


def notice(occasion: Occasion = Occasion.RAISED, recipient: str = "", **news) -> Notice:
    said = replace(NEWS, **news)
    until = NOW + timedelta(hours=1)
    return Notice(
        "YJ-1121-0417.3.street", "YJ-1121-0417", 3, occasion, "street", recipient, said, NOW, NOW, until, NOW, NOW
    )


class Hook:
    """A web server that notes what it got and answers as it was told; 202 when nothing is left to say."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: deque[tuple[str, dict[str, str]]] = deque()
        self.on_post: Callable[[], None] = lambda: None
        self._server = WsgiServer(self, "127.0.0.1", 0, "hook", threads=4)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.port}/hook"

    def __call__(self, environ, start_response) -> list[bytes]:
        headers = {key: value for key, value in environ.items() if key.startswith(("HTTP_", "CONTENT_"))}
        self.got.append((headers, environ["wsgi.input"].read()))
        self.on_post()
        status, extra = self.answers.popleft() if self.answers else ("202 Accepted", {})
        start_response(status, [("Content-Length", "2"), *extra.items()])
        return [b"ok"]

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    yield server
    server.stop()


def posted(url: str, said: Notice, **settings) -> str:
    with closing(Webhook(WebhookSettings("street", url, **settings))) as channel:
        return channel.post(said)


# ----------------------------------------------------------------------------------------- webhook


def test_that_a_cloud_event_has_its_attributes_and_the_same_id_each_time(hook):
    assert posted(hook.url, notice(), token="s3cret") == "HTTP 202 Accepted"
    posted(hook.url, replace(notice(), attempts=4))
    (headers, body), (_, again) = hook.got
    event = json.loads(body)
    assert headers["CONTENT_TYPE"] == "application/cloudevents+json; charset=utf-8"
    assert headers["HTTP_AUTHORIZATION"] == "Bearer s3cret"
    assert headers["HTTP_IDEMPOTENCY_KEY"] == event["id"] == json.loads(again)["id"] == "YJ-1121-0417.3.street"
    assert (event["specversion"], event["type"]) == ("1.0", "cn.jiaojiang.district.alert.raised")
    assert (event["subject"], event["time"]) == ("YJ-1121-0417", "2026-11-21T06:05:00Z")
    assert event["data"]["subject"] == "椒江二桥北 · 浙J·8**6K"
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event), "CloudEvents: names of attributes"


def test_that_without_a_token_no_authorisation_is_sent(hook, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login desk password geheim\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    posted(hook.url, notice())
    assert "HTTP_AUTHORIZATION" not in hook.got[0][0]


def test_that_alertmanagers_shape_fires_and_resolves_under_one_fingerprint(hook):
    posted(hook.url, notice(), shape="alertmanager")
    posted(hook.url, notice(Occasion.CLOSED, level=AlertLevel.RED), shape="alertmanager")
    firing, resolved = (json.loads(body) for _, body in hook.got)
    assert (firing["version"], firing["status"], firing["receiver"]) == ("4", "firing", "street")
    assert firing["alerts"][0]["startsAt"] == "2026-11-21T06:00:00Z"
    assert firing["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"
    assert (resolved["status"], resolved["alerts"][0]["endsAt"]) == ("resolved", "2026-11-21T06:05:00Z")
    assert firing["alerts"][0]["fingerprint"] == resolved["alerts"][0]["fingerprint"]
    assert firing["groupKey"] == resolved["groupKey"] == '{}:{alert_id="YJ-1121-0417"}'
    assert set(firing["alerts"][0]["labels"]) == {"alertname", "alert_id", "scene", "severity", "department"}


def test_that_every_occasion_has_a_shape():
    assert {alertmanager(notice(occasion))["status"] for occasion in Occasion} == {"firing", "resolved"}


def test_that_fingerprints_are_prometheus_own():
    assert fingerprint({}) == "cbf29ce484222325"
    assert fingerprint({"alertname": "InstanceDown", "instance": "a"}) == "c380a92643908fff", (
        "as Alertmanager 0.25 says"
    )


@pytest.mark.parametrize("status", ["400 Bad Request", "413 Too Large", "422 Unprocessable"])
def test_that_a_body_nobody_will_take_is_given_up(hook, status):
    hook.answers.append((status, {}))
    with pytest.raises(NeverTaken, match=status[:3]):
        posted(hook.url, notice())


@pytest.mark.parametrize(
    ("status", "headers", "rest_s"),
    [
        ("500 Oops", {}, 0.0),
        ("401 Who", {}, 0.0),
        ("404 Where", {}, 0.0),
        ("503 Busy", {"Retry-After": "120"}, 120.0),
        ("429 Slow", {"Retry-After": "999999"}, 3600.0),
        ("429 Slow", {"Retry-After": "Sat, 21 Nov 2026 06:00:00 GMT"}, 0.0),
    ],
)
def test_that_what_may_be_mended_is_tried_again(hook, status, headers, rest_s):
    hook.answers.append((status, headers))
    with pytest.raises(NotTaken) as why:
        posted(hook.url, notice())
    assert (why.value.after_s, status[:3] in why.value.answer) == (rest_s, True)


def test_that_a_redirect_is_not_followed(hook):
    hook.answers.append(("307 Elsewhere", {"Location": hook.url}))
    with pytest.raises(NotTaken, match="不跟随转向"):
        posted(hook.url, notice())
    assert len(hook.got) == 1


def test_that_nobody_listening_is_said_without_the_address():
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        port = held.getsockname()[1]
    with pytest.raises(NotTaken, match=r"^连不上接收方$"):
        posted(f"http://127.0.0.1:{port}/key-7f3a", notice())


def test_that_a_receiver_that_says_nothing_is_left_in_time():
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as silent,
        pytest.raises(NotTaken, match=r"^等待回执超时$"),
    ):
        posted(f"http://127.0.0.1:{silent.getsockname()[1]}/", notice(), read_s=0.1)


# -------------------------------------------------------------------------------------------- smtp


class Mailbox:
    """What arrived; and what the server says to a recipient it does not like."""

    def __init__(self, refusal: str = "") -> None:
        self.letters: list[email.message.EmailMessage] = []
        self._refusal = refusal

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if self._refusal:
            return self._refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 Message accepted"


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    running: list[Controller] = []

    def start(mailbox: Mailbox, **settings) -> int:
        with closing(socket.create_server(("127.0.0.1", 0))) as held:
            port = held.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return context


def mailed(port: int, said: Notice | None = None, *, trusted: bool = True, **settings) -> str:
    trust = ssl.create_default_context(cafile=str(CERTIFICATE) if trusted else None)
    channel = Smtp(SmtpSettings("mail", "127.0.0.1", "desk@jiaojiang.example", port=port, **settings), trust)
    return channel.post(said or notice(Occasion.ESCALATED, "lead@jiaojiang.example", role="shift_lead"))


def test_that_a_letter_is_plain_text_with_a_chinese_subject_and_a_lasting_id(serve):
    mailbox = Mailbox()
    port = serve(mailbox)
    assert mailed(port, security="none") == "SMTP 250"
    mailed(port, security="none")
    letter, again = mailbox.letters
    assert letter["Subject"] == "【橙色】尾气超标 46.0 % · 升级 值班长 · YJ-1121-0417（演示数据）"
    assert letter["To"] == "lead@jiaojiang.example"
    assert letter["Message-ID"] == again["Message-ID"] == "<YJ-1121-0417.3.street@district-console.invalid>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert "椒江二桥北 · 浙J·8**6K" in letter.get_content()
    assert "14:05:00" in letter.get_content(), "moments are Shanghai's"


@pytest.mark.allows_logs  # aiosmtpd warns of its own words
def test_that_starttls_and_a_login_are_used(serve):
    seen: list[tuple[bytes, bytes]] = []

    def check(server, session, envelope, mechanism, data) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=session.ssl is not None)

    mailbox = Mailbox()
    port = serve(mailbox, tls_context=server_tls(), authenticator=check)
    mailed(port, username="desk", password="geheim")
    assert seen == [(b"desk", b"geheim")]
    assert len(mailbox.letters) == 1


def test_that_no_letter_goes_without_encryption_where_it_is_required(serve):
    mailbox = Mailbox()
    with pytest.raises(NotTaken, match="STARTTLS"):
        mailed(serve(mailbox))
    assert mailbox.letters == []


def test_that_no_password_goes_unencrypted(serve):
    mailbox = Mailbox()
    with pytest.raises(NotTaken, match="不发送口令"):
        mailed(serve(mailbox), security="offered", username="desk", password="geheim")
    assert mailbox.letters == []


@pytest.mark.allows_logs  # the server complains
def test_that_a_certificate_nobody_vouches_for_is_refused(serve):
    mailbox = Mailbox()
    with pytest.raises(NotTaken, match="证书"):
        mailed(serve(mailbox, tls_context=server_tls()), trusted=False)
    assert mailbox.letters == []


@pytest.mark.parametrize(("said", "kind"), [("550 no such user", NeverTaken), ("451 later", NotTaken)])
def test_that_a_recipient_refused_for_good_is_given_up_and_one_for_now_is_not(serve, said, kind):
    with pytest.raises(kind, match=said[:3]):
        mailed(serve(Mailbox(said)), security="none")


def test_that_no_mail_server_is_said_in_words():
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        port = held.getsockname()[1]
    with pytest.raises(NotTaken, match="邮件未送出"):
        mailed(port, security="none")


def test_that_a_line_break_in_a_title_makes_no_header():
    raw = notice(title="超标\r\nBcc: all@example.org")
    assert "\n" not in headline(raw)


# ------------------------------------------------------------------------------------------ privacy

NAME, ROOM, PLATE, PHONE = "欧阳若兰", "1502 室", "浙J·8T56K", "13812345678"


def test_that_no_name_room_or_plate_leaves_by_any_channel(sqlite_store, hook, serve):
    """What an alert knows of a person stays inside, wherever a rule or an officer put it."""
    mailbox = Mailbox()
    port = serve(mailbox)
    every = tuple(Occasion)
    sqlite_store.use_outbox(
        [Route("events", every), Route("manager", every), Route("mail", every, to=("lead@jiaojiang.example",))], NOW
    )
    secret = f"{NAME} {ROOM} {PLATE} {PHONE}"
    found = Detection(
        "k1", "R-POP-01", 1, secret, "community", AlertLevel.RED, f"布控 {PLATE} {PHONE}", secret, "东苑 · 欧**",
        "dwelling", f"D-{ROOM}", secret, NOW, lon=121.4512345, lat=28.6712345,
        evidence=(Evidence(secret, secret),), guidance=(secret,), event_ids=(secret,),
    )  # fmt: skip
    (alert,) = sqlite_store.report([found], NOW)
    sqlite_store.expire(NOW + timedelta(minutes=2))
    events = Webhook(WebhookSettings("events", hook.url))
    manager = Webhook(WebhookSettings("manager", hook.url, shape="alertmanager"))
    mail = Smtp(SmtpSettings("mail", "127.0.0.1", "desk@jiaojiang.example", port=port, security="none"))
    for channel in (events, manager, mail):
        with closing(channel):
            assert Courier(sqlite_store, channel).send_due(lambda: NOW + timedelta(minutes=3), threading.Event()) >= 2
    sent = " ".join(body.decode() for _, body in hook.got)
    sent += " ".join(str(letter["Subject"]) + letter.get_content() for letter in mailbox.letters)
    sent += " ".join(repr(headers) for headers, _ in hook.got)
    assert "东苑 · 欧**" in sent
    assert [word for word in (NAME, "1502", "8T56K", PHONE, "121.45", "28.67") if word in sent] == []
    assert all(n.state is NoticeState.SENT for n in sqlite_store.notices(alert.id))


# --------------------------------------------------------------------------------------------- death

SENDER = """
import sys, threading
from services.collect.channels.webhook import Webhook, WebhookSettings
from services.collect.outbox import Outbox
from services.domain.notice import Route
from services.domain.timebase import REAL
from services.store.store import Store
with Store.open(sys.argv[1]) as store:
    outbox = Outbox(store, REAL, [Webhook(WebhookSettings("street", sys.argv[2]))], [Route("street")])
    outbox.start()
    sys.stdin.read()
    outbox.stop()
"""


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_that_kill_9_between_sending_and_marking_loses_nothing(sqlite_url, hook):
    """The receiver kills its sender before it answers; the next sender sends the same id again."""
    children: list[subprocess.Popen[bytes]] = []
    taken = threading.Event()

    def start() -> None:
        arguments = [sys.executable, "-c", SENDER, sqlite_url, hook.url]
        children.append(subprocess.Popen(arguments, cwd=HOME, stdin=subprocess.PIPE))

    def kill_first() -> None:
        if len(hook.got) == 1:
            os.kill(children[0].pid, signal.SIGKILL)
            children[0].wait()
        else:
            taken.set()

    hook.on_post = kill_first
    with Store.open(sqlite_url) as store:
        store.use_outbox([Route("street")], REAL.now())
        now = REAL.now()
        found = Detection("k", "R", 1, "t", "boats", AlertLevel.RED, "t", "s", "s", "boat", "1", "p", now)
        (alert,) = store.report([found], now)
        start()
        children[0].wait(40)
        assert children[0].returncode == -signal.SIGKILL
        assert store.notices(alert.id)[0].state is NoticeState.PENDING
        start()
        assert taken.wait(40)
        assert children[1].stdin is not None
        children[1].stdin.close()
        assert children[1].wait(20) == 0
        assert [n.state for n in store.notices(alert.id)] == [NoticeState.SENT]
    ids = [json.loads(body)["id"] for _, body in hook.got]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    for child in children:
        if child.stdin is not None:
            child.stdin.close()


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_the_collector_sends_by_the_routes_of_its_site(sqlite_url, hook, tmp_path):
    """An officer's desk raises the alert in a store of its own; the collector tells it outside."""
    table = {
        "channels": {"street": {"kind": "webhook", "url": hook.url}},
        "routes": [{"channel": "street", "level": "red"}],
    }
    site = Site(store_url=sqlite_url, outbox=table, folder=tmp_path)
    over, taken = threading.Event(), threading.Event()
    hook.on_post = taken.set
    collector = threading.Thread(target=collect, args=[site, over], name="collector")
    with Store.open(sqlite_url) as desk:
        collector.start()
        try:
            while not routes_of_store(desk):
                assert collector.is_alive()
                desk.wait_for_change(0.2)
            now = REAL.now()
            for key, level in (("a", AlertLevel.ORANGE), ("b", AlertLevel.RED)):
                desk.report([Detection(key, "R", 1, "t", "boats", level, "t", "s", "s", "boat", key, "p", now)], now)
            assert taken.wait(30)
        finally:
            over.set()
            collector.join()
        assert [json.loads(body)["data"]["level"] for _, body in hook.got] == ["red"]
        assert desk.outbox.counts()[NoticeState.PENDING] == 0


def routes_of_store(store: Store) -> tuple[Route, ...]:
    with store.read() as connection:
        return outbox_rows.routes_of(connection)
