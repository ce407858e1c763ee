"""What an officer types of people, with their names masked and their relation kept: ``女儿陈红`` → ``女儿陈*``."""

from __future__ import annotations

from services.domain.masked import mask_name
from services.domain.promise import masked

RELATIONS = (
    *("女儿", "儿子", "女婿", "儿媳", "孙子", "孙女", "外孙", "侄子", "侄女", "老伴", "妹妹", "姐姐", "弟弟", "哥哥"),
    *("家属", "子女", "监护人", "邻居", "楼长", "网格员", "志愿者", "护工", "保姆", "社工", "民警", "医生", "本人"),
)


def told(words: str) -> str:
    """Names and telephone numbers as their masks; who they are to the elder stays."""
    return " ".join(_word(word) for word in words.split())


def _word(word: str) -> str:
    for relation in RELATIONS:
        if word == relation:
            return word
        if word.startswith(relation) and 2 <= len(word) - len(relation) <= 4:
            return relation + _name(word.removeprefix(relation))
    return masked(word)


def _name(word: str) -> str:
    """After a relation stands a name, or a sentence."""
    hidden = masked(word)
    return hidden if hidden != word or len(word) > 4 else mask_name(word) if len(word) <= 3 else word
