"""What a clerk writes down of a dispute, checked and with its masks on before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.deed import Refused, World
from services.domain.dispute_row import FiledDispute, household_alias, parties_alias
from services.domain.masked import mask_name, mask_phone
from services.domain.mediation import CHANNELS, TOPICS, DisputeType, What
from services.domain.mediation import CaseClock as Clock
from services.domain.mediation_acts import FileDispute
from services.domain.mediation_facts import CaseFiled, CaseTold
from services.domain.mediation_terms import MediationTerms
from services.domain.officer import Officer
from services.domain.promise import masked

MOST_WORDS, _MOST_TOPIC = 400, 20
MOST_HOUSEHOLDS = 200
_KNOWN = frozenset(topic for topics in TOPICS.values() for topic in topics)
_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[-\s]?\d{7,8}|\d{7,8})(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_ROOM = re.compile(r"\d{3,4}\s*[室房]")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕"
    "丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
)
_AFTER = "某|先生|女士|称|说|家|与|和|通话|来电|打|的|要求|反映|扬言|[，。；：、\\s]|$"
_CALLED = re.compile(rf"(?<=住户|户主|业主|居民|租客|邻居|我叫|姓名)([{_SURNAMES}])[一-鿿]{{1,2}}")
_NAMED = re.compile(rf"(?:(?<=[，。；：、\s与和同跟被向])|(?<=对)(?!方)|^)([{_SURNAMES}])[一-鿿]{{1,2}}(?={_AFTER})")


def masked_words(words: str, *known: str) -> str:
    """The words of a request without numbers, rooms, ``known`` names and what is plainly a name. Masking free
    text is never complete, so the words are on no wall and in no event."""
    said = _ID_NUMBER.sub("***", words.strip())
    said = _PHONE.sub(lambda found: mask_phone(re.sub(r"\D", "", found.group())), said)
    said = _ROOM.sub("**室", said)
    for name in known:
        said = said.replace(name, mask_name(name))
    for pattern in (_CALLED, _NAMED):
        said = pattern.sub(lambda found: f"{found.group(1)}*", said)
    return said


def topic_of(said: str) -> str:
    """A matter of the list as it is; another one masked and short."""
    said = said.strip()
    return said if said in _KNOWN else masked_words(said)[:_MOST_TOPIC]


def _names_in(opponent: str) -> list[str]:
    """Of persons; a body is called by its name."""
    return [word for word in opponent.split() if re.fullmatch(rf"[{_SURNAMES}][一-鿿]{{1,2}}", word)]


def ages(filed_at: datetime, terms: MediationTerms) -> tuple[Clock, ...]:
    return tuple(Clock(f"age{days}", filed_at + timedelta(days=days)) for days in terms.marks)


def filed_here(
    wish: FileDispute, officer: Officer, at: datetime, world: World, terms: MediationTerms, department: str
) -> CaseFiled:
    """Raises Refused with what is missing or cannot be."""
    estate_name = _estate(wish.estate_id, world)
    dwellings = [part.strip() for part in wish.dwellings if part.strip()]
    if not dwellings:
        raise Refused("请写明是哪一户")
    if len(dwellings) > MOST_HOUSEHOLDS:
        raise Refused(f"一件最多 {MOST_HOUSEHOLDS} 户")
    words = wish.words.strip()
    if not words:
        raise Refused("请写明诉求")
    if len(words) > MOST_WORDS:
        raise Refused(f"诉求不超过 {MOST_WORDS} 字")
    if wish.channel not in CHANNELS:
        raise Refused("请选来源")
    households = tuple(dict.fromkeys(household_alias(wish.estate_id, one) for one in dwellings))
    opponent = wish.opponent.strip()
    return CaseFiled(
        number="",
        type=_type(wish.type),
        topic=topic_of(wish.topic),
        estate_id=wish.estate_id,
        estate_name=estate_name,
        building=_building(dwellings),
        grid_code=officer.area if officer.area.startswith(terms.grid_code) else terms.grid_code,
        households=households,
        opponent=masked(opponent),
        parties_id=parties_alias(households, household_alias(wish.estate_id, opponent)),
        words=masked_words(words, *_names_in(opponent)),
        channel=wish.channel,
        collective=wish.collective or len(households) > 1,
        violent=wish.violent,
        called_110=wish.called_110,
        risk=terms.risk_in(words),
        filed_at=at,
        by=mask_name(officer.name),
        department=department,
        clocks=(Clock(What.ACCEPT, terms.due(terms.accept, at)), *ages(at, terms)),
    )


def filed_there(row: FiledDispute, terms: MediationTerms, department: str) -> CaseTold:
    """A row of the community's own system as the beginning of its case."""
    return CaseTold(
        number=row.number,
        type=row.type,
        topic=row.topic,
        estate_id=row.estate_id,
        estate_name=row.estate_name,
        building=row.building,
        grid_code=terms.grid_code,
        households=row.households,
        opponent=row.opponent,
        parties_id=parties_alias(row.households, row.opponent_id),
        words=row.words,
        channel=row.channel,
        collective=row.collective or len(row.households) > 1,
        violent=row.violent,
        called_110=row.called_110,
        risk=terms.risk_in(row.words),
        filed_at=row.filed_at,
        by="社区",
        department=department,
        clocks=(Clock(What.ACCEPT, terms.due(terms.accept, row.filed_at)), *ages(row.filed_at, terms)),
    )


def _estate(estate_id: str, world: World) -> str:
    known = {estate.id: estate.name for estate in world.topic("estates")}
    if not estate_id or (known and estate_id not in known):
        raise Refused("请选小区")
    return str(known.get(estate_id, estate_id))


def _type(said: str) -> DisputeType:
    try:
        return DisputeType(said)
    except ValueError:
        raise Refused("请选纠纷类型") from None


def _building(dwellings: Sequence[str]) -> str:
    """``3 幢`` when all of them are of one building."""
    found = {match[1] for one in dwellings if (match := re.match(r"\s*(\d+)\s*(?:幢|栋|号楼|-)", one))}
    return f"{found.pop()} 幢" if len(found) == 1 else ""
