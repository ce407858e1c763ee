"""Filing a dispute of who stands at the counter or rings: three questions in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.domain.deed import Refused
from services.domain.estates import Estate
from services.domain.mediation import CHANNELS, TOPICS, DisputeType
from services.domain.mediation_acts import FileDispute

WHO, WHAT, WORDS = "file_who", "file_what", "file_words"
STEPS = (WHO, WHAT, WORDS)
_TICKS = ("联名", "有暴力", "已报 110")


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far."""

    type: DisputeType = DisputeType.NEIGHBOUR
    estate_id: str = ""
    estate_name: str = ""
    dwellings: tuple[str, ...] = ()
    topic: str = ""
    opponent: str = ""

    def words(self) -> str:
        households = f"{len(self.dwellings)} 户" if self.dwellings else ""
        return " · ".join(part for part in (self.type.value, self.topic, self.estate_name, households) if part)


def asked_in(step: str, draft: Draft, estates: Sequence[Estate]) -> dict[str, Any]:
    """The question of a step."""
    nth = f"登记 {STEPS.index(step) + 1}/3"
    if step == WHO:
        kinds = tuple(kind.value for kind in DisputeType)
        return {
            "words": f"{nth}：什么纠纷，哪一户",
            "choices": kinds,
            "chosen": tuple(DisputeType).index(draft.type),
            "hint": "户，例如 3幢2单元501；多户用顿号分开。只留别名",
            "second": ("小区", tuple(estate.name for estate in estates)),
        }
    if step == WHAT:
        topics = (*TOPICS[draft.type], "其他")
        return {
            "words": f"{nth}：{draft.words()}",
            "choices": topics,
            "chosen": 0,
            "hint": "（可不填）对方，例如 物业公司 或 4幢1单元302",
        }
    channels = tuple(CHANNELS.values())
    return {
        "words": f"{nth}：{draft.words()}",
        "hint": "诉求；姓名与电话自动遮盖",
        "second": ("来源", channels),
        "ticks": ("情形", _TICKS),
        "ticked": (0,) if len(draft.dwellings) > 1 else (),
    }


def filled_in(
    step: str,
    draft: Draft,
    choice: int,
    words: str,
    second: int,
    ticked: Sequence[int],
    estates: Sequence[Estate],
) -> Draft | FileDispute:
    """The draft with this answer, or at the last step the wish. Raises Refused with what is wrong."""
    if step == WHO:
        if not 0 <= second < len(estates):
            raise Refused("请选小区")
        dwellings = tuple(part for part in re.split(r"[、，,;；\s]+", words) if part)
        estate = estates[second]
        kind = tuple(DisputeType)[max(0, choice)]
        return replace(draft, type=kind, estate_id=estate.id, estate_name=estate.name, dwellings=dwellings)
    if step == WHAT:
        topics = TOPICS[draft.type]
        topic = topics[choice] if 0 <= choice < len(topics) else ""
        return replace(draft, topic=topic, opponent=words)
    channels = tuple(CHANNELS)
    return FileDispute(
        type=draft.type,
        topic=draft.topic,
        estate_id=draft.estate_id,
        dwellings=draft.dwellings,
        words=words,
        channel=channels[second] if 0 <= second < len(channels) else channels[0],
        opponent=draft.opponent,
        collective=0 in ticked,
        violent=1 in ticked,
        called_110=2 in ticked,
    )
