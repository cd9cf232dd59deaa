"""The JSON shape of `yidu decompose`. Keys are public."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Asked, Rests, Share

By = Literal["year", "department", "park", "sector"]
Basis = Literal["joint", "per_target", "all_runs"]
Chain = Literal["register", "certify", "specialised"]


class Middle(Answer):
    """The middle half of the runs that a number is read on."""

    p25: float | None
    median: float | None
    p75: float | None


class ChosenTarget(Answer):
    """A target that the task list is to reach."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    probability: float | None = Field(ge=0.0, le=1.0, description="of reaching it, as `assess` has it: with what the model may have wrong")
    mc_error: float | None = Share
    arriving: int = Field(ge=0, description="runs whose own count reaches it, without the model's error, so that the tasks add up to it")


class TaskYear(Middle):
    """One task in one year."""

    task: str
    year: int
    unit: str
    mean: float
    whole: int = Field(ge=0, description="whole things of the year; the years add up to the median over the plan")
    serves: str = Field(description="indicator whose target it is done for")
    read_on: tuple[str, ...] = Field(description="targets that the runs reach from which it is read; empty: all runs")
    arriving: int = Field(ge=1, description="runs that it is read from")
    lead: str | None = Field(description="department that leads it; null where the pack has no owner map or names none")
    support: tuple[str, ...]


class TaskPart(Middle):
    """One task in one year in one sector, or in one park or street."""

    task: str
    year: int
    unit: str
    by: Literal["sector", "place"]
    part: str = Field(description="id of the sector or place; `elsewhere`: belongs to none, or closed within the year without a trace")
    mean: float
    whole: int = Field(ge=0, description="of the task's whole things in that year; parts add up to it (largest remainders)")
    manager: str | None = Field(description="department that manages the place, where the owner map says so")


class DepartmentDuties(Answer):
    """What falls to a department."""

    department: str
    title_zh: str
    title_en: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    manages: tuple[str, ...] = Field(description="parks and streets")
    basis: str = Field(description="sentence that it rests on, or judgement")


class RenewalYear(Answer):
    """Certificates that fall due in a year. Those due by the third year of the plan stand already when it begins."""

    status: Literal["high_tech_enterprises", "specialised_smes"]
    due: int = Field(description="year")
    issued: int = Field(description="year of their issue")
    known: Middle | None = Field(description="due by what stood at the end of the year before; null where not counted")
    at_review: Middle = Field(description="of these, firms still there at the review")
    filed: Middle | None = Field(description="of these, filed again; null where there is no filing")
    renewed: Middle | None


class Funnel(Answer):
    """Solved back: to have so many a year come through, how many must file (or meet the criteria), and how many are coached."""

    chain: Chain
    task: str = Field(description="what is reached")
    through: str = Field(description="what it is drawn from: first filings, or firms that meet the criteria and have no such status")
    goal: int = Field(ge=0, description="come through a year, mean of the whole things of the plan")
    pass_rate: Middle = Field(description="come through over drawn from, over the plan, in each run")
    needed: Middle = Field(description="drawn from a year, for the goal at each run's own rate")
    coached: Middle = Field(description="firms coached a year in the same runs, for the goal in proportion; not an effect of coaching")
    after_coaching: Middle = Field(description="of those that come through, share coached in that or an earlier year")
    runs: int = Field(ge=0)


class DecomposeAnswer(Asked):
    """`yidu decompose --json`."""

    by: By
    basis: Basis = Field(
        description="joint: runs that reach all chosen targets; per_target: too few do, so each task is read on the runs that reach"
        " its own target, and on all runs where it has none; all_runs: the region sets no target"
    )
    targets: tuple[ChosenTarget, ...]
    joint_probability: float | None = Share
    joint_mc_error: float | None = Share
    joint_arriving: int | None = Field(description="runs whose own counts reach all chosen targets; null without targets")
    tasks: tuple[TaskYear, ...]
    parts: tuple[TaskPart, ...] = Field(description="parts that no run has anything in are left out")
    departments: tuple[DepartmentDuties, ...]
    renewals: tuple[RenewalYear, ...]
    funnel: tuple[Funnel, ...]
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
