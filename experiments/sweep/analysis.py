"""What a sweep says: which inputs decide an indicator, and which futures make a target fail.

Points are compared by the mean over their replicates; points fail by the share of theirs that miss the target. Drawn parameters, asked
for by name, are inputs of single runs: where points share their luck, replicate k of all of them has the same parameters, and counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yidu.calibration.manifest import units_of_drawn
from yidu.experiments.judging.answer import version
from yidu.experiments.judging.runs import reaches
from yidu.experiments.sweep import discovery
from yidu.experiments.sweep.answer import (
    AnalysedInput,
    AnalysedTarget,
    BoxAnswer,
    BoxLimit,
    BoxShares,
    BoxStep,
    IndexAnswer,
    Method,
    SweepAnalysisAnswer,
    TreeAnswer,
    TreeNode,
)
from yidu.experiments.sweep.designs import region_of
from yidu.experiments.sweep.indices import (
    Constant,
    Indices,
    TooFew,
    coded,
    delta_indices,
    morris_indices,
    pawn_indices,
    share_of_luck,
    sobol_indices,
    sobol_length,
)
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.indicators import INDICATORS
from yidu.sim.reading import names_in

if TYPE_CHECKING:
    from yidu.experiments.sweep.store import Sweep

Floats = NDArray[np.float64]

METHODS: tuple[Method, ...] = get_args(Method)
OWN: dict[str, Method] = {"saltelli": "sobol", "morris": "morris"}
"""Designs made for one method."""

DISCOVERY = ("prim", "tree")
MOST_ROWS = 20_000
"""Rows beyond which PAWN, delta, boxes and scores take a random part: they would be no more exact than a reader needs."""

MEASURES = ("total", "first", "second", "mu_star", "mu", "sigma", "pawn", "pawn_max", "delta", "share", "score")


@dataclass(frozen=True)
class Question:
    """What is analysed: an indicator in a year, by a method, with drawn parameters among the inputs or not."""

    method: Method
    indicator: str
    year: int
    unit: str
    targets: tuple[Mapping[str, Any], ...]
    """Those of the indicator in the year, one a region."""
    parameters: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether values carry the model's error: where a target is judged."""
        return self.method in DISCOVERY


def run_analysis(
    sweep: Sweep,
    *,
    indicator: str | None = None,
    target: str | None = None,
    year: int | None = None,
    method: str = "auto",
    parameters: str | None = None,
) -> SweepAnalysisAnswer:
    """Analyse a sweep, finished or not.

    Args:
        indicator: what is explained; None: that of the target.
        target: indicator of the target; None: the first of the region's, for a box or tree the first that is both missed and reached.
        year: None: the target's, or the last year kept.
        method: one of `METHODS`, or "auto": the one the design was made for, else PAWN.
        parameters: drawn parameters that are inputs, too: names with commas, or "all".

    Raises:
        InputError: the question cannot be asked of this sweep; the sentence says which can.
    """
    question = asked(sweep, indicator, target, year, method, parameters)
    if question.judged and indicator is None and target is None:
        return _first_that_fails(sweep, year, question, parameters)
    return _analysed(sweep, question)


def _first_that_fails(sweep: Sweep, year: int | None, question: Question, parameters: str | None) -> SweepAnalysisAnswer:
    """A box or tree of the first target that is both missed and reached often enough."""
    for one in sweep.manifest["targets"]:
        if one["indicator"] in sweep.indicators and one["year"] in sweep.years and year in (None, one["year"]):
            try:
                return _analysed(sweep, asked(sweep, None, one["indicator"], one["year"], question.method, parameters))
            except InputError as reason:
                if not isinstance(reason.__cause__, Constant):
                    raise
    raise InputError(
        "no target of the region is both missed and reached often enough to tell where", file=sweep.where,
        expected=f"{discovery.FEWEST_CASES} or more that miss it, and as many that reach it",
        fix="Ask about another target with --target, or vary more and sweep again.",
    )  # fmt: skip


def _analysed(sweep: Sweep, question: Question) -> SweepAnalysisAnswer:
    """The answer to a question that was checked."""
    runs = sweep.table([question.indicator], question.year, judged=question.judged)
    if runs.empty:
        raise InputError("the sweep has no runs yet", file=sweep.where, fix="Run it on: the same 'yidu sweep' command goes on.")
    try:
        if question.method in OWN.values():
            return _by_design(sweep, question, runs)
        return _given(sweep, question, runs)
    except Constant as reason:
        raise _constant(sweep, question) from reason
    except discovery.Missing as reason:
        raise InputError(
            f"--method {question.method} needs the EMA Workbench, which is not installed",
            fix="Install it: pip install 'yidu[discovery]', or use --method pawn or delta.",
        ) from reason


# --- the question


def asked(sweep: Sweep, indicator: str | None, target: str | None, year: int | None, method: str, parameters: str | None) -> Question:
    """The question that options ask of a sweep, checked before anything is read."""
    chosen = method_of(sweep, method, parameters is not None)
    known = [one for one in sweep.manifest["targets"] if one["indicator"] in sweep.indicators and one["year"] in sweep.years]
    name = target or indicator
    if target is not None and not any(one["indicator"] == target for one in known):
        raise _no_target(sweep, target, known)
    if name is None:
        name = known[0]["indicator"] if known else sweep.indicators[0]
    of_it = [one for one in known if one["indicator"] == name]
    at = year if year is not None else of_it[0]["year"] if of_it else sweep.years[-1]
    goals = {one["region"]: one for one in reversed(of_it) if one["year"] == at}
    if chosen in DISCOVERY and not goals:
        if of_it:
            raise InputError(
                f"the target of '{name}' is not set for {at}", file=sweep.where, value=at,
                expected=" or ".join(str(one["year"]) for one in of_it), fix="Leave --year out, or name one of these.",
            )  # fmt: skip
        raise _no_target(sweep, name, known)
    unit = next((one.unit for one in INDICATORS if one.id == name), "")
    return Question(chosen, name, int(at), unit, tuple(goals[key] for key in sorted(goals)), _parameters(sweep, parameters))


def _no_target(sweep: Sweep, name: str, known: Sequence[Mapping[str, Any]]) -> InputError:
    near = did_you_mean(name, [one["indicator"] for one in known])
    return InputError(f"no target is set for '{name}'", file=sweep.where, value=name, fix=near)


def method_of(sweep: Sweep, method: str, parameters: bool) -> Method:
    """The method asked for, if the design bears it.

    Raises:
        InputError: it needs another design, or inputs that are independent; or the sweep varied nothing.
    """
    if method != "auto" and method not in METHODS:
        raise InputError(f"no method is called '{method}'", value=method, fix=did_you_mean(method, ("auto", *METHODS)))
    if not sweep.axes and not parameters:
        raise InputError(
            "the sweep varied nothing, so there is nothing to compare", file=sweep.where,
            fix="Ask what drawn parameters do: --parameters all; or sweep a design with [vary].",
        )  # fmt: skip
    own = OWN.get(sweep.kind)
    if method == "auto":
        return "pawn" if own is None or parameters else own
    for kind, one in OWN.items():
        if method == one and parameters:
            raise InputError(
                f"--method {method} needs independent inputs, and drawn parameters are correlated by the fit",
                fix="Use --method pawn or delta, which bear correlated inputs.",
            )
        if method == one and sweep.kind != kind:
            raise InputError(
                f"--method {method} reads a {kind} design only, and this is a {sweep.kind} design", file=sweep.where,
                fix=f"Use --method pawn or delta, which read any points, or sweep again with kind = '{kind}'.",
            )  # fmt: skip
    return next(one for one in METHODS if one == method)


def _parameters(sweep: Sweep, asked_for: str | None) -> tuple[str, ...]:
    """Drawn parameters asked for: names with commas, or all."""
    if asked_for is None:
        return ()
    names = names_in(asked_for)
    axes = [axis["name"] for axis in sweep.axes]
    if not names or names == ["all"]:
        return tuple(name for name in DRAWN if name not in axes)
    for name in names:
        if name not in DRAWN:
            raise InputError(f"no parameter is called '{name}'", value=name, fix=did_you_mean(name, DRAWN))
    return tuple(name for name in dict.fromkeys(names) if name not in axes)


def _constant(sweep: Sweep, question: Question) -> InputError:
    if question.method in DISCOVERY:
        least = discovery.FEWEST_CASES
        return InputError(
            f"the target of '{question.indicator}' is missed, or reached, too seldom to tell where", file=sweep.where,
            expected=f"{least} or more that miss it, and as many that reach it",
            fix="Ask about another target with --target, or vary more and sweep again.",
        )  # fmt: skip
    return InputError(
        f"'{question.indicator}' has one value at all points, so nothing decides it", file=sweep.where,
        fix="Ask about another with --indicator.",
    )  # fmt: skip


# --- designs made for their method


def _by_design(sweep: Sweep, question: Question, runs: pd.DataFrame) -> SweepAnalysisAnswer:
    """Sobol or Morris indices of all points in the order of the sample."""
    names = [axis["name"] for axis in sweep.axes]
    values = by_point(sweep, runs, question.indicator)
    common = sweep.luck == "common"
    if question.method == "sobol":
        length = sobol_length(len(values), sweep.manifest["design"].get("size"), len(names))
    else:
        length = len(names) + 1
    if len(values) % length:
        raise InputError(
            f"{len(values)} points are no whole number of blocks of {length}", file=sweep.where, fix="Use --method pawn or delta."
        )
    try:
        if question.method == "sobol":
            found = sobol_indices(values, names, length, common)
        else:
            found = morris_indices(values, coded(sweep.points[names]), names, common)
    except TooFew as few:
        raise InputError(
            f"only {few.kept} of {few.asked} blocks of the sample have a value at all their points", file=sweep.where,
            expected=f"{few.least} or more",
            fix="Finish the sweep or run failed runs again (--retry), use --method pawn, or sweep again with a larger size.",
        ) from few  # fmt: skip
    return _answer(
        sweep, question, runs, found.kept, found.dropped, rows_are="blocks", luck=found.luck, indices=_indices(found),
        inputs=_inputs(sweep, question, sweep.points),
    )  # fmt: skip


def by_point(sweep: Sweep, runs: pd.DataFrame, indicator: str) -> Floats:
    """An indicator of every point of the design [point, replicate]; NaN where a run failed, or is not there yet."""
    values = np.full((len(sweep.points), sweep.per_point), np.nan)
    values[_place(sweep, runs), runs["replicate"].to_numpy(int)] = runs[indicator].to_numpy(float)
    return values


# --- any design


def _given(sweep: Sweep, question: Question, runs: pd.DataFrame) -> SweepAnalysisAnswer:
    """PAWN, delta, a box, a tree or scores: of points by what was varied, of runs by drawn parameters."""
    names = [axis["name"] for axis in sweep.axes]
    values = by_point(sweep, runs, question.indicator)
    luck = share_of_luck(values, sweep.luck == "common")
    cut: float | None = None
    groups: list[NDArray[Any]] = []
    tables: list[tuple[pd.DataFrame, Floats]] = []
    if question.method in DISCOVERY:
        misses = by_point(sweep, runs.assign(**{question.indicator: _misses(sweep, question, runs)}), question.indicator)
        if question.parameters:
            table = sweep.inputs(question.parameters)
            tables.append((table, misses[_place(sweep, runs), runs["replicate"].to_numpy(int)]))
            groups = _groups(sweep, runs)
        else:
            fails, cut = points_that_fail(misses)
            tables.append((sweep.points[names].reset_index(drop=True), fails))
    else:
        if names:
            tables.append((sweep.points[names].reset_index(drop=True), means(values)))
        if question.parameters:
            tables.append(_by_run(sweep, runs, question, values))
    failing = tables[0][1][np.isfinite(tables[0][1])].mean() if question.method in DISCOVERY else None
    unused = max(0, max(len(table) for table, _ in tables) - MOST_ROWS)
    picked = [_some(len(table)) for table, _ in tables]
    tables = [(table.iloc[rows].reset_index(drop=True), outcome[rows]) for (table, outcome), rows in zip(tables, picked)]
    groups = [labels[picked[0]] for labels in groups]
    inputs = _inputs(sweep, question, *(table for table, _ in tables))
    rows_are: Literal["points", "runs"] = "runs" if question.parameters else "points"
    head: dict[str, Any] = {"rows_are": rows_are, "luck": luck, "inputs": inputs, "unused": unused, "cut": cut, "failing": failing}
    try:
        if question.method == "prim":
            box = discovery.prim(*tables[0], groups)
            return _answer(sweep, question, runs, box.rows + box.rows_held_out, box.dropped, box=_box(box, inputs), **head)
        if question.method == "tree":
            grown = discovery.tree(*tables[0], groups)
            return _answer(sweep, question, runs, grown.rows + grown.rows_held_out, grown.dropped, tree=_tree(grown, inputs), **head)
        by = {"pawn": pawn_indices, "delta": delta_indices, "features": discovery.feature_scores}[question.method]
        found = [by(*table) for table in tables]
    except TooFew as few:
        of_draws = bool(question.parameters) and sweep.luck == "common"
        raise InputError(
            f"only {few.kept} of {few.asked} {'draws of parameters' if of_draws else rows_are} have a value", file=sweep.where,
            expected=f"{few.least} or more",
            fix="Sweep again with more runs a point ([runs] per_point), or with luck = 'independent'."
            if of_draws
            else "Finish the sweep or run failed runs again (--retry), or sweep again with a larger size.",
        ) from few  # fmt: skip
    joined = Indices(tuple(row for one in found for row in one.rows), found[-1].kept, sum(one.dropped for one in found), luck)
    return _answer(sweep, question, runs, joined.kept, joined.dropped, indices=_indices(joined), **head)


def means(values: Floats) -> Floats:
    """Mean over replicates [point]; NaN where fewer than half of them have a value."""
    return np.where(_half(values), np.nansum(values, axis=1) / np.maximum(1, np.isfinite(values).sum(axis=1)), np.nan)


def _half(values: Floats) -> NDArray[np.bool_]:
    """Which points have a value in half of their replicates [point]."""
    enough: NDArray[np.bool_] = 2 * np.isfinite(values).sum(axis=1) >= max(values.shape[1], 1)
    return enough


def points_that_fail(misses: Floats) -> tuple[Floats, float]:
    """Which points fail [point], and above which share of missing runs: half, or that of all runs where too few points lie on one side.

    Args:
        misses: [point, replicate], 1 where a run misses the target.
    """
    shares = means(misses)
    known = shares[np.isfinite(shares)]
    cut = 0.5
    many = int((known > cut).sum())
    if min(many, len(known) - many) < discovery.FEWEST_CASES and len(known) and misses.shape[1] > 1:
        cut = float(known.mean())
    return np.where(np.isfinite(shares), shares > cut, np.nan), cut


def _misses(sweep: Sweep, question: Question, runs: pd.DataFrame) -> Floats:
    """1 where a run misses the target of its region, 0 where it reaches it, NaN where it has no value or its region no target [run]."""
    values, found = runs[question.indicator].to_numpy(float), np.full(len(runs), np.nan)
    region = sweep.points["region"].to_numpy()[_place(sweep, runs)]
    for goal in question.targets:
        here = (region == goal["region"]) & np.isfinite(values)
        found[here] = ~reaches(values[here], str(goal["sense"]), float(goal["value"]))
    return found


def _place(sweep: Sweep, runs: pd.DataFrame) -> NDArray[np.intp]:
    """Row of its point for every run [run]."""
    return np.asarray(pd.Index(sweep.points["point"]).get_indexer(runs["point"]), np.intp)


def _luck_of(runs: pd.DataFrame) -> NDArray[np.intp]:
    """Which runs have the same seed and number, and so the same drawn parameters [run]."""
    return np.asarray(runs.groupby(["seed", "run"], sort=True).ngroup(), np.intp)


def _groups(sweep: Sweep, runs: pd.DataFrame) -> list[NDArray[Any]]:
    """How runs hang together: those of a point by what was varied, those of one number by their draws; nothing where none does."""
    points, luck = runs["point"].to_numpy(), _luck_of(runs)
    found: list[NDArray[Any]] = []
    if sweep.axes and sweep.per_point > 1 and len(np.unique(points)) > 1:
        found.append(points)
    if len(np.unique(luck)) < len(luck):
        found.append(luck)
    return found


def _by_run(sweep: Sweep, runs: pd.DataFrame, question: Question, values: Floats) -> tuple[pd.DataFrame, Floats]:
    """Drawn parameters, and what runs with them gave: one row a draw.

    Where points share their luck a draw stands once at each of them: its value is then the mean of what it adds to each point.
    """
    drawn = sweep.inputs(question.parameters)[list(question.parameters)]
    luck, own = _luck_of(runs), runs[question.indicator].to_numpy(float)
    if len(np.unique(luck)) == len(luck):
        return drawn, own
    level = means(values)
    added = pd.Series(own - level[_place(sweep, runs)] + np.nanmean(level))
    outcome = added.groupby(luck).mean()
    first = pd.Series(np.arange(len(luck))).groupby(luck).first()
    return drawn.iloc[first.to_numpy()].reset_index(drop=True), np.asarray(outcome, np.float64)


def _some(rows: int) -> NDArray[np.intp]:
    """All rows, or `MOST_ROWS` of them by lot."""
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.Generator(np.random.Philox(rows)).permutation(rows)[:MOST_ROWS])


# --- the answer


def _answer(
    sweep: Sweep, question: Question, runs: pd.DataFrame, rows: int, dropped: int, *, rows_are: Literal["blocks", "points", "runs"],
    luck: float | None, inputs: tuple[AnalysedInput, ...], indices: tuple[IndexAnswer, ...] = (), box: BoxAnswer | None = None,
    tree: TreeAnswer | None = None, unused: int = 0, cut: float | None = None, failing: float | None = None,
) -> SweepAnalysisAnswer:  # fmt: skip
    goals = [AnalysedTarget(region=one["region"], sense=one["sense"], value=one["value"], unit=one["unit"]) for one in question.targets]
    return SweepAnalysisAnswer(
        folder=str(sweep.where), kind=sweep.kind, method=question.method, indicator=question.indicator, year=question.year,
        unit=question.unit, targets=tuple(goals) if question.judged else (), judged=question.judged, points=len(sweep.points),
        per_point=sweep.per_point, luck=sweep.luck,  # type: ignore[arg-type]
        complete=sweep.complete, runs=len(runs),
        runs_without_value=int((~np.isfinite(runs[question.indicator].to_numpy(float))).sum()), rows_are=rows_are, rows=rows,
        rows_dropped=dropped, rows_unused=unused, fails_above=cut, failing=None if failing is None else float(failing),
        luck_share=None if luck is None else min(1.0, luck), inputs=inputs, indices=indices, box=box, tree=tree, version=version(),
    )  # fmt: skip


def _inputs(sweep: Sweep, question: Question, *tables: pd.DataFrame) -> tuple[AnalysedInput, ...]:
    """What was varied, and the parameters asked for, with the range they took."""
    axes = {axis["name"]: axis for axis in sweep.axes}
    units = units_of_drawn(region_of(str(sweep.points["region"].iloc[0]))) if question.parameters else {}  # the first region's
    found = []
    for table in tables:
        for name in table.columns:
            column, axis = table[name], axes.get(name)
            plain = bool(pd.api.types.is_numeric_dtype(column))
            found.append(
                AnalysedInput(
                    input=name, id=name.partition("@")[0] if axis is not None and axis["kind"] == "lever" else name,
                    kind="parameter" if axis is None else axis["kind"], year=None if axis is None else axis["year"],
                    unit=units.get(name, "") if axis is None else axis["unit"] or "",
                    low=float(column.min()) if plain else None, high=float(column.max()) if plain else None,
                    values=None if plain else tuple(sorted({str(one) for one in column})),
                )
            )  # fmt: skip
    return tuple(found)


def _indices(found: Indices) -> tuple[IndexAnswer, ...]:
    """Indices by measure, the largest first; what goes up or down by its size."""
    rows = sorted(found.rows, key=lambda row: (MEASURES.index(row.measure), -abs(row.value)))
    return tuple(
        IndexAnswer(
            input=row.input, other=row.other, measure=row.measure, value=row.value, low=row.low, high=row.high,
            chance=_finite(row.chance), beyond_chance=row.beyond_chance,
        )
        for row in rows
    )  # fmt: skip


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value


def _box(box: discovery.Box, inputs: Sequence[AnalysedInput]) -> BoxAnswer:
    units = {one.input: one.unit for one in inputs}
    return BoxAnswer(
        limits=tuple(BoxLimit(unit=units[one.input], **one._asdict()) for one in box.limits),
        fitted=BoxShares(**box.fitted._asdict()), held_out=_shares(box.held_out), base=box.base, p=box.p, beyond_chance=box.tells,
        rows=box.rows, rows_held_out=box.rows_held_out,
        trajectory=tuple(
            BoxStep(restricted=one.restricted, fitted=BoxShares(**one.fitted._asdict()), held_out=_shares(one.held_out), chosen=one.chosen)
            for one in box.trajectory
        ),
    )  # fmt: skip


def _shares(held: discovery.Shares | None) -> BoxShares | None:
    return None if held is None else BoxShares(**held._asdict())


def _tree(tree: discovery.Tree, inputs: Sequence[AnalysedInput]) -> TreeAnswer:
    units = {one.input: one.unit for one in inputs}
    nodes: list[TreeNode] = []

    def add(node: discovery.Split | discovery.Leaf, parent: int | None, answer: Literal["yes", "no"] | None) -> None:
        number = len(nodes)
        at: dict[str, Any] = {"node": number, "parent": parent, "answer": answer}
        if isinstance(node, discovery.Leaf):
            of_split = dict.fromkeys(("input", "threshold", "value", "unit"))
            of_leaf = {"fitted": node.fitted, "held_out": node.held_out, "rows": node.rows, "rows_held_out": node.rows_held_out}
            nodes.append(TreeNode(**at, **of_split, **of_leaf))  # type: ignore[arg-type]
            return
        nothing = dict.fromkeys(("fitted", "held_out", "rows", "rows_held_out"))
        nodes.append(TreeNode(**at, input=node.input, threshold=node.threshold, value=node.value, unit=units[node.input], **nothing))  # type: ignore[arg-type]
        add(node.yes, number, "yes")
        add(node.no, number, "no")

    add(tree.root, None, None)
    return TreeAnswer(
        nodes=tuple(nodes), accuracy=tree.accuracy, accuracy_base=tree.accuracy_base, p=tree.p, beyond_chance=tree.tells, base=tree.base,
        rows=tree.rows, rows_held_out=tree.rows_held_out,
    )  # fmt: skip


__all__ = ["METHODS", "Question", "asked", "by_point", "means", "method_of", "points_that_fail", "run_analysis"]
