"""The shape of what `yidu response` answers."""

from __future__ import annotations

from pydantic import Field

from yidu.experiments.ensembles.differences import Price
from yidu.experiments.judging.answer import Answer, Asked, Grade, Rests
from yidu.sim.levers import Decider

Error = Field(ge=0.0, description="Monte Carlo error of the paired mean, one standard deviation")


class Effect(Answer):
    """What a level of a lever does to one indicator, against the scenario's own level."""

    indicator: str = Field(description="an indicator in the last year of the plan, or a door (ACCOUNT:HOW) over its years")
    mean: float = Field(description="in the unit of the indicator")
    error: float = Error
    beyond_chance: bool = Field(description="more than three errors from zero")


class NextUnit(Answer):
    """A step up: from one level of a lever to a higher one."""

    value: float = Field(description="where the step ends, in the unit of the lever")
    indicator: str = Field(description="the first that the lever declares to move")
    gain: float = Field(description="what the step adds to it")
    gain_error: float = Error
    money: float = Field(description="what the step adds to district money over the plan [万元]")
    money_error: float = Error
    per_unit: float | None = Field(
        description="district money over the plan for one unit of the lever more in every year [万元]; null where gain or money is"
        " within chance"
    )
    per_unit_error: float | None = Error
    price: Price | None = Field(description="of a unit of the indicator [万元]; null where gain or money is within chance")


class Point(Answer):
    """A lever held at one level."""

    value: float = Field(description="in the unit of the lever")
    cost: float = Field(description="district money over the plan, more than at the scenario's own level [万元]")
    effects: tuple[Effect, ...]
    cost_error: float = Error
    cost_beyond_chance: bool
    part: float = Field(ge=0.0, le=1.0, description="of the way from the bottom of the range to its top")
    extrapolation: bool = Field(description="far beyond what the record has seen of the lever")
    next: NextUnit | None = Field(description="to the next point; null at the top")


class OverRange(Answer):
    """What a lever does to one indicator from the bottom of its range to the top, and how strongly it responds above its own level."""

    indicator: str
    unit: str
    mean: float = Field(description="top less bottom")
    error: float = Error
    beyond_chance: bool
    relative: float | None = Field(description="of the level at the bottom; null where that is not above zero")
    first_tenth: float | None = Field(
        description="part of the largest effect against the bottom that a tenth of the range brings; null where none is beyond chance"
    )
    elasticity: float | None = Field(
        description="relative change of the indicator over that of the lever, both by their midpoint, from the scenario's own level to"
        " the top (arc elasticity); null where the change is within chance"
    )
    elasticity_error: float | None = Error


class Literature(Answer):
    """A value of the literature, and what the model measures in the same terms where it measures that."""

    parameter: str
    meaning_zh: str
    meaning_en: str
    unit: str
    low: float
    central: float
    high: float
    quality: str = Field(description="A peer-reviewed, Chinese data; A-wp working paper; B elsewhere; C official; D judgement")
    source: str
    measured: float | None = Field(description="from the bottom of the range to the top; null where the model has nothing like it")
    measured_p05: float | None = Field(description="90 % interval by Monte Carlo error alone (Fieller 1954)")
    measured_p95: float | None


class LeverResponse(Answer):
    """One lever over its range."""

    lever: str
    dead: bool = Field(
        description="nothing it declares to move moves beyond chance at the top of its range (the bottom, where the scenario is at the top)"
    )
    switch: bool = Field(description="nine tenths of its largest effect come in the first tenth of its range")
    points: tuple[Point, ...]
    unit: str
    present: float = Field(description="the scenario's own level, mean over the plan")
    next: NextUnit | None = Field(
        description="from the scenario's own level to the nearest point above that has a price, else to the nearest; null at the top"
    )
    indicators: tuple[str, ...] = Field(description="declared to be moved by it, what it is for first")
    over_range: tuple[OverRange, ...]
    literature: tuple[Literature, ...] = Field(description="what is known of its effect from elsewhere; none: nothing was found")
    decided_by: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    grade: Grade
    silent: bool = Field(description="the record says nothing of its effect")


class ResponseAnswer(Asked):
    """`yidu response --json`."""

    levers: tuple[LeverResponse, ...]
    indicator: str | None = Field(description="the one asked for; null: those that each lever declares to move")
    year: int = Field(description="of the indicators: the last of the plan")
    over: str = Field(description="years over which money is paid and doors are counted")
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
