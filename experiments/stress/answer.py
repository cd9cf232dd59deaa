"""The published shape of `yidu stress`: an ordeal is events that happen together and what they do, on the same runs as without them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.ensembles.differences import ChanceChange, Difference
from yidu.experiments.judging.answer import Answer, Asked, Band, Carrier, Chance, Class, Grade, Rests, Share
from yidu.experiments.stress.events import Kind
from yidu.sim.levers import Decider


class EventAnswer(Answer):
    """One event of the pack."""

    id: str
    kind: Kind
    title_zh: str
    title_en: str
    what_zh: str
    what_en: str
    first_year: int = Field(description="year in which it begins; in a list of events, where the question names none")
    last_year: int | None = Field(description="null: for good")
    changes: dict[str, float | None] = Field(
        description="by giant, sector, field, rule or lever: log/yr for a sector, amount added for a field, new value for a rule or"
        " lever, null for a giant that leaves"
    )
    grade: Grade = Field(description="of the evidence on its size")
    source: str


class EventsAnswer(Answer):
    """`yidu stress --json` without an event: what the pack has."""

    region: str
    version: str
    events: tuple[EventAnswer, ...]
    conclusion: str
    warnings: tuple[str, ...]


class StressedTarget(Answer):
    """One target without and under the events."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    class_: Class = Field(alias="class")
    without: Chance
    under: Chance
    chance: ChanceChange | None = Field(description="of the probability, under the events less without; null where no run has a value")
    difference: Difference | None = Field(description="of the indicator")
    hurt: bool = Field(description="the probability falls by more than three paired errors")
    helped: bool = Field(description="it rises by more than three")
    lost: bool = Field(description="hurt, and the verdict is worse than without the events")
    carriers: tuple[Carrier, ...] = Field(description="parameters that carry a tenth or more of the variance of the difference")
    grade: Grade = Field(description="worst of the sizes of the events and, where it is hurt, of what carries the difference")


class StressedLevel(Answer):
    """One indicator in one year without and under the events."""

    indicator: str
    year: int
    unit: str
    without: Band
    under: Band
    difference: Difference | None


class StressedJoint(Answer):
    """The probability that one and the same run reaches several targets."""

    of: Literal["all", "calibrated"] = Field(description="calibrated: the targets of class 可校准")
    targets: int = Field(ge=0)
    without: float | None = Share
    without_mc_error: float | None = Share
    under: float | None = Share
    under_mc_error: float | None = Share
    chance: ChanceChange | None


class StressedMoney(Answer):
    """What the district pays over the plan."""

    over: str
    unit: Literal["万元"] = "万元"
    without: Band
    under: Band
    difference: Difference


class Ordeal(Answer):
    """Events that happen together, and what they do."""

    events: tuple[EventAnswer, ...]
    digest: str = Field(description="of the runs under the events, before the model's error")
    targets: tuple[StressedTarget, ...]
    joint: tuple[StressedJoint, ...]
    public_money: StressedMoney
    levels: tuple[StressedLevel, ...] = Field(description="from the first year of the events to the last that is planned for")


class LeverTried(Answer):
    """One lever raised under the events, from their first year on; all else as the scenario has it."""

    lever: str
    decided_by: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    part: float = Field(gt=0.0, le=1.0, description="of the way from the scenario's own path to the top of the lever's range")
    from_year: int
    value_before: float = Field(description="in the target's year, as the scenario has it")
    value: float = Field(description="in the target's year, as raised")
    unit: str
    probability: float | None = Share
    mc_error: float | None = Share
    left: ChanceChange = Field(description="what is left of the fall: against the same runs without the events")
    back: ChanceChange = Field(description="what comes back: against the same runs under the events alone")
    restores: bool = Field(description="the probability is as high as without the events, or higher")
    helps: bool = Field(description="it rises by more than three paired errors")
    cost: Difference = Field(description="further district money over the plan, 万元")
    extrapolation: bool = Field(description="far beyond what the record has seen of the lever")
    grade: Grade = Field(description="worst grade among the lever's level and the parameters it acts through")
    silent: bool = Field(description="the record says nothing of its effect")


class ReplacementAnswer(Answer):
    """What would bring one target back to where it was."""

    indicator: str
    year: int
    without: Chance
    under: Chance
    restored_by: str | None = Field(description="the lever that does it for the least district money; null: no single one does")
    tried: tuple[LeverTried, ...] = Field(
        description="each lever that can reach the target at the least part tried that restores it, cheapest first; then those that"
        " do not at the top of their range, the most helpful first"
    )


class StressAnswer(Asked):
    """`yidu stress --json`."""

    ordeals: tuple[Ordeal, ...] = Field(description="each tried by itself on the same runs")
    replacements: tuple[ReplacementAnswer, ...] = Field(description="for the targets hurt most, where one ordeal was tried")
    mixes: int = Field(ge=1, description="mixes that were run, each with the number of runs above")
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
