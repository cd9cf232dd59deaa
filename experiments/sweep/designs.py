"""A batch experiment as a file: what is varied, how points are sampled, how often each is run.

    [design]
    kind = "lhs"                # lhs, grid, sobol, morris, saltelli, table
    size = 256
    [vary]
    knowledge_loan_cover = [0.5, 0.9]       # a lever over the plan's years; "seed_fund@2023" from 2023 on
    gdp_growth = [0.03, 0.08]               # a field of the environment
    entry_rate = "prior"                    # a parameter over its prior; or [low, high]
    environment = ["baseline", "slow"]      # a choice; region, scenario and seed, too
    [runs]
    per_point = 10
    luck = "common"

Samples are those of scipy.stats.qmc (Latin hypercube, Sobol sequence) and SALib (Morris 1991 trajectories; Saltelli 2010). docs/designs.md
has every entry.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from yidu.calibration.manifest import fit_in, manifest_of
from yidu.experiments.ensembles.paired import last_year
from yidu.experiments.scenarios import scenario as mixes
from yidu.experiments.sweep.design_file import ENDINGS, table_of
from yidu.experiments.sweep.samples import sampled
from yidu.sim.draws import DRAWN, Draws, Floats, PriorDraws, Readings, TableDraws, beliefs, quantile
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR, LEVERS, check_range, lever
from yidu.sim.reading import read_toml, shown
from yidu.sim.region import load as load_region

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.pack import Prior
    from yidu.sim.region import Region

Kind = Literal["lhs", "grid", "sobol", "morris", "saltelli", "table"]
Luck = Literal["common", "independent"]
From = Literal["posterior", "prior", "median"]
KINDS, LUCKS, SOURCES = get_args(Kind), get_args(Luck), get_args(From)
CHOICES = ("region", "scenario", "environment", "seed")
"""What a point is run on: columns of every table of points, and axes where several are named."""

TABLES = ("design", "base", "vary", "fix", "runs")
KEYS = {
    "design": ("kind", "size", "seed", "file", "levels", "second_order"),
    "base": ("region", "scenario", "environment", "seed", "draws"),
    "runs": ("per_point", "luck", "years", "indicators", "chunk"),
}
MOST_POINTS, MOST_RUNS, LARGEST_SEED = 10_000_000, 10**10, 2**63 - 1
CHUNK = 500
"""Runs in a part: about ten seconds of one core, what a death of a worker can cost."""

MOST_CHUNK = 100_000
POINT = "design"
"""What a value of a point is shown as standing in."""

YEARLY = re.compile(r"(?P<id>\w+)@(?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True)
class Axis:
    """Something that is varied: between two ends, or among values; `year`: a lever from that year on."""

    name: str
    kind: Literal["lever", "environment", "parameter", "category"]
    low: float | None = None
    high: float | None = None
    unit: str = ""
    values: tuple[Any, ...] | None = None
    year: int | None = None
    prior: bool = False

    @property
    def id(self) -> str:
        """Lever, field, parameter or choice, without a year."""
        return self.name.partition("@")[0] if self.kind == "lever" else self.name


@dataclass(frozen=True)
class Setting:
    """One point as plain data: everything that its runs are made from but their number."""

    region: str
    scenario: str
    environment: str
    seed: int
    draws: str
    levers: Mapping[str, Any] = field(default_factory=dict)
    assumed: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Design:
    """A design ready to run.

    Attributes:
        points: a row a point: point, region, scenario, environment, seed, and a column an axis.
        fixed: parameters held at a value in every run.
        years: first and last year kept.
    """

    kind: Kind
    axes: tuple[Axis, ...]
    points: pd.DataFrame = field(repr=False)
    draws: From
    fixed: Mapping[str, float]
    per_point: int
    luck: Luck
    years: tuple[int, int]
    indicators: tuple[str, ...]
    chunk: int
    sample_seed: int = 1
    size: int = 1
    second_order: bool = False

    @property
    def rows(self) -> int:
        """Runs in all."""
        return len(self.points) * self.per_point

    @property
    def stepped(self) -> frozenset[str]:
        """Levers that take a step in some year: of those, an axis without a year is the value until the first step."""
        return frozenset(axis.id for axis in self.axes if axis.year is not None)

    def base_setting(self, point: int) -> Setting:
        """What a point is run on, with nothing varied."""
        row: dict[str, Any] = {name: self.points[name].iat[point] for name in CHOICES}
        return Setting(
            str(row["region"]), str(row["scenario"]), str(row["environment"]), int(row["seed"]), self.draws,
            parameters=dict(self.fixed),
        )  # fmt: skip

    def setting(self, point: int) -> Setting:
        """Everything that the runs of a point are made from."""
        base, stepped = self.base_setting(point), self.stepped
        given: dict[str, dict[str, Any]] = {"lever": {}, "environment": {}, "parameter": dict(self.fixed)}
        for axis in self.axes:
            if axis.kind == "category":
                continue
            value: Any = self.points[axis.name].iat[point]
            value = value if isinstance(value, str) else float(value)
            if axis.id in stepped:
                year = mixes.first_year(region_of(base.region)) if axis.year is None else axis.year
                given["lever"].setdefault(axis.id, {})[str(year)] = value
            else:
                given[axis.kind][axis.id] = value
        return replace(base, levers=given["lever"], assumed=given["environment"], parameters=given["parameter"])

    def described(self) -> dict[str, Any]:
        """What decides the runs, as JSON holds it; the points stand in a table of their own."""
        axes = [{key: list(v) if isinstance(v, tuple) else v for key, v in asdict(axis).items()} for axis in self.axes]
        return {
            "kind": self.kind, "size": self.size, "seed": self.sample_seed, "second_order": self.second_order, "axes": axes,
            "draws": self.draws, "fix": dict(self.fixed), "luck": self.luck,
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """SHA-256 of what is described and of the points."""
        seen = hashlib.sha256(json.dumps(self.described(), sort_keys=True, ensure_ascii=False).encode())
        for name in self.points.columns:
            column = self.points[name]
            seen.update(name.encode())
            seen.update(column.to_numpy().tobytes() if column.dtype.kind in "if" else "\n".join(map(str, column)).encode())
        return seen.hexdigest()


def design_of(described: Mapping[str, Any], points: pd.DataFrame) -> Design:
    """A design from what a manifest says of it, as far as its points go."""
    axes = tuple(Axis(**{**axis, "values": None if axis["values"] is None else tuple(axis["values"])}) for axis in described["axes"])
    return Design(
        kind=described["kind"], axes=axes, points=points, draws=described["draws"], fixed=described["fix"], per_point=1,
        luck=described["luck"], years=(FIRST_YEAR, LAST_YEAR), indicators=INDICATOR_IDS, chunk=CHUNK,
        sample_seed=described["seed"], size=described["size"], second_order=described["second_order"],
    )  # fmt: skip


# --- what a point is run with


@dataclass(frozen=True)
class Replaced:
    """Draws with some parameters held at a value."""

    base: Draws
    values: Mapping[str, float]

    @property
    def source(self) -> str:
        """See ``yidu.sim.draws.Draws``: never taken for the draws themselves."""
        return f"{self.base.source} with " + ", ".join(f"{name} = {value!r}" for name, value in sorted(self.values.items()))

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings]:
        """See ``yidu.sim.draws.Draws``."""
        parameters, readings = self.base.of_runs(seed, runs)
        parameters = parameters.copy()
        for name, value in self.values.items():
            parameters[:, DRAWN.index(name)] = value
        return parameters, readings


def prepared(setting: Setting) -> tuple[Region, Scenario, Draws]:
    """A point as the ensemble takes it; regions, scenarios and draws are read once a process.

    Raises:
        InputError: a region, its fit, a scenario or a value cannot be used.
    """
    region, base, draws = region_of(setting.region), scenario_of(setting.region, setting.scenario), draws_of(setting.region, setting.draws)
    if setting.levers or setting.assumed:
        base = mixes.changed(region, base, setting.levers, setting.assumed, POINT)
    return region, base, Replaced(draws, setting.parameters) if setting.parameters else draws


@lru_cache(maxsize=8)
def region_of(name: str) -> Region:
    """A region, read once."""
    return load_region(name)


@lru_cache(maxsize=8)
def beliefs_of(region: str) -> dict[str, Prior]:
    """What a region believes of everything drawn, by name."""
    return {belief.parameter: belief for belief in beliefs(region_of(region))}


@lru_cache(maxsize=64)
def scenario_of(region: str, name: str) -> Scenario:
    """A scenario of a region, read once."""
    return mixes.load(region_of(region), name)


@lru_cache(maxsize=8)
def fit_of(region: str) -> tuple[Draws, str | None]:
    """The draws of a region's fit and their digest, read once; of its priors, and None, where it has no fit."""
    pack = region_of(region)
    fit = fit_in(pack, pack.folder / "posterior")
    return (PriorDraws(pack), None) if fit is None else (fit.draws, str(fit.manifest["draws"]))


class MadeWith(NamedTuple):
    """Digests of what the runs of a region and a scenario are made with, as this process has read it."""

    pack: str
    fit: str | None
    scenario: str


@lru_cache(maxsize=64)
def made_with(region: str, scenario: str, draws: str) -> MadeWith:
    """What the points of a region and a scenario are made with; errors as for `prepared`."""
    pack, mix = region_of(region), scenario_of(region, scenario)
    fit = (manifest_of(pack) or {}).get("draws") if draws == "prior" else fit_of(region)[1]
    levers = (mix.levers.key, sorted((k, dict(v)) for k, v in mix.environment.items()), mix.triggers)
    return MadeWith(pack.digest, fit, hashlib.sha256(repr(levers).encode()).hexdigest())


@lru_cache(maxsize=8)
def draws_of(region: str, source: str) -> Draws:
    """Where parameters come from; `median`: each at its median, readings still drawn."""
    pack = region_of(region)
    if source == "prior":
        return PriorDraws(pack)
    found, _ = fit_of(region)
    if source == "posterior":
        return found
    if isinstance(found, TableDraws):
        middle = np.median(found.parameters, axis=0)
    else:
        middle = np.array([float(quantile(belief, np.array([0.5]))[0]) for belief in beliefs(pack)])
    return Replaced(found, dict(zip(DRAWN, map(float, middle), strict=True)))


# --- reading a file


def read(path: str | Path) -> Design:
    """A design from its file, every entry checked and every point made.

    Raises:
        InputError: the file is not there, or something in it cannot be used.
    """
    file = Path(path)
    sheet = read_toml(file)
    try:
        return _Reader(file, sheet).design()
    except InputError as error:
        if error.file is None or error.file == POINT:  # a name that the design uses: say where it stands
            raise InputError(
                error.message, file=shown(file), row=error.row, value=error.value, unit=error.unit, expected=error.expected, fix=error.fix
            ) from error
        raise


class _Reader:
    """One file; `where` it is shown as."""

    def __init__(self, file: Path, sheet: Mapping[str, Any]) -> None:
        self.file, self.where, self.sheet = file, shown(file), sheet
        self.table: str | None = None
        self.first_row = 2
        for name, table in sheet.items():
            if name not in TABLES:
                raise self.wrong(f"a design has no table '{name}'", name, fix=did_you_mean(name, TABLES))
            if not isinstance(table, Mapping):
                raise self.wrong(f"{name} is not a table", fix=f"Write [{name}] on a line, its entries below.")
            for key in table:
                if name in KEYS and key not in KEYS[name]:
                    raise self.wrong(f"[{name}] has no entry '{key}'", key, fix=did_you_mean(key, KEYS[name]))

    def wrong(self, message: str, value: object = None, *, expected: str | None = None, fix: str | None = None) -> InputError:
        """A mistake in the file."""
        return InputError(message, file=self.where, value=value, expected=expected, fix=fix)

    def get(self, table: str, key: str, otherwise: Any) -> Any:
        """An entry, or what is meant without it."""
        return self.sheet.get(table, {}).get(key, otherwise)

    def whole(self, table: str, key: str, otherwise: int, low: int, high: int) -> int:
        """A whole number within its range."""
        value = self.get(table, key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(f"[{table}] {key} = {value!r} is not usable", value, expected=f"a whole number from {low:,} to {high:,}")
        return value

    def one_of(self, table: str, key: str, otherwise: str, known: Sequence[str]) -> str:
        """One of a few words."""
        value = self.get(table, key, otherwise)
        if value not in known:
            fix = did_you_mean(value, known) if isinstance(value, str) else None
            raise self.wrong(f"[{table}] {key} = {value!r} is not usable", value, expected=", ".join(known), fix=fix)
        return str(value)

    # --- the whole

    def design(self) -> Design:
        """The design."""
        if "design" not in self.sheet:
            raise self.wrong("the design lacks its table [design]", expected='[design] with kind = "lhs" and size = 100')
        kind: Kind = self.one_of("design", "kind", "", KINDS)  # type: ignore[assignment]
        self.base: dict[str, Any] = {
            "region": self.region(self.get("base", "region", "dadukou")),
            "scenario": self.path_of(self.get("base", "scenario", "status_quo")),
            "environment": self.environment(self.get("base", "environment", "baseline")),
            "seed": self.whole("base", "seed", 1, 0, LARGEST_SEED),
        }
        self.draws: From = self.one_of("base", "draws", "posterior", SOURCES)  # type: ignore[assignment]
        self.pack = region_of(self.base["region"])
        self.beliefs = beliefs_of(self.base["region"])
        fixed = {name: self.parameter_value(name, value) for name, value in self.sheet.get("fix", {}).items()}
        seed = self.whole("design", "seed", 1, 0, LARGEST_SEED)
        second = self.get("design", "second_order", False)
        if not isinstance(second, bool):
            raise self.wrong(f"[design] second_order = {second!r} is neither true nor false", second)
        if kind == "table":
            axes, table, size = self.from_table()
        else:
            if self.get("design", "file", None) is not None:
                raise self.wrong(f"a design of kind {kind} takes no file", fix='Write kind = "table", or take the line out.')
            axes = tuple(self.axis(name, given, kind) for name, given in self.sheet.get("vary", {}).items())
            size, table = self.sample(kind, axes, seed, second)
        for name in fixed:
            if any(axis.name == name for axis in axes):
                raise self.wrong(f"'{name}' is both varied and held", name, fix="Take it out of [vary] or of [fix].")
        self.apart(axes)
        points = self.points(table)
        per_point = self.whole("runs", "per_point", 1, 1, MOST_RUNS)
        if len(points) * per_point > MOST_RUNS:
            raise self.wrong("the design has too many runs", len(points) * per_point, expected=f"at most {MOST_RUNS:,}")
        found = Design(
            kind=kind, axes=axes, points=points, draws=self.draws, fixed=fixed, per_point=per_point,
            luck=self.one_of("runs", "luck", "common", LUCKS),  # type: ignore[arg-type]
            years=self.years(), indicators=self.indicators(), chunk=self.whole("runs", "chunk", CHUNK, 1, MOST_CHUNK),
            sample_seed=seed, size=size, second_order=second,
        )  # fmt: skip
        self.check(found)
        return found

    def region(self, given: object) -> str:
        """A region's name, or its folder as a path from anywhere."""
        if not isinstance(given, str) or not given.strip():
            raise self.wrong(f"region = {given!r} is not a name", given, expected='region = "dadukou", or a folder')
        beside = self.file.parent / given
        return str(beside.resolve()) if ("/" in given or "\\" in given or given.startswith(".")) and beside.is_dir() else given

    def path_of(self, given: object) -> str:
        """A scenario's name, or its file as a path from anywhere."""
        if not isinstance(given, str) or not given.strip():
            raise self.wrong(f"scenario = {given!r} is not a name", given, expected='scenario = "status_quo", or a file')
        return str((self.file.parent / given).resolve()) if given.endswith(".toml") else given

    def years(self) -> tuple[int, int]:
        """First and last year kept."""
        usual = [self.pack.settings.years.record_end, last_year(self.pack)]
        given = self.get("runs", "years", usual)
        if isinstance(given, int) and not isinstance(given, bool):
            given = [given, given]
        whole = isinstance(given, list) and len(given) == 2 and all(isinstance(y, int) and not isinstance(y, bool) for y in given)
        if not whole or not FIRST_YEAR <= given[0] <= given[1] <= LAST_YEAR:
            raise self.wrong(
                f"[runs] years = {given!r} are not two years", given, expected=f"[first, last] within {FIRST_YEAR} to {LAST_YEAR}",
                fix=f"Write years = {usual}.",
            )  # fmt: skip
        return given[0], given[1]

    def indicators(self) -> tuple[str, ...]:
        """Indicators kept."""
        given = self.get("runs", "indicators", list(INDICATOR_IDS))
        if not isinstance(given, list) or not given:
            raise self.wrong(f"[runs] indicators = {given!r} is not a list of indicators", given, expected='["tech_enterprises"]')
        for name in given:
            if name not in INDICATOR_IDS:
                fix = did_you_mean(name, INDICATOR_IDS) if isinstance(name, str) else None
                raise self.wrong(f"no indicator is called '{name}'", name, fix=fix)
        return tuple(dict.fromkeys(given))

    # --- axes

    def axis(self, name: str, given: object, kind: Kind) -> Axis:
        """What a line of [vary] says."""
        if name in CHOICES:
            return self.choice(name, given, kind)
        axis = self.known(name)
        if given == "prior":
            if axis.kind != "parameter":
                raise self.wrong(f"{name} = 'prior': only a parameter has a prior", name, expected=f"{name} = [low, high]")
            belief = self.beliefs[name]
            if not belief.low < belief.high:
                raise self.wrong(f"{name} = 'prior', but the pack states no spread of it", fix="Take the line out.")
            return replace(axis, prior=True, low=belief.low, high=belief.high)
        if not isinstance(given, list) or len(given) < 2:
            raise self.wrong(f"[vary] {name} = {given!r} is not a range", given, expected=f"{name} = [low, high] [{axis.unit}]")
        if any(isinstance(value, str) for value in given):
            if axis.kind != "environment":
                raise self.wrong(f"[vary] {name} = {given!r} is not a range", given, expected=f"{name} = [low, high] [{axis.unit}]")
            if not all(isinstance(value, str) for value in given):
                raise self.wrong(f"[vary] {name} = {given!r} mixes words and numbers", given, fix="Give numbers alone, or words alone.")
            for value in given:
                self.value(axis, value)
            return self.listed(axis, given, kind)
        values = [self.value(axis, value) for value in given]
        if len(values) > 2 or kind == "grid" and self.get("design", "size", None) is None and self.get("design", "levels", None) is None:
            return self.listed(axis, values, kind)
        if not values[0] < values[1]:
            raise self.wrong(
                f"[vary] {name} = {given!r}: the low end comes first and differs from the high one", given,
                fix=f"Write [{min(values):g}, {max(values):g}]." if values[0] != values[1] else "A single value stands in a scenario.",
            )  # fmt: skip
        return replace(axis, low=values[0], high=values[1])

    def names_column(self, name: str) -> bool:
        """Whether a column of a table of points can be called so."""
        fields = self.pack.environment.fields
        id = name.partition("@")[0]
        return id in LEVERS or id in fields or id in self.beliefs or id in {*CHOICES, "point", *(spec.group for spec in fields.values())}

    def known(self, name: str) -> Axis:
        """The lever, field of the environment or parameter of that name."""
        yearly = YEARLY.fullmatch(name)
        id, year = (yearly["id"], int(yearly["year"])) if yearly else (name, None)
        if (id in LEVERS) + (name in self.pack.environment.fields) + (name in self.beliefs) > 1:
            raise self.wrong(f"'{name}' names two things that could be varied", name)
        if id in LEVERS:
            if year is not None:
                mixes.year(year, mixes.first_year(self.pack), name, self.where)
            bar = lever(id)
            return Axis(name, "lever", unit=bar.unit, year=year)
        fields = self.pack.environment.fields
        groups = {spec.group for spec in fields.values()}
        if name in fields or name in groups:
            return Axis(name, "environment", unit=fields[name].unit if name in fields else "")
        if name in self.beliefs:
            return Axis(name, "parameter", unit=self.beliefs[name].unit)
        known = [*LEVERS, *fields, *self.beliefs, *CHOICES]
        raise self.wrong(f"nothing that could be varied is called '{name}'", name, fix=did_you_mean(name, known))

    def value(self, axis: Axis, value: object, region: str | None = None) -> Any:
        """A value of an axis, within its range in a region (the base's, where none is named)."""
        region = region or self.base["region"]
        if axis.kind == "parameter":
            return self.parameter_value(axis.name, value, region)
        if axis.kind == "lever":
            return float(check_range(axis.id, value, file=self.where))
        said = mixes.changed(region_of(region), scenario_of(region, "status_quo"), {}, {axis.name: value}, self.where).environment
        if isinstance(value, str):
            return value
        ((_, path),) = said.items()
        return float(next(iter(path.values())))

    def parameter_value(self, name: str, value: object, region: str | None = None) -> float:
        """A value of a parameter, within the bounds of its prior in a region (the base's, where none is named)."""
        known = beliefs_of(region or self.base["region"])
        if name not in known:
            raise self.wrong(f"no parameter is called '{name}'", name, fix=did_you_mean(name, list(known)))
        belief: Prior = known[name]
        expected = f"{belief.low:g} to {belief.high:g} [{belief.unit}]"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.wrong(f"{name} = {value!r} is not a number", value, expected=expected)
        if not belief.low <= value <= belief.high:
            raise self.wrong(f"{name} = {value:g} is outside {expected}", value)
        return float(value)

    def apart(self, axes: Sequence[Axis]) -> None:
        """Refuse two axes that set the same thing: one of them would change nothing."""
        first, fields = mixes.first_year(self.pack), self.pack.environment.fields
        seen: dict[object, str] = {}
        for axis in axes:
            if axis.kind == "lever":
                targets: list[object] = [(axis.id, axis.year or first)]
            elif axis.kind == "environment":
                members = [name for name, spec in fields.items() if spec.group == axis.name]
                targets = [axis.name] if axis.name in fields else [*members]
            else:
                targets = [axis.name]
            for target in targets:
                if target in seen:
                    raise self.wrong(f"'{seen[target]}' and '{axis.name}' set the same thing", axis.name, fix="Take one of them out.")
                seen[target] = axis.name

    def environment(self, name: object) -> str:
        """The name of an environment; whether the regions of a design have it is seen when its points are tried."""
        if not isinstance(name, str):
            raise self.wrong(f"environment = {name!r} is not a name", name, expected='environment = "baseline"')
        return name

    def choice(self, name: str, given: object, kind: Kind) -> Axis:
        """Regions, scenarios, environments or seeds to choose among."""
        if not isinstance(given, list) or not given:
            raise self.wrong(f"[vary] {name} = {given!r} is not a list", given, expected=f"{name} = [one, another]")
        if name == "seed":
            for seed in given:
                if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
                    raise self.wrong(f"[vary] seed: {seed!r} is no seed", seed, expected="whole numbers from 0")
            return self.listed(Axis(name, "category"), given, kind)
        if name == "environment":
            for one in given:
                self.environment(one)
        values = [self.region(one) if name == "region" else self.path_of(one) if name == "scenario" else one for one in given]
        return self.listed(Axis(name, "category"), values, kind)

    def listed(self, axis: Axis, values: Sequence[Any], kind: Kind) -> Axis:
        """An axis of some values, which two kinds of design cannot have."""
        if kind in ("morris", "saltelli"):
            raise self.wrong(
                f"{axis.name} is a list of values, and a design of kind {kind} moves between two ends", axis.name,
                fix="Give two ends, or take kind = \"lhs\" or \"grid\".",
            )  # fmt: skip
        if len(set(values)) < len(values):
            raise self.wrong(f"[vary] {axis.name} names a value twice", axis.name)
        return replace(axis, values=tuple(values))

    # --- points

    def sample(self, kind: Kind, axes: tuple[Axis, ...], seed: int, second: bool) -> tuple[int, pd.DataFrame]:
        """The size of a design and its points, a column an axis."""
        if not axes:
            if self.get("design", "size", 1) != 1:
                raise self.wrong("nothing is varied, so there is one point", fix="Put the number of runs into [runs] per_point.")
            return 1, pd.DataFrame(index=range(1))
        key = "levels" if kind == "grid" and self.get("design", "levels", None) is not None else "size"
        needed = kind != "grid" or any(axis.values is None for axis in axes)
        if needed and self.get("design", key, None) is None:
            raise self.wrong(f"a design of kind {kind} lacks its size", expected="[design] size = a whole number")
        size = self.whole("design", key, 1, 1, MOST_POINTS)
        if kind in ("sobol", "saltelli") and size & (size - 1):
            near = 2 ** round(math.log2(size))
            raise self.wrong(f"[design] size = {size} is no power of two, without which a Sobol sequence is not balanced", size,
                             fix=f"Write size = {near}.")  # fmt: skip
        if kind == "morris" and size < 2:
            raise self.wrong("one Morris trajectory says nothing of spread", size, expected="size of 2 or more")
        counts = [size if axis.values is None else len(axis.values) for axis in axes]
        many = {
            "grid": math.prod(counts), "morris": size * (len(axes) + 1),
            "saltelli": size * ((2 if second else 1) * len(axes) + 2),
        }.get(kind, size)  # fmt: skip
        if many > MOST_POINTS:
            raise self.wrong("the design has too many points", many, expected=f"at most {MOST_POINTS:,}")
        if kind == "grid" and size < 2 and needed:
            raise self.wrong("a grid needs two levels or more of an axis between two ends", size, expected="size of 2 or more")
        u = sampled(kind, size, counts, seed, second)
        return size, pd.DataFrame({axis.name: self.placed(axis, u[:, k]) for k, axis in enumerate(axes)})

    def placed(self, axis: Axis, u: Floats) -> npt.NDArray[Any]:
        """Values of an axis at quantiles `u` [point]."""
        if axis.values is not None:
            which = np.minimum((u * len(axis.values)).astype(int), len(axis.values) - 1)
            return np.array(axis.values, object if isinstance(axis.values[0], str) else None)[which]
        if axis.prior:
            inside = np.clip(u, 1e-12, 1.0 - 1e-12)
            return np.asarray(quantile(self.beliefs[axis.name], inside))
        assert axis.low is not None and axis.high is not None
        return np.asarray(np.clip(axis.low + u * (axis.high - axis.low), axis.low, axis.high))

    def from_table(self) -> tuple[tuple[Axis, ...], pd.DataFrame, int]:
        """Points of one's own, a row each, from CSV or Parquet."""
        if self.sheet.get("vary"):
            raise self.wrong("a design of kind table has its points in its file", fix="Take [vary] out, or choose another kind.")
        name = self.get("design", "file", None)
        if not isinstance(name, str) or not name.endswith(ENDINGS):
            raise self.wrong("a design of kind table lacks its file", name, expected='file = "points.csv", or .parquet')
        file = self.file.parent / name
        if not file.is_file():
            raise self.wrong("the table of points is not there", str(file), fix="The path is from the design file.")
        table, self.first_row = table_of(file, self.names_column)
        self.table = shown(file)
        if len(table) > MOST_POINTS:
            raise self.wrong("the design has too many points", len(table), expected=f"at most {MOST_POINTS:,}")
        table = table.drop(columns=[c for c in ("point",) if c in table])
        axes = tuple(self.column(name, table) for name in table.columns)
        return axes, table, len(table)

    def in_row(self, error: InputError, point: int) -> InputError:
        """A mistake of a point, said of its row in the table."""
        return InputError(
            error.message, file=self.table, row=point + self.first_row, unit=error.unit,
            value=error.file if error.value is None and error.file not in (None, self.where, POINT) else error.value,
            expected=error.expected, fix=error.fix,
        )  # fmt: skip

    def column(self, name: str, table: pd.DataFrame) -> Axis:
        """A column of a table of points as an axis, its cells made what points hold; ``within`` checks their ranges."""
        cells = table[name]
        if cells.isna().any():
            raise self.in_row(InputError(f"{name} is empty", fix="Give every point a value."), int(cells.isna().argmax()))
        if name in CHOICES:
            found: dict[Any, Any] = {}
            for one in cells.unique():
                try:
                    axis = self.choice(name, [_whole(one) if name == "seed" else one], "table")
                except InputError as error:
                    raise self.in_row(error, int((cells == one).argmax())) from error
                found[one] = axis.values[0] if axis.values else one
            table[name] = cells.map(found)
            return Axis(name, "category", values=tuple(dict.fromkeys(found.values())))
        try:
            axis = self.known(name)
        except InputError as error:
            line = max(1, self.first_row - 1)
            raise InputError(error.message, file=self.table, row=line, value=error.value, expected=error.expected, fix=error.fix) from error
        words = axis.kind == "environment" and all(isinstance(one, str) for one in cells.unique())
        if not words and cells.dtype.kind not in "iuf":
            bad = pd.to_numeric(cells, errors="coerce").isna()
            row = int(bad.argmax())
            raise self.in_row(InputError(f"{name} = {cells.iat[row]} is not a number", value=cells.iat[row], unit=axis.unit), row)
        if words:
            return replace(axis, values=tuple(cells.unique()))
        table[name] = cells.astype(float)
        return replace(axis, low=float(cells.min()), high=float(cells.max()))

    def points(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table of points: number, what each is run on, and a column an axis."""
        many = len(table)
        columns: dict[str, Any] = {"point": np.arange(many, dtype=np.int32)}
        for name in CHOICES:
            given = table[name].to_numpy() if name in table else None
            if name == "seed":
                columns[name] = np.full(many, self.base[name], np.int64) if given is None else given.astype(np.int64)
            else:
                columns[name] = np.full(many, self.base[name], object) if given is None else given.astype(object)
        columns |= {name: table[name].to_numpy() for name in table.columns if name not in CHOICES}
        return pd.DataFrame(columns)

    def check(self, design: Design) -> None:
        """Try what each combination of region, scenario and environment asks for, before anything is run."""
        several = design.points["region"].nunique() > 1
        for axis in design.axes:
            if axis.prior and several:
                raise self.wrong(f"{axis.name} = 'prior', but regions have priors of their own", axis.name, expected="[low, high]")
        for region, rows in design.points.groupby("region", sort=False):
            self.within(str(region), rows, design)
        named = design.points[["region", "scenario", "environment"]].drop_duplicates()
        for point in named.index:
            try:
                setting = design.setting(int(point))
                pack, _, _ = prepared(setting)
                known = list(pack.environment.environments)
                if setting.environment not in known:
                    raise self.wrong(
                        f"no environment is called '{setting.environment}'",
                        setting.environment,
                        fix=did_you_mean(setting.environment, known),
                    )
            except InputError as error:
                if self.table is None:
                    raise
                raise self.in_row(error, int(point)) from error

    def within(self, region: str, rows: pd.DataFrame, design: Design) -> None:
        """Check what the points of a region take against its own ranges, at the ends of every axis.

        Regions differ in the bounds of their priors and of their environment, so a range that one takes another may refuse.
        """
        if region == self.base["region"] and self.table is None:
            return
        try:
            for name, held in design.fixed.items():
                self.parameter_value(name, held, region)
            for axis in design.axes:
                if axis.year is not None:
                    mixes.year(axis.year, mixes.first_year(region_of(region)), axis.name, self.where)
                for value, point in self.ends(axis, rows):
                    try:
                        self.value(axis, value, region)
                    except InputError as error:
                        raise (error if self.table is None else self.in_row(error, point)) from error
        except InputError as error:
            if region == self.base["region"]:
                raise
            raise InputError(
                f"in the region {region}: {error.message}", file=error.file, row=error.row, value=error.value, unit=error.unit,
                expected=error.expected, fix=error.fix,
            ) from error  # fmt: skip

    def ends(self, axis: Axis, rows: pd.DataFrame) -> list[tuple[Any, int]]:
        """Values of an axis whose range decides that of all others, and a point that has each."""
        if axis.kind == "category":
            return []
        cells = rows[axis.name]
        if axis.values is not None:
            first = cells.drop_duplicates()
            return list(zip(first.tolist(), first.index.tolist()))
        if self.table is None:
            return [(axis.low, 0), (axis.high, 0)]
        values, points = cells.to_numpy(float), rows["point"].to_numpy()
        return [(float(values[at]), int(points[at])) for at in (values.argmin(), values.argmax())]


def _whole(cell: Any) -> Any:
    """A cell of a table as the whole number it stands for, where it is one: a reader turns 1 into 1.0 beside 2.5."""
    plain = cell.item() if hasattr(cell, "item") else cell
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53:
        return int(plain)
    return int(plain) if isinstance(plain, str) and plain.strip().isdecimal() else plain
