"""Which futures make a target fail: scenario discovery on the points or runs of a sweep, and the scores of their inputs.

PRIM (Friedman and Fisher 1999, Statistics and Computing 9, 123-143) and CART (Breiman et al. 1984) are the EMA Workbench's (Kwakkel 2017,
Environmental Modelling & Software 96, 239-250). A box or tree that was fitted to chance looks as good as a true one on the rows it was
fitted to, so it is found on one half of the rows and judged on the other, which it has not seen. Restrictions that a quasi-p-value
(Bryant and Lempert 2010, Technological Forecasting & Social Change 77, 34-49) cannot tell from chance are dropped.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact

from yidu.experiments.ensembles.sensitivity import CHANCE, line_of_chance, silent
from yidu.experiments.sweep.indices import Constant, Index, Indices, TooFew, coded

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_CASES = 10
"""Rows that fail, and rows that do not, without which no box is looked for: five on either half."""

FEWEST_ROWS = 60
"""Rows without which halves would be too small for boxes of a twentieth."""

LEAST_MASS = 0.05
"""Least share of the rows in a box or a leaf, as in the workbench."""

SIGNIFICANT = 0.05
"""Quasi-p-value above which a restriction is dropped (Bryant and Lempert 2010)."""

RESAMPLED = 10
"""Random halves of the fitted rows on which PRIM is repeated to see which restrictions come again."""

FORESTS = 20
"""Forests, each on another half of the rows, from which a feature score has its interval."""


class Missing(Exception):
    """The EMA Workbench is not installed."""


class Shares(NamedTuple):
    """What a box holds: `coverage` of all failing rows, `density` of failing ones among its own, `mass` of all rows."""

    coverage: float
    density: float
    mass: float


class Limit(NamedTuple):
    """The restriction of one input; `low`/`high` None where that side is open, `values` for categories."""

    input: str
    low: float | None
    high: float | None
    values: tuple[str, ...] | None
    p: float
    """Quasi-p-value on the rows the box was fitted to."""
    p_held_out: float | None
    """The same on the rows held out."""
    reproduced_coverage: float
    """Share of resamples in which the box of the nearest coverage restricts this input, too."""
    reproduced_density: float
    """The same of the box of the nearest density."""


class Step(NamedTuple):
    """A box on the way that PRIM went: shares on the fitted half and on the half held out; None where no row fell into it."""

    restricted: int
    fitted: Shares
    held_out: Shares | None
    chosen: bool


@dataclass(frozen=True)
class Box:
    """The box that tells failing rows best; no limits where none does."""

    limits: tuple[Limit, ...]
    fitted: Shares
    held_out: Shares | None
    base: float
    """Share of failing rows among those held out."""
    p: float | None
    """Chance of so dense a box among the rows held out if it told nothing (one-sided binomial)."""
    rows: int
    rows_held_out: int
    trajectory: tuple[Step, ...]
    dropped: int
    """Rows without a value."""

    @property
    def tells(self) -> bool:
        """Whether the box tells failing futures on rows it has not seen."""
        return bool(self.limits) and self.p is not None and self.p < SIGNIFICANT


@dataclass(frozen=True)
class Leaf:
    """Where a path through the tree ends: share of failing rows on either half, and the rows there."""

    fitted: float
    held_out: float | None
    rows: int
    rows_held_out: int


@dataclass(frozen=True)
class Split:
    """A question of the tree: input at most `threshold`, or of the category `value`; `yes` and `no` lead on."""

    input: str
    threshold: float | None
    value: str | None
    yes: Split | Leaf
    no: Split | Leaf


@dataclass(frozen=True)
class Tree:
    """A tree of the futures, and how well it tells failing rows that it has not seen."""

    root: Split | Leaf
    accuracy: float
    """Share of held-out rows that the tree puts right."""
    accuracy_base: float
    """The same for the commoner outcome, always."""
    p: float
    """Chance of so many right answers if the tree knew the commoner outcome only (one-sided binomial)."""
    base: float
    rows: int
    rows_held_out: int
    dropped: int

    @property
    def tells(self) -> bool:
        """Whether any split is beyond chance."""
        return isinstance(self.root, Split)


# --- rows


class Halves(NamedTuple):
    """Rows fitted and rows held out."""

    fitted: NDArray[np.intp]
    held_out: NDArray[np.intp]


def halves(fails: Flags, groups: list[NDArray[Any]], seed: int = 1) -> Halves:
    """Halves of the rows that share no group: no point, and no run, of one half stands in the other.

    Args:
        fails: [row].
        groups: labels [row], each array one way in which rows hang together (point; run of common luck); none: rows stand alone.
    """
    luck = np.random.Generator(np.random.Philox(seed))
    if not groups:
        side = np.empty(len(fails), bool)
        for outcome in (False, True):
            rows = np.flatnonzero(fails == outcome)
            side[luck.permutation(rows)] = np.arange(len(rows)) % 2 == 0
        return Halves(np.flatnonzero(side), np.flatnonzero(~side))
    sides = []
    for labels in groups:
        _, codes = np.unique(labels, return_inverse=True)
        first = luck.permutation(codes.max() + 1) % 2 == 0
        sides.append(first[codes])
    return Halves(np.flatnonzero(np.all(sides, axis=0)), np.flatnonzero(~np.any(sides, axis=0)))


def _checked(inputs: pd.DataFrame, fails: Floats, groups: list[NDArray[Any]]) -> tuple[pd.DataFrame, Flags, list[NDArray[Any]], int]:
    """Rows with a value, inputs that vary; an outcome that both kinds of rows have."""
    known = np.isfinite(fails)
    kept = inputs[known].reset_index(drop=True)
    failing = fails[known] > 0.5
    if len(failing) < FEWEST_ROWS:
        raise TooFew(len(failing), len(fails), FEWEST_ROWS)
    if min(failing.sum(), (~failing).sum()) < FEWEST_CASES:
        raise Constant
    moving = [name for name in kept.columns if kept[name].nunique() > 1]
    return kept[moving], failing, [labels[known] for labels in groups], int((~known).sum())


def _halved(inputs: pd.DataFrame, fails: Floats, groups: list[NDArray[Any]]) -> tuple[pd.DataFrame, Flags, Halves, int]:
    """As ``_checked``, and the halves, either of which has both kinds of rows."""
    table, failing, labels, dropped = _checked(inputs, fails, groups)
    half = halves(failing, labels)
    for y in (failing[half.fitted], failing[half.held_out]):
        if min(y.sum(), (~y).sum()) < FEWEST_CASES // 2:
            raise Constant
    return table, failing, half, dropped


def _neutral(inputs: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Inputs under names that the workbench gives no meaning to (it drops one called 'scenario'), and what they were called."""
    named = {f"x{k}": name for k, name in enumerate(inputs.columns)}
    plain = {
        short: inputs[name].to_numpy(float) if pd.api.types.is_numeric_dtype(inputs[name]) else inputs[name].astype(str).astype(object)
        for short, name in named.items()
    }
    return pd.DataFrame(plain), named


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The workbench says nothing, and leaves random numbers as they were."""
    said = [logging.getLogger(name) for name in ("EMA", "ema_workbench")]
    levels = [one.level for one in said]
    try:
        for one in said:
            one.setLevel(logging.CRITICAL)
        with silent(), pd.option_context("mode.string_storage", "python"):
            yield
    finally:
        for one, level in zip(said, levels):
            one.setLevel(level)


@contextlib.contextmanager
def _workbench() -> Iterator[None]:
    """Import the workbench, which warns of what else it could use.

    Raises:
        Missing: it is not there.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImportError as reason:
        raise Missing from reason


# --- PRIM


def prim(inputs: pd.DataFrame, fails: Floats, groups: list[NDArray[Any]] | None = None) -> Box:
    """The box of inputs in which rows fail most clearly.

    Of the boxes on the way that PRIM peels, the one with the largest coverage of failing rows less that of the others is taken (Youden
    1950), then what of its restrictions is not significant is dropped.

    Args:
        inputs: [row, input]; fails: [row], 1 where it fails, 0 where not, NaN where there is no value.
        groups: as `halves`.

    Raises:
        Missing: the workbench is not there.
        TooFew: too few rows. Constant: too few rows fail, or too few do not.
    """
    with _workbench():
        from ema_workbench.analysis.prim import Prim
    table, failing, half, dropped = _halved(inputs, fails, groups or [])
    plain, named = _neutral(table)
    fitted, unseen = plain.iloc[half.fitted].reset_index(drop=True), plain.iloc[half.held_out].reset_index(drop=True)
    y, y_unseen = failing[half.fitted], failing[half.held_out]
    with _quiet():
        box = Prim(fitted, y.astype(int), mass_min=LEAST_MASS).find_box()
        chosen = _best(box, y)
        on_the_way = len(box.box_lims)
        while (weak := _weakest(box, chosen)) is not None:
            wider = _without(box.box_lims[chosen], box.box_lims[0], *weak)
            box.update(wider, np.flatnonzero(_inside(fitted, wider, box.box_lims[0])))
            chosen = len(box.box_lims) - 1
        again = box.resample(chosen, iterations=RESAMPLED, rng=len(y)) if box.p_values[chosen] else pd.DataFrame()
    whole, limits = box.box_lims[0], box.box_lims[chosen]
    inside = _inside(unseen, limits, whole)
    found = tuple(
        Limit(
            named[name], *_sides(limits[name], whole[name]), p=_smaller(values),
            p_held_out=_denser(inside, _inside(unseen, _without(limits, whole, name), whole), y_unseen),
            reproduced_coverage=_share(again, "reproduce coverage", name),
            reproduced_density=_share(again, "reproduce density", name),
        )
        for name, values in box.p_values[chosen].items()
    )  # fmt: skip
    way = [*range(on_the_way), *([chosen] if chosen >= on_the_way else [])]
    trajectory = tuple(
        Step(
            int(box.peeling_trajectory["res_dim"].iloc[k]), shares_of(_inside(fitted, box.box_lims[k], whole), y) or Shares(0.0, 0.0, 0.0),
            shares_of(_inside(unseen, box.box_lims[k], whole), y_unseen), k == chosen,
        )
        for k in way
    )  # fmt: skip
    held, everywhere = shares_of(inside, y_unseen), np.ones(len(y_unseen), bool)
    own = shares_of(_inside(fitted, limits, whole), y)
    assert own is not None  # a box holds a twentieth of the rows it was fitted to
    return Box(found, own, held, float(y_unseen.mean()), _denser(inside, everywhere, y_unseen), len(y), len(y_unseen), trajectory, dropped)


def shares_of(inside: Flags, fails: Flags) -> Shares | None:
    """Coverage, density and mass of the rows inside a box [row]; None where there is none."""
    if not inside.any():
        return None
    return Shares(float(int(fails[inside].sum()) / max(1, int(fails.sum()))), float(fails[inside].mean()), float(inside.mean()))


def _best(box: Any, fails: Flags) -> int:
    """Number of the box with the largest coverage of failing rows less that of the others; of equals the one with fewest restrictions."""
    way = box.peeling_trajectory
    failing, others = float(fails.sum()), float((~fails).sum())
    gain = way["k"].to_numpy(float) / failing - (way["n"].to_numpy(float) - way["k"].to_numpy(float)) / others
    order = np.lexsort((way["res_dim"].to_numpy(float), -np.round(gain, 9)))
    return int(order[0])


def _weakest(box: Any, k: int) -> tuple[str, int | None] | None:
    """The restriction with the largest quasi-p-value, where that is not significant: input, and side (0 low, 1 high; None: categories)."""
    values = {
        (name, None if isinstance(box.box_lims[k][name].iloc[0], set) else side): float(one)
        for name, both in box.p_values[k].items()
        for side, one in enumerate(both)
        if one >= 0.0
    }
    weak = max(values, key=lambda one: values[one], default=None)
    return weak if weak is not None and values[weak] >= SIGNIFICANT else None


def _sides(limit: pd.Series, whole: pd.Series) -> tuple[float | None, float | None, tuple[str, ...] | None]:
    """The sides of a limit that are not open."""
    low, high = limit.iloc[0], limit.iloc[1]
    if isinstance(low, set):
        return None, None, tuple(sorted(str(one) for one in low))
    return (None if low <= whole.iloc[0] else float(low)), (None if high >= whole.iloc[1] else float(high)), None


def _inside(rows: pd.DataFrame, limits: pd.DataFrame, whole: pd.DataFrame) -> Flags:
    """Which rows lie in a box [row]; a side that is open has no limit for rows beyond those fitted, too."""
    inside = np.ones(len(rows), bool)
    for name in limits.columns:
        low, high, values = _sides(limits[name], whole[name])
        column = rows[name].to_numpy()
        if values is not None:
            if set(values) != {str(one) for one in whole[name].iloc[0]}:
                inside &= np.isin(column.astype(str), values)
            continue
        if low is not None:
            inside &= column >= low
        if high is not None:
            inside &= column <= high
    return inside


def _share(again: pd.DataFrame, column: str, name: str) -> float:
    """A percentage of the workbench, added up from tenths, as a share."""
    return round(float(again[column].to_dict()[name]) / 100.0, 9)


def _smaller(both: Sequence[float]) -> float:
    """The quasi-p-value of a restriction: of its two sides the smaller; the workbench writes -1 for a side that is open."""
    return min(float(one) for one in both if one >= 0.0)


def _without(limits: pd.DataFrame, whole: pd.DataFrame, name: str, side: int | None = None) -> pd.DataFrame:
    """A box with the restriction of an input taken off, or of one side of it."""
    wider = limits.copy()
    if side is None:
        wider[name] = whole[name]
    else:
        kept = list(limits[name])
        kept[side] = whole[name].iloc[side]
        wider[name] = pd.Series(kept, index=wider.index)
    return wider


def _denser(inside: Flags, wider: Flags, fails: Flags) -> float | None:
    """Chance of so many failing rows in a box if it failed as often as the wider one around it (one-sided binomial); None if empty."""
    if not inside.any():
        return None
    share = float(fails[wider].mean())
    return float(binomtest(int(fails[inside].sum()), int(inside.sum()), share, alternative="greater").pvalue)


# --- trees


def tree(inputs: pd.DataFrame, fails: Floats, groups: list[NDArray[Any]] | None = None) -> Tree:
    """A tree that parts failing rows from others; splits no likelier than chance among all that were tried are taken back.

    Arguments and errors as `prim`.
    """
    with _workbench():
        from ema_workbench.analysis.cart import CART
    table, failing, half, dropped = _halved(inputs, fails, groups or [])
    plain, named = _neutral(table)
    y, y_unseen = failing[half.fitted], failing[half.held_out]
    with _quiet():
        np.random.seed(len(y))
        grown = CART(plain.iloc[half.fitted].reset_index(drop=True), y.astype(int), mass_min=LEAST_MASS)
        grown.build_tree()
    columns = _features(plain, grown.feature_names, CART.sep)
    root = _cut(grown.clf.tree_, 0, columns, half, failing, grown.feature_names, named, CART.sep)
    right = _put_right(root, table, failing, half.held_out)
    commoner = bool(y.mean() > 0.5)
    always = float((y_unseen == commoner).mean())
    p = float(binomtest(int(right.sum()), len(right), min(max(always, 1e-9), 1.0 - 1e-9), alternative="greater").pvalue)
    return Tree(root, float(right.mean()), always, p, float(y_unseen.mean()), len(y), len(y_unseen), dropped)


def _features(plain: pd.DataFrame, names: list[str], sep: str) -> Floats:
    """The columns that the tree asks about [row, feature]: numbers, and 1 where a row is of a category."""
    columns = []
    for name in names:
        if name in plain.columns:
            columns.append(plain[name].to_numpy(float))
        else:
            column, _, value = name.partition(sep)
            columns.append((plain[column].astype(str) == value).to_numpy(float))
    return np.column_stack(columns)


def _cut(
    grown: Any, node: int, columns: Floats, half: Halves, failing: Flags, features: list[str], named: dict[str, str], sep: str
) -> Split | Leaf:
    """A tree of scikit-learn from a node on, pruned, with the shares of both halves at its ends."""
    leaf = _leaf(failing, half)
    if grown.children_left[node] < 0:
        return leaf
    feature, threshold = int(grown.feature[node]), float(grown.threshold[node])
    at_most = columns[:, feature] <= threshold
    sides = []
    for child, side in ((grown.children_left[node], at_most), (grown.children_right[node], ~at_most)):
        kept = Halves(half.fitted[side[half.fitted]], half.held_out[side[half.held_out]])
        sides.append((kept, _cut(grown, int(child), columns, kept, failing, features, named, sep)))
    (low, one), (high, other) = sides
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        counts = [[int(failing[rows.fitted].sum()), int((~failing[rows.fitted]).sum())] for rows in (low, high)]
        tried = max(1, len(features) * max(1, len(half.fitted) - 1))
        if fisher_exact(counts).pvalue * tried >= CHANCE:
            return leaf
    name = features[feature]
    if name in named:
        return Split(named[name], threshold, None, one, other)
    short, _, value = name.partition(sep)
    return Split(named[short], None, value, other, one)


def _leaf(failing: Flags, half: Halves) -> Leaf:
    held = None if not len(half.held_out) else float(failing[half.held_out].mean())
    return Leaf(float(failing[half.fitted].mean()), held, len(half.fitted), len(half.held_out))


def _put_right(node: Split | Leaf, inputs: pd.DataFrame, failing: Flags, rows: NDArray[np.intp]) -> Flags:
    """Whether each of these rows is what the tree, as fitted, takes it for [row]."""
    if isinstance(node, Leaf):
        right: Flags = failing[rows] == (node.fitted > 0.5)
        return right
    column = inputs[node.input].iloc[rows]
    yes = (column.to_numpy(float) <= node.threshold) if node.threshold is not None else (column.astype(str) == node.value).to_numpy()
    return np.concatenate([_put_right(node.yes, inputs, failing, rows[yes]), _put_right(node.no, inputs, failing, rows[~yes])])


# --- feature scores


def feature_scores(inputs: pd.DataFrame, values: Floats) -> Indices:
    """Scores of the inputs by extremely randomised trees (Geurts et al. 2006; Jaxa-Rozen and Kwakkel 2018), beside idle inputs.

    Each of `FORESTS` is grown on a random half of the rows; an interval holds all but the outermost twentieth of its scores. Every input
    has an idle one beside it, its own values in an order of chance (Kursa and Rudnicki 2010, Journal of Statistical Software 36:11):
    categories score lower than numbers, idle or not. Scores of a forest sum to one with those of its idle inputs.

    Args:
        inputs: [row, input]; values: [row], NaN where there is none.

    Raises:
        Missing: the workbench is not there.
        TooFew: too few rows. Constant: all have one value.
    """
    with _workbench():
        from ema_workbench.analysis.feature_scoring import get_ex_feature_scores
        from ema_workbench.analysis.scenario_discovery_util import RuleInductionType
    known = np.isfinite(values)
    if known.sum() < FEWEST_ROWS:
        raise TooFew(int(known.sum()), len(values), FEWEST_ROWS)
    if np.ptp(values[known]) == 0.0:
        raise Constant
    table = inputs[known].reset_index(drop=True)
    moving = [name for name in table.columns if table[name].nunique() > 1]
    columns, outcome = coded(table[moving]), values[known]
    runs, many = len(outcome), len(moving)
    luck = np.random.Generator(np.random.Philox(runs))
    scores, idle = np.empty((2, FORESTS, many))
    names = [f"x{k}" for k in range(2 * many)]
    with _quiet():
        for k in range(FORESTS):
            rows = luck.permutation(runs)[: runs // 2]
            beside = np.column_stack([columns[rows], luck.permuted(columns[rows], axis=0)])
            found, _ = get_ex_feature_scores(
                pd.DataFrame(beside, columns=names), outcome[rows], mode=RuleInductionType.REGRESSION, random_state=k
            )
            ordered = found.iloc[:, 0].loc[names].to_numpy(float)
            scores[k], idle[k] = ordered[:many], ordered[many:]
    lines = [line_of_chance(idle[:, k], many) for k in range(many)]
    low, high = np.quantile(scores, (0.025, 0.975), axis=0)
    means = scores.mean(axis=0)
    found_rows = tuple(
        Index(name, "score", float(means[k]), float(low[k]), float(high[k]), lines[k], bool(means[k] > lines[k]))
        for k, name in enumerate(moving)
    )
    return Indices(found_rows, runs, int((~known).sum()), None)
