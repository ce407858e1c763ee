"""What a rule may not look at, whatever the upstream sends (PIPL art. 28, equality before the law)."""

from __future__ import annotations

# Words of a column's name, between its underscores.
COLUMN_WORDS = frozenset(
    {"ethnicity", "ethnic", "nation", "nationality", "race", "religion", "religious", "belief", "faith"}
    | {"origin", "native", "hometown", "birthplace", "hukou"}
    | {"health", "disease", "illness", "medical", "diagnosis", "disability", "disabled", "pregnancy", "pregnant"}
    | {"hiv", "psychiatric", "mental", "genetic", "political", "sexuality"}
    | {"minzu", "zongjiao", "jiguan", "jibing"}
)

# What a text constant or a pattern may not speak of either.
TEXT_WORDS = (
    "民族",
    "族别",
    "宗教",
    "信仰",
    "信教",
    "籍贯",
    "出生地",
    "户籍",
    "外地人",
    "疾病",
    "患病",
    "病史",
    "精神障碍",
    "残疾",
    "怀孕",
    "政治面貌",
    "汉族",
    "回族",
    "藏族",
    "维吾尔",
    "哈萨克",
    "蒙古族",
    "穆斯林",
    "基督教",
    "佛教",
    "伊斯兰",
)

WHY = "民族、宗教、籍贯、健康等不得作为条件"


def is_forbidden(column: str) -> bool:
    return not COLUMN_WORDS.isdisjoint(column.lower().split("_"))


def forbidden_in(text: str) -> str:
    """The first word of a text constant that no rule may compare with; empty when there is none."""
    return next((word for word in TEXT_WORDS if word in text), "")
