"""Notices by e-mail: one message in plain text for each recipient, on a connection of its own."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.collect.channels import NeverTaken, NotTaken
from services.collect.channels.shapes import headline, letter
from services.domain.notice import Notice
from services.domain.timebase import SHANGHAI

SECURITIES = ("required", "offered", "tls", "none")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """``security``: STARTTLS is ``required``, taken when ``offered``, or ``none``; ``tls`` speaks TLS from
    the first byte. A login is sent over TLS only."""

    name: str
    host: str
    sender: str
    port: int = 587
    security: str = "required"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 15.0
    most_per_hour: int = 60  # [D] a storm fills no mailbox


class Smtp:
    def __init__(self, settings: SmtpSettings, trust: ssl.SSLContext | None = None) -> None:
        self.name = settings.name
        self.most_per_hour = settings.most_per_hour
        self._settings = settings
        self._trust = trust or ssl.create_default_context()

    def post(self, notice: Notice) -> str:
        try:
            with self._connected() as server:
                return self._hand_over(server, notice)
        except smtplib.SMTPRecipientsRefused as why:
            code, said = next(iter(why.recipients.values()))
            raise _refused(code, said) from why
        except smtplib.SMTPResponseException as why:
            if isinstance(why, smtplib.SMTPAuthenticationError):
                raise NotTaken(f"SMTP {why.smtp_code} 登录被拒绝") from why
            raise _refused(why.smtp_code, why.smtp_error) from why
        except ssl.SSLError as why:
            raise NotTaken("证书校验失败") from why
        except TimeoutError as why:
            raise NotTaken("邮件服务器没有应答") from why
        except (smtplib.SMTPException, OSError) as why:
            raise NotTaken(f"邮件未送出：{type(why).__name__}") from why

    def close(self) -> None:
        """Nothing is kept between messages."""

    def _connected(self) -> smtplib.SMTP:
        its = self._settings
        if its.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                its.host, its.port, timeout=its.timeout_s, context=self._trust, local_hostname="localhost"
            )
        else:
            server = smtplib.SMTP(its.host, its.port, timeout=its.timeout_s, local_hostname="localhost")
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        its = self._settings
        server.ehlo()
        secure = its.security == "tls"
        if its.security in ("required", "offered") and server.has_extn("starttls"):
            server.starttls(context=self._trust)
            server.ehlo()
            secure = True
        if its.security == "required" and not secure:
            raise NotTaken("邮件服务器不提供 STARTTLS")
        if its.username:
            if not secure:
                raise NotTaken("未加密，不发送口令")
            server.login(its.username, its.password)

    def _hand_over(self, server: smtplib.SMTP, notice: Notice) -> str:
        server.send_message(message(notice, self._settings.sender), self._settings.sender, [notice.recipient])
        return "SMTP 250"


def message(notice: Notice, sender: str) -> EmailMessage:
    """The letter. Its Message-ID is the same at every attempt, so a mailbox can drop the second."""
    written = EmailMessage(policy=SMTP)
    written["Subject"] = headline(notice)
    written["From"] = sender
    written["To"] = notice.recipient
    written["Date"] = format_datetime(notice.news.at.astimezone(SHANGHAI))
    written["Message-ID"] = f"<{notice.id}@district-console.invalid>"
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(letter(notice), cte="base64")
    return written


def _refused(code: int, said: bytes | str) -> NotTaken | NeverTaken:
    """4xx is for now, 5xx for good. The server's words are cut: they may repeat the address."""
    answer = f"SMTP {code} " + {4: "暂不接收", 5: "拒收"}.get(code // 100, "")
    del said
    return NeverTaken(answer) if code // 100 == 5 else NotTaken(answer)
