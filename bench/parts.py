"""The parts of `yidu bench`: each measures one thing in minutes and gives its figures beside what the design reaches for."""

from __future__ import annotations

import importlib.util
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yidu.bench.timing import Ratio, digits, exponent, ratio_of
from yidu.experiments.benchmark.answer import BenchCurve, BenchFigure, BenchLeftOut, Sense
from yidu.experiments.ensembles.cores import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Advance = Callable[[int], Any]

GIGABYTE = 1000.0


@dataclass(frozen=True)
class Effort:
    """How much is measured; ``FULL`` is what is reported, ``QUICK`` a look."""

    name: str
    runs: int
    """Runs of the plan that the quarter is timed over."""
    repeats: int
    counted: tuple[int, int]
    """Runs and quarters over which luck is counted, in plain Python."""
    mesa_repeats: int
    mesa_quarters: int
    twin: tuple[int, int]
    """Enterprises and quarters of the NumPy twin."""
    starsim: tuple[int, int, int]
    """Agents, steps, repeats."""
    sizes: tuple[int, ...]
    size_repeats: int
    quarters: tuple[int, ...]
    batches: tuple[int, ...]
    threads: tuple[int, ...]
    thread_runs: int
    resident: tuple[int, int]
    """Runs in one process, and runs a part."""
    starts: int
    compiles: bool
    moves: int
    paired_runs: int
    assesses: bool
    prior_runs: int


FULL = Effort(
    "full", runs=20, repeats=9, counted=(3, 20), mesa_repeats=2, mesa_quarters=8, twin=(2600, 400), starsim=(100_000, 20, 3),
    sizes=(1_000, 10_000, 100_000, 1_000_000), size_repeats=5, quarters=(4, 8, 20, 60), batches=(20, 60, 180), threads=(1, 2),
    thread_runs=100, resident=(10_000, 500), starts=3, compiles=True, moves=8, paired_runs=400, assesses=True, prior_runs=2000,
)  # fmt: skip
QUICK = Effort(
    "quick", runs=5, repeats=3, counted=(1, 8), mesa_repeats=1, mesa_quarters=4, twin=(2600, 100), starsim=(20_000, 10, 1),
    sizes=(1_000, 10_000, 100_000), size_repeats=2, quarters=(4, 20, 60), batches=(5, 15, 45), threads=(1, 2), thread_runs=20,
    resident=(0, 0), starts=1, compiles=False, moves=0, paired_runs=0, assesses=False, prior_runs=100,
)  # fmt: skip


@dataclass
class Found:
    """What a part found."""

    part: str
    figures: list[BenchFigure] = field(default_factory=list)
    curves: list[BenchCurve] = field(default_factory=list)
    left_out: list[BenchLeftOut] = field(default_factory=list)

    def says(
        self, id: str, value: float, unit: str, *, low: float | None = None, high: float | None = None, times: int = 1,
        most: float | None = None, least: float | None = None,
    ) -> None:  # fmt: skip
        """One figure; ``most`` or ``least`` is what the design reaches for."""
        sense: Sense | None = "<=" if most is not None else ">=" if least is not None else None
        reach = most if most is not None else least
        kept = None if reach is None else value <= reach if sense == "<=" else value >= reach
        shown = [None if one is None else digits(one) for one in (low, high)]
        self.figures.append(
            BenchFigure(
                id=id, part=self.part, value=digits(value), low=shown[0], high=shown[1], unit=unit, sense=sense, reach=reach, kept=kept,
                times=times,
            )
        )  # fmt: skip

    def spread(self, id: str, values: Sequence[float], unit: str, **reach: float) -> None:
        """The least of several measurements, and their range."""
        self.says(id, min(values), unit, low=min(values), high=max(values), times=len(values), **reach)

    def ratio(self, id: str, found: Ratio, times: int, **reach: float) -> None:
        """One time over another."""
        self.says(id, found.ratio, "times", low=found.low, high=found.high, times=times, **reach)

    def grows(self, id: str, over: str, x: Iterable[float], seconds: Iterable[float], *, most: float | None = None) -> None:
        """A curve, and its exponent as a figure where there are points enough."""
        along, times = tuple(float(one) for one in x), tuple(digits(one) for one in seconds)
        slope = digits(exponent(along, times), 3) if len(along) > 1 else None
        self.curves.append(BenchCurve(id=id, over=over, x=along, seconds=times, exponent=slope))
        if slope is not None and most is not None:
            self.says(f"exponent_{id}", slope, "exponent", times=len(along), most=most)

    def lacks(self, reason: str) -> None:
        """Something was not measured."""
        self.left_out.append(BenchLeftOut(part=self.part, reason=reason, said=None))


LINEAR = 1.05
"""Exponent up to which we read a time as "linear"."""

FLAT = 5.0
"""Growth over 10,000 runs [MB] up to which we read memory as "flat": half a kilobyte a run."""

CORES = 2
"""Cores that promises in seconds by the clock are for: elsewhere they are neither kept nor broken."""


# --- the quarter


def quarter(effort: Effort, advance: Advance) -> Found:
    """The compiled quarter against the floor."""
    from yidu.bench.quarter import measure

    found, q = Found("quarter"), measure(effort.runs, effort.repeats, counted=effort.counted, progress=advance)
    found.spread("ns_per_enterprise_quarter", q.compiled, "ns", most=150.0)
    found.spread("ns_floor", q.floor, "ns")
    found.ratio("ratio_to_floor", q.to_floor, q.repeats, most=4.0)
    found.says("draws_of_enterprise", q.luck.different, "draws", times=q.luck.runs)
    found.says("draws_made", q.luck.made, "draws", times=q.luck.runs)
    found.says("draws_of_others", q.luck.of_others, "draws", times=q.luck.runs)
    found.says("enterprises_living", q.enterprises, "enterprises", times=q.runs)
    return found


def mesa(effort: Effort, advance: Advance) -> Found:
    """Mesa, agent by agent, over the compiled quarter, three ways."""
    from yidu.bench.agent_by_agent import WAYS, measure

    found = Found("mesa")
    times = measure(effort.mesa_quarters, effort.mesa_repeats, advance)
    for way in WAYS:
        reach = {"least": 60.0} if way == "attributes" else {}
        found.ratio(f"ratio_to_mesa_{way}", ratio_of(times[way], times["before_" + way]), len(times[way]), **reach)
        found.spread(f"ns_mesa_{way}", times[way], "ns")
    return found


def numpy(effort: Effort, advance: Advance) -> Found:
    """The NumPy twin of three rules over the rules."""
    from yidu.bench.twin import measure

    found, times = Found("numpy"), measure(*effort.twin, effort.repeats, advance)
    found.ratio("ratio_numpy_to_compiled", ratio_of(times["numpy"], times["compiled"]), effort.repeats)
    found.spread("ns_three_rules_numpy", times["numpy"], "ns")
    found.spread("ns_three_rules_compiled", times["compiled"], "ns")
    return found


def starsim(effort: Effort, advance: Advance) -> Found:
    """Starsim's SIR model beside the quarter."""
    found = Found("starsim")
    if importlib.util.find_spec("starsim") is None:
        found.lacks("starsim")
        return found
    from yidu.bench.others import measure

    times = measure(effort.runs, *effort.starsim, advance)
    own, theirs = times["quarter"], times["starsim"]
    for id, ns in (("starsim_agent_steps_per_second", theirs), ("enterprise_quarters_per_second", own)):
        rates = [1e9 / one for one in ns]
        found.says(id, max(rates), "per_second", low=min(rates), high=max(rates), times=len(rates))
    found.ratio("ratio_starsim_step_to_quarter", ratio_of(theirs, own), len(own))
    return found


# --- growth


def growth(effort: Effort, advance: Advance) -> Found:
    """Enterprises, quarters, runs, threads."""
    from yidu.bench.growth import of_enterprises, of_quarters, of_runs, of_threads

    found = Found("growth")
    sizes = of_enterprises(effort.sizes, 20, effort.size_repeats, advance)
    found.grows("enterprises", "enterprises", [one.living for one in sizes], [one.seconds for one in sizes], most=LINEAR)
    if max(effort.sizes) >= 1_000_000:
        found.says("peak_mb_million", sizes[-1].peak, "MB", most=2.0 * GIGABYTE)
        found.says("seconds_million", sizes[-1].seconds, "s")
    else:
        found.lacks("million")
    living, seconds = of_quarters(effort.quarters, effort.repeats, advance)
    found.grows("quarters", "enterprise_quarters", living, seconds, most=LINEAR)
    found.grows("runs", "runs", effort.batches, of_runs(effort.batches, effort.mesa_repeats, advance), most=LINEAR)
    threads = of_threads(effort.threads, effort.thread_runs, effort.mesa_repeats, advance)
    found.grows("threads", "threads", effort.threads, [min(threads[str(one)]) for one in effort.threads])
    found.ratio("speedup_threads", ratio_of(threads["1"], threads[str(effort.threads[-1])]), effort.mesa_repeats)
    return found


# --- memory, start, app, luck, bulk


def memory(effort: Effort, advance: Advance) -> Found:
    """Bytes an enterprise, and growth over runs."""
    from yidu.bench.memory import growth as over_runs
    from yidu.bench.memory import of_enterprise

    found, each = Found("memory"), of_enterprise(min(effort.runs, 5))
    advance(1)
    found.says("bytes_per_enterprise", each.row, "bytes", most=256.0)
    found.says("bytes_of_world", each.world, "bytes", times=min(effort.runs, 5))
    if effort.resident[0]:
        parts, grown = over_runs(*effort.resident)
        found.says("memory_growth_10000_runs_mb", grown, "MB", times=len(parts), most=FLAT)
    else:
        found.lacks("runs_10000")
    advance(1)
    return found


def start(effort: Effort, advance: Advance) -> Found:
    """First compilation and warm start, by the clock."""
    from yidu.bench.startup import first_compile, warm

    found = Found("start")
    times = warm(effort.starts + 1, progress=advance)[1:]  # the first may find no compiled code of its own
    found.spread("seconds_warm_start", [one.clock for one in times], "s")
    found.spread("core_seconds_warm_start", [one.core for one in times], "core_s")
    if effort.compiles:
        first = first_compile()
        found.says("seconds_first_compile", first.clock, "s")
        found.says("core_seconds_first_compile", first.core, "core_s")
    else:
        found.lacks("compile")
    advance(1)
    return found


def app(effort: Effort, advance: Advance) -> Found:
    """From a moved lever to new charts, in a real browser."""
    found = Found("app")
    if not effort.moves:
        found.lacks("quick")
        return found
    try:
        from yidu.bench.app import alone, missing
    except ImportError:
        found.lacks("checkout")
        return found
    if lacking := missing():
        found.lacks(lacking)
        return found
    early, late = alone(effort.moves)
    advance(1)
    for id, times, reach in (("seconds_lever_to_first_chart", early, None), ("seconds_lever_to_chart", late, 1.0)):
        found.says(id, statistics.median(times), "s", low=min(times), high=max(times), times=len(times), most=reach)
    return found


def paired(effort: Effort, advance: Advance) -> Found:
    """What paired luck saves."""
    from yidu.bench.paired import PROMISED, measure
    from yidu.sim.region import load

    found = Found("paired")
    if not effort.paired_runs:
        found.lacks("quick")
        return found
    rows = measure(load("dadukou"), effort.paired_runs)
    advance(1)
    ratios = [row.ratio for row in rows]
    found.says("paired_variance_ratio", min(ratios), "times", low=min(ratios), high=max(ratios), times=effort.paired_runs, least=PROMISED)
    for row in rows:
        found.says(f"paired_{row.lever}", row.ratio, "times", times=row.runs)
    return found


def bulk(effort: Effort, advance: Advance) -> Found:
    """Many runs on all cores, by the clock."""
    from yidu.bench.bulk import calibration, prior_runs
    from yidu.bench.startup import MANY_RUNS, warm

    found, promised = Found("bulk"), cores() == CORES
    if effort.assesses:
        (thousand,) = warm(1, MANY_RUNS)
        found.says("seconds_assess_1000", thousand.clock, "s", most=10.0 if promised else None)
        found.says("core_seconds_assess_1000", thousand.core, "core_s")
    else:
        found.lacks("assess_1000")
    advance(1)
    batch = prior_runs(effort.prior_runs)
    all_of = calibration(batch, effort.prior_runs)
    found.says("seconds_calibrate_100000", all_of.clock, "s", times=effort.prior_runs, most=900.0 if promised else None)
    found.says("core_seconds_calibrate_100000", all_of.core, "core_s", times=effort.prior_runs)
    advance(1)
    return found


PARTS: dict[str, Callable[[Effort, Advance], Found]] = {
    one.__name__: one for one in (quarter, mesa, numpy, starsim, growth, memory, start, app, paired, bulk)
}  # fmt: skip


def steps(part: str, effort: Effort) -> int:
    """How often a part reports that it is further on."""
    grown = len(effort.sizes) + effort.repeats * len(effort.quarters) + effort.mesa_repeats * (len(effort.batches) + len(effort.threads))
    known = {
        "quarter": effort.repeats, "mesa": 3 * effort.mesa_repeats, "numpy": 2 * effort.repeats, "starsim": 2 * effort.starsim[2],
        "growth": grown, "memory": 2, "start": effort.starts + 2, "bulk": 2,
    }  # fmt: skip
    return known.get(part, 1)
