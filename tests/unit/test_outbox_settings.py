"""``[outbox]`` of the site file: read, and refused with the key and the choices."""

import tomllib
from datetime import timedelta

import pytest

from services.collect.outbox_settings import outbox_from
from services.collect.site import SiteError
from services.domain.alert import AlertLevel
from services.domain.notice import Occasion

WHOLE = """
[channels.street]
kind = "webhook"
url = "https://hook.example/alerts"
shape = "alertmanager"
token = "geheim"
read_s = 5
[channels.mail]
kind = "smtp"
host = "mail.example"
sender = "desk@example.org"
username = "desk"
password = "geheim"
[[routes]]
channel = "street"
level = "orange"
occasions = ["raised", "closed"]
scene = "boats"
after_s = 120
expires_min = 30
[[routes]]
channel = "mail"
to = ["lead@example.org", "leader@example.org"]
role = "duty_leader"
occasions = ["escalated"]
"""

HOOK = '[channels.h]\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
MAIL = '[channels.m]\nkind = "smtp"\nhost = "h"\nsender = "a@b"\n'


def test_that_a_whole_table_is_read():
    settings = outbox_from(tomllib.loads(WHOLE))
    (hook,), (mail,), (first, second) = settings.webhooks, settings.mails, settings.routes
    assert (hook.name, hook.shape, hook.token, hook.connect_s, hook.read_s) == (
        "street",
        "alertmanager",
        "geheim",
        3.0,
        5.0,
    )
    assert (mail.name, mail.port, mail.security) == ("mail", 587, "required")
    assert first.occasions == (Occasion.RAISED, Occasion.CLOSED)
    assert (first.level, first.scene, first.after) == (AlertLevel.ORANGE, "boats", timedelta(minutes=2))
    assert first.expires == timedelta(minutes=30)
    assert (second.to, second.role) == (("lead@example.org", "leader@example.org"), "duty_leader")


def test_that_secrets_are_not_shown():
    assert "geheim" not in repr(outbox_from(tomllib.loads(WHOLE)))


def test_that_no_table_is_no_outbox():
    settings = outbox_from({})
    assert settings.routes == ()
    assert settings.channels() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[channel.x]", "不认识的键 'channel'"),
        ('[channels.x]\nkind = "pigeon"', "可用：webhook、smtp"),
        ('[channels."街道"]\nkind = "webhook"', "渠道名"),
        ('[channels.x]\nkind = "webhook"', "url"),
        ('[channels.x]\nkind = "webhook"\nurl = "ftp://x/"', "http://"),
        (HOOK + 'shape = "soap"', "cloudevents、alertmanager"),
        (HOOK + "read_s = true", "read_s 须为数字"),
        (HOOK + "read_s = 0", "read_s 须在 0.1 与 120 之间"),
        (HOOK + "most_per_hour = -1", "most_per_hour"),
        (MAIL + "port = 70000", "port 须在 1 与 65535"),
        (HOOK + 'colour = "red"', "不认识的键 'colour'"),
        ('[channels.x]\nkind = "webhook"\nurl = "http://hook.example/"\ntoken = "t"', "https"),
        ('[channels.m]\nkind = "smtp"\nsender = "a@b"', "缺少 host"),
        ('[channels.m]\nkind = "smtp"\nhost = "h"\nsender = "nobody"', "sender"),
        (MAIL + 'security = "magic"', "required、offered、tls、none"),
        (MAIL + 'security = "none"\nusername = "u"', "未加密"),
        (HOOK + '[[routes]]\nchannel = "other"', "可用：h"),
        (HOOK + '[[routes]]\nchannel = "h"\noccasions = ["sunrise"]', "sunrise"),
        (HOOK + '[[routes]]\nchannel = "h"\nlevel = "pink"', "blue、yellow、orange、red"),
        (HOOK + '[[routes]]\nchannel = "h"\nrole = "king"', "king"),
        (HOOK + '[[routes]]\nchannel = "h"\nexpires_min = 0', "expires_min"),
        (HOOK + '[[routes]]\nchannel = "h"\nafter_s = -1', "after_s"),
        (HOOK + '[[routes]]\nchannel = "h"\nto = [3]', "一列文字"),
        (MAIL + '[[routes]]\nchannel = "m"', "邮箱地址"),
        (MAIL + '[[routes]]\nchannel = "m"\nto = ["a@b\\nBcc: c@d"]', "邮箱地址"),
        ("routes = 3", "[[outbox.routes]]"),
    ],
)
def test_that_a_wrong_table_is_refused_with_its_place(text, said):
    with pytest.raises(SiteError, match="outbox") as why:
        outbox_from(tomllib.loads(text))
    assert said in str(why.value)
