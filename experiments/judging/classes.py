"""What the forecast of an indicator can rest on, and how good its evidence is: classes and grades."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

from yidu.experiments.judging.answer import Class, Grade
from yidu.sim.indicators import INDICATOR

if TYPE_CHECKING:
    from yidu.sim.region import Fact

GRADES: tuple[Grade, ...] = get_args(Grade)


def measured_as(indicator: str) -> set[str]:
    """Indicators whose record says something of this one: itself, and the one that it is, divided or differenced."""
    through = INDICATOR[indicator].made_of if indicator in INDICATOR else None
    return {indicator, through or indicator}


def class_of(indicator: str, facts: Iterable[Fact]) -> Class:
    """可校准 where the record says something of it, 有规则无基数 where only dated rules do, else 仅判断."""
    measured = measured_as(indicator)
    if any(fact.role == "calibrate" and fact.indicator in measured for fact in facts):
        return "可校准"
    return "有规则无基数" if indicator in INDICATOR and INDICATOR[indicator].follows_rules else "仅判断"


def letter(grade: str) -> Grade:
    """The worst letter a grade names: 'A-wp' is A, 'A/B' is B, 'D (centre); C seen (floor)' is D."""
    named = re.findall(r"\b[ABCD]\b", grade)
    return max((one for one in GRADES if one in named), default="D")
