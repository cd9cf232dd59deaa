"""An adaptive rule as it is typed: `--if "tech_enterprises < 380 in 2023" --then "enterprise_coaching=120,register_award=3"`.

The condition and the levers are read by the grammar of scenario files, so both say the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from yidu.experiments.scenarios.scenario import _trigger, first_year
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.sim.region import Region
    from yidu.sim.triggers import Trigger

WHERE = "--if --then"
RULE = re.compile(r"\s*(?P<when>.+?)\s+in\s+(?P<year>\S+)\s*")
AT_THE_LINE = re.compile(r"(?P<left>.*?[<>≤≥]=?)\s*line\s*")
EXAMPLE = '--if "tech_enterprises < 380 in 2023" --then "enterprise_coaching=120,register_award=3"'


@dataclass(frozen=True)
class Rule:
    """What is tried: triggers; `at_line` where the value of the only one is the warning line, still to be found."""

    triggers: tuple[Trigger, ...]
    at_line: bool = False


def rule_of(region: Region, condition: str | None, then: str | None) -> Rule | None:
    """The rule of `--if` and `--then`, None where neither is given.

    Raises:
        InputError: half a rule, or one that is not written like `EXAMPLE`, acts after the plan, or on the good side of a line.
    """
    if condition is None and then is None:
        return None
    if condition is None or then is None:
        raise InputError("--if and --then belong together", expected=EXAMPLE)
    said = RULE.fullmatch(unicodedata.normalize("NFKC", condition))
    if said is None:
        raise InputError(f"--if '{condition}' does not say in which year", expected='"tech_enterprises < 380 in 2023"')
    line = AT_THE_LINE.fullmatch(said["when"])
    when = said["when"] if line is None else f"{line['left']} 0"
    trigger = _trigger({"when": when, "year": said["year"], "then": steps_of(then)}, first_year(region), WHERE, False)
    end = region.settings.years.plan_end
    if trigger.year >= end:
        raise InputError(
            f"a rule on {trigger.year} acts from {trigger.year + 1} on, after the plan",
            file=WHERE,
            expected=f"a year from {first_year(region)} to {end - 1}",
        )
    if line is not None:
        check_line(region, trigger)
    return Rule((trigger,), line is not None)


def steps_of(text: str) -> dict[str, object]:
    """`lever=value,lever=value` as a table; a value that is no number is left for the grammar of scenarios to refuse."""
    steps: dict[str, object] = {}
    for part in re.split(r"[,，;；]", text):
        id, equals, value = (piece.strip() for piece in part.partition("="))
        if not (id and equals and value):
            raise InputError(f"--then '{part.strip()}' is not lever=value", expected='"enterprise_coaching=120,register_award=3"')
        if id in steps:
            raise InputError(f"--then names {id} twice")
        try:
            steps[id] = float(value)
        except ValueError:
            steps[id] = value
    return steps


def check_line(region: Region, trigger: Trigger) -> None:
    """Refuse a rule on the line of an indicator without a target, or on the good side of the line."""
    goals = {target.indicator: target for target in region.targets}
    if trigger.indicator not in goals:
        raise InputError(f"no target is set for '{trigger.indicator}'", file=WHERE, fix="Write a number in place of the line.")
    warns = "<" if goals[trigger.indicator].sense == ">=" else ">"
    if not trigger.sense.startswith(warns):
        raise InputError(
            f"the line of {trigger.indicator} warns on the other side than '{trigger.sense}'", file=WHERE, expected=f"{warns} line"
        )


def at_line(rule: Rule, line: float) -> Rule:
    """The rule with the line that was found as its value."""
    (trigger,) = rule.triggers
    return replace(rule, triggers=(replace(trigger, value=line),))
