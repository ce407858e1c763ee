"""The tables of registrations, lets and landlords' reports, beside those of ``community_tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table

from services.sources.community_tables import METADATA


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, default="")


JUZHUDENGJI = Table(  # 居住登记
    "juzhudengji",
    METADATA,
    Column("djbh", String(20), primary_key=True),
    _text("rybm", 24),  # 人员别名
    _text("fwbh", 16),
    _text("zjlx", 1),  # 1 居住登记 2 居住证
    _text("djrq", 8),
    _text("dqrq", 8),  # 到期
    _text("xqrq", 8),  # 最近续期
    _text("zxrq", 8),  # 注销
    Column("wsts", Integer),  # 无通行无用量天数, empty where nobody counts
    Index("ix_juzhudengji_dq", "dqrq"),
)
FANGWURB = Table(  # 房屋日报: 空置有用量, 人数与登记不符
    "fangwurb",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("fwbh", 16),
    _text("rq", 8),
    Column("djrs", Integer, nullable=False),  # 登记人数
    Column("cgrs", Integer),  # 近 14 日 5 日以上常出入人数
    Column("ysl", Float),  # 用水 m3
    Column("ydl", Float),  # 用电 kWh
)
RUZHU = Table(  # 入住报送: 房东手机端
    "ruzhu",
    METADATA,
    Column("rzbh", String(20), primary_key=True),
    _text("fwbh", 16),
    _text("xms", 80),  # 姓名, already masked, by comma
    _text("rybms", 240),  # 人员别名, by comma
    _text("rzsj", 14),
    _text("htdq", 8),
    _text("tfsj", 14),  # 退房, empty while they stay
    Index("ix_ruzhu_rzsj", "rzsj"),
)
GATZ = Table(  # 公安通知: 预警号与地点, 不含身份
    "gatz",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("tzbh", 24),
    _text("xqbh", 8),
    _text("dd", 40),  # 地点
    _text("dj", 1),  # 等级 1 蓝 2 黄 3 橙 4 红
    _text("fssj", 14),
)
