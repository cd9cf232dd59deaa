"""What the forecast of an indicator can rest on, and how good its evidence is: classes and grades."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, get_args

from experiments.answers import Class, Grade

if TYPE_CHECKING:
    from sim.region import Fact

GRADES: tuple[Grade, ...] = get_args(Grade)

FOLLOWS_RULES = frozenset(
    {
        "specialised_smes",
        "postdoc_stations",
        "new_rd_institutes",
        "high_end_talent",
        "high_tech_output_share",
        "digital_core_share",
        "science_staff",
        "tech_projects",
        "new_incubators",
        "fund_scale",
    }
)
"""Indicators without a record to fit that follow from dated rules: 有规则无基数."""

MEASURED_THROUGH: Mapping[str, str] = {
    "rd_growth": "rd_expenditure",
    "rd_share_of_gdp": "rd_expenditure",
    "patents_per_10k": "patents",
}
"""Indicators that are another one divided or differenced: its record and its readings are theirs too."""


def class_of(indicator: str, facts: Iterable[Fact]) -> Class:
    """可校准 where the record says something of it, 有规则无基数 where only dated rules do, else 仅判断."""
    measured = {indicator, MEASURED_THROUGH.get(indicator, indicator)}
    if any(fact.role == "calibrate" and fact.indicator in measured for fact in facts):
        return "可校准"
    return "有规则无基数" if indicator in FOLLOWS_RULES else "仅判断"


def letter(grade: str) -> Grade:
    """The worst letter a grade names: 'A-wp' is A, 'A/B' is B, 'D (centre); C seen (floor)' is D."""
    named = re.findall(r"\b[ABCD]\b", grade)
    return max((one for one in GRADES if one in named), default="D")
