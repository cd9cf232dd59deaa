"""`yidu sweep analyse --json`: indices of inputs, a box of failing futures, or a tree of them, and what each rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Share

Method = Literal["sobol", "morris", "pawn", "delta", "prim", "tree", "features"]
Kind = Literal["lever", "environment", "parameter", "category"]


class AnalysedInput(Answer):
    """Something that was varied, or a parameter that was drawn."""

    input: str
    id: str = Field(description="lever, field or parameter, without a year")
    kind: Kind
    year: int | None = Field(description="the lever from this year on; null: all years of the plan")
    unit: str
    low: float | None = Field(description="least value among the points; null for categories")
    high: float | None
    values: tuple[str, ...] | None = Field(description="categories")


class IndexAnswer(Answer):
    """One index of one input, or of a pair."""

    input: str
    other: str | None = Field(description="the second input of a pair (measure 'second')")
    measure: Literal["first", "total", "second", "mu", "mu_star", "sigma", "pawn", "pawn_max", "delta", "share", "score"] = Field(
        description="first, total, second: Sobol's shares of variance; mu, mu_star, sigma: Morris, in the unit of the indicator over the"
        " whole range of the input; pawn, pawn_max: median and largest Kolmogorov-Smirnov distance; delta: Borgonovo's; share: of variance"
        " that goes with the input; score: of extremely randomised trees"
    )
    value: float
    low: float | None = Field(description="of the 95 % interval")
    high: float | None
    chance: float | None = Field(description="what luck, or an idle input, would show; null where it is not known")
    beyond_chance: bool | None


class BoxShares(Answer):
    """What a box holds."""

    coverage: float = Field(ge=0.0, le=1.0, description="share of all failing rows that lie in the box")
    density: float = Field(ge=0.0, le=1.0, description="share of failing rows among those in the box")
    mass: float = Field(ge=0.0, le=1.0, description="share of all rows that lie in the box")


class BoxLimit(Answer):
    """The restriction of one input."""

    input: str
    low: float | None = Field(description="null: open below")
    high: float | None = Field(description="null: open above")
    values: tuple[str, ...] | None = Field(description="categories inside")
    unit: str
    p: float = Field(ge=0.0, le=1.0, description="quasi-p-value on the rows that the box was fitted to")
    p_held_out: float | None = Field(ge=0.0, le=1.0, description="the same on the rows held out")
    reproduced_coverage: float = Field(
        ge=0.0, le=1.0, description="share of resamples whose box of the nearest coverage restricts this input, too"
    )
    reproduced_density: float = Field(ge=0.0, le=1.0, description="the same of the box of the nearest density")


class BoxStep(Answer):
    """One box on the way that PRIM peeled."""

    restricted: int = Field(ge=0, description="inputs restricted")
    fitted: BoxShares
    held_out: BoxShares | None
    chosen: bool


class BoxAnswer(Answer):
    """The box of inputs in which the target fails."""

    limits: tuple[BoxLimit, ...] = Field(description="empty: no box was found")
    fitted: BoxShares
    held_out: BoxShares | None
    base: float = Field(ge=0.0, le=1.0, description="share of failing rows among all that were held out")
    p: float | None = Field(ge=0.0, le=1.0, description="chance of so dense a box among the rows held out if it told nothing")
    beyond_chance: bool
    rows: int
    rows_held_out: int
    trajectory: tuple[BoxStep, ...]


class TreeNode(Answer):
    """A question of the tree, or where a path ends: share of failing rows there."""

    node: int
    parent: int | None
    answer: Literal["yes", "no"] | None = Field(description="which answer to the parent leads here")
    input: str | None = Field(description="null at the end of a path")
    threshold: float | None = Field(description="yes: at most this")
    value: str | None = Field(description="yes: of this category")
    unit: str | None
    fitted: float | None = Share
    held_out: float | None = Share
    rows: int | None
    rows_held_out: int | None


class TreeAnswer(Answer):
    """A tree of futures."""

    nodes: tuple[TreeNode, ...]
    accuracy: float = Field(ge=0.0, le=1.0, description="share of held-out rows that the tree puts right")
    accuracy_base: float = Field(ge=0.0, le=1.0, description="the same when always taking the commoner outcome")
    p: float = Field(ge=0.0, le=1.0)
    beyond_chance: bool = Field(description="whether any split is")
    base: float = Share
    rows: int
    rows_held_out: int


class AnalysedTarget(Answer):
    """The target that is missed or not."""

    region: str
    sense: Literal[">=", "<="]
    value: float
    unit: str


class SweepAnalysisAnswer(Answer):
    """`yidu sweep analyse --json`."""

    folder: str
    kind: str
    method: Method
    indicator: str
    year: int
    unit: str
    targets: tuple[AnalysedTarget, ...] = Field(description="of the regions swept, for prim and tree; empty for the others")
    judged: bool = Field(description="with what the model may have wrong, as targets are judged; without for indices and scores")
    points: int
    per_point: int
    luck: Literal["common", "independent"]
    complete: bool
    runs: int = Field(description="runs that are there, failed ones included")
    runs_without_value: int
    rows_are: Literal["blocks", "points", "runs"] = Field(description="what the analysis rests on")
    rows: int
    rows_dropped: int = Field(description="left out because a run of theirs gave no value")
    rows_unused: int = Field(description="left out by lot because more would take too long")
    fails_above: float | None = Field(description="a point fails where more than this share of its runs do; null for single runs")
    failing: float | None = Field(ge=0.0, le=1.0, description="share of the rows that fail")
    luck_share: float | None = Field(ge=0.0, le=1.0, description="share of the variance of single runs that lies within points")
    inputs: tuple[AnalysedInput, ...]
    indices: tuple[IndexAnswer, ...] = Field(description="of each measure the largest first")
    box: BoxAnswer | None
    tree: TreeAnswer | None
    version: str
    conclusion: str = ""
    warnings: tuple[str, ...] = ()
