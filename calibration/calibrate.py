"""The whole of a calibration: rounds, draws, diagnostics, and the files they end in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yidu.calibration import manifest as files
from yidu.calibration import neural as second
from yidu.calibration.checks import fact_checks, identities, pairs, parameter_checks, reading_checks, run_again, sensitivity, spreads
from yidu.calibration.discrepancy import SHARED, Size, vintages_of
from yidu.calibration.findings import Findings, to_json
from yidu.calibration.fit import DISCREPANCY
from yidu.calibration.gates import failures
from yidu.calibration.leave_out import backcast, backcast_row, leave_one_out, left_out_row, size_of_error, tension
from yidu.calibration.ranks import SWEEP, coverage_rows, informed_columns, rank_table, sweep, trials
from yidu.calibration.rounds import KEPT, ROUNDS, Fitting, facts_to_fit, fit_rounds, further_runs
from yidu.calibration.structures import DRAWS as STRUCTURE_DRAWS
from yidu.calibration.structures import TRUTHS as STRUCTURE_TRUTHS
from yidu.calibration.structures import structure_coverage, structures, watched
from yidu.sim.draws import DRAWN
from yidu.sim.files import Unwritable, tried
from yidu.sim.region import Region
from yidu.sim.version import product_version

TRUTHS = 500
"""Synthetic truths of the rank statistics and of coverage."""

CUT = 2018
"""The backcast is fitted to what is dated up to this year."""

FEWEST_STRUCTURED = 3
TRIAL = 41  # what is added to the seed


@dataclass(frozen=True)
class Step:
    """A part of the work, as progress shows it: its name, and how much there is of it (None: not known)."""

    name: str
    total: int | None


Watch = Callable[[Step], Callable[[int], Any]]


def unwatched(step: Step) -> Callable[[int], Any]:
    """Nobody looks on."""
    return lambda more: None


class Undiagnosed(Exception):
    """A fit that is written, of which a diagnostic ended in an error: `step` is the name of the step, the error its cause."""

    def __init__(self, folder: Path, step: str, reason: Exception) -> None:
        self.folder, self.step, self.reason = folder, step, reason
        super().__init__(f"the fit stands in {folder}, but its diagnostics failed at '{step}': {type(reason).__name__}: {reason}")


UNDIAGNOSED = "undiagnosed"
"""Folder in that of a fit where the next one waits for its diagnostics; one that was killed leaves it there, draws and manifest."""


@dataclass(frozen=True)
class Calibration:
    """A fit with what it found out about itself, and where it was written."""

    fitting: Fitting
    findings: Findings
    folder: Path


def most_runs(runs: int) -> int:
    """Runs of all rounds together, at most."""
    return runs + (ROUNDS - 1) * further_runs(runs)


def calibrate(
    region: Region, *, runs: int = 100_000, seed: int = 1, out: Path | None = None, neural: bool = False, watch: Watch = unwatched
) -> Calibration:
    """Fit a region's parameters to its record, look for what is wrong with the fit, and write both.

    Args:
        out: folder of the results, the pack's ``posterior/`` by default. The fit is written as soon as there is one, into a folder
            `UNDIAGNOSED` of its own; it takes the place of an earlier one, each file whole and the manifest last, when its diagnostics
            are over. Until then the earlier one stands as it was.
        neural: whether an independent method is fitted to the same runs and compared (the optional extra ``neural``).
        watch: called with each step of the work; what it returns is called with how much of it was done.

    Raises:
        InputError: no fact to fit, too few runs, none near the record, or the extra is not installed.
        Unwritable: nothing can be written there, which is tried first.
        Undiagnosed: a diagnostic ended in an error; the fit is written, as one without diagnostics.
    """
    facts_to_fit(region, runs)
    if neural:
        second.installed()
    folder = out or region.folder / "posterior"
    waiting = folder / UNDIAGNOSED
    for file in (folder / files.DRAWS, folder / files.DIAGNOSTICS, folder / files.MANIFEST):
        made_and_tried(file)
    base = None if out is None else out / "samples"
    fitting = fit_rounds(region, runs=runs, seed=seed, base=base, progress=watch(Step("runs", most_runs(runs))))
    manifest = {
        **files.provenance(region), "seed": seed, "runs": runs, "rounds": list(fitting.rounds), "kept": len(fitting.kept.rows),
        "accepted": len(fitting.draws().parameters), "effective": round(fitting.kept.effective, 1), "threshold": fitting.kept.threshold,
        "discrepancy": fitting.discrepancy, "method": "rejection, learned summaries, local linear adjustment",
    }  # fmt: skip
    _write(waiting, fitting, manifest, None)
    step = ""

    def noted(begun: Step) -> Callable[[int], Any]:
        nonlocal step
        step = begun.name
        return watch(begun)

    try:
        findings = diagnosed(fitting, noted)
        if neural:
            found = second.agreement(fitting, progress=noted(Step("neural", second.EPOCHS)))
            findings = findings.model_copy(update={"agreement": found})
    except Exception as reason:
        _write(folder, fitting, manifest, None)
        shutil.rmtree(waiting)
        raise Undiagnosed(folder, step, reason) from reason
    _write(folder, fitting, manifest, findings)
    shutil.rmtree(waiting)
    return Calibration(fitting, findings, folder)


def made_and_tried(file: Path) -> None:
    """Make the folder of a file, and try whether the file can be written.

    Raises:
        InputError, Unwritable: it cannot.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        tried(file)
    except OSError as reason:
        raise Unwritable(reason.errno, reason.strerror or str(reason), str(file)) from reason


def _write(folder: Path, fitting: Fitting, manifest: dict[str, Any], findings: Findings | None) -> None:
    """A fit in a folder, with what it found out about itself or without."""
    folder.mkdir(exist_ok=True)
    draws = fitting.draws()
    content = files.save_draws(folder, draws.parameters, draws.readings)
    if findings is None:
        (folder / files.DIAGNOSTICS).unlink(missing_ok=True)  # of an earlier fit
    else:
        files.write_whole(folder / files.DIAGNOSTICS, to_json(findings).encode())
    after = {} if findings is None else {"after": findings.after.model_dump(mode="json")}
    files.save_manifest(folder, {**manifest, **after, "draws": content})


def diagnosed(fitting: Fitting, watch: Watch = unwatched) -> Findings:
    """Everything that could show the fit wrong."""
    region, prior = fitting.region, fitting.prior
    names = DRAWN + tuple(f"fact:{name}" for name in prior.names)
    truths = np.random.Generator(np.random.Philox(fitting.seed + TRIAL)).choice(prior.runs, min(TRUTHS, prior.runs // 4), replace=False)
    informed = informed_columns(prior, fitting.first_summaries)
    advance = watch(Step("truths", 2 * len(truths)))
    noisy = trials(prior, fitting.first_summaries, truths, names, injected=DISCREPANCY, seed=fitting.seed + TRIAL, progress=advance)
    clean = trials(prior, fitting.first_summaries, truths, names, injected=None, seed=fitting.seed + TRIAL, progress=advance)
    coverage = coverage_rows(noisy, "assumed", DISCREPANCY, DISCREPANCY, informed, len(prior.names))
    coverage += coverage_rows(clean, "clean", DISCREPANCY, 0.0, informed, len(prior.names))
    advance = watch(Step("sweep", len(SWEEP) * len(truths)))
    coverage += sweep(prior, truths, names, seed=fitting.seed + TRIAL, progress=advance)
    watch(Step("left_out", None))
    left_out = leave_one_out(fitting)
    later, known = backcast(fitting, CUT)
    tensions = tension(prior, fitting.discrepancy)
    after = size_of_error([*left_out, *(later if known else ())], SHARED)  # from the prior alone, a backcast says nothing new
    watch(Step("again", None))
    again = run_again(fitting)
    facts = fact_checks(fitting, again, tensions, spreads(fitting))
    watch(Step("sensitivity", None))
    moved = sensitivity(fitting, watched(region, again)[:6])
    size = Size(after.sd_at_five_years, after.shared, vintages_of(region))
    many = max(FEWEST_STRUCTURED, min(STRUCTURE_TRUTHS, prior.runs // 1000))
    advance = watch(Step("structures", len(tuple(structures(region))) * many * (STRUCTURE_DRAWS + 1)))
    other = structure_coverage(fitting, size, truths=many, progress=advance)
    found = Findings(
        region=region.name, title_zh=region.title_zh, title_en=region.title_en, version=product_version(),
        rules=files.SOURCE_DIGEST, pack=files.pack_digest(region), seed=fitting.seed, runs=fitting.rounds[0],
        second_round=sum(fitting.rounds[1:]), accepted=len(fitting.kept.rows), effective=round(fitting.kept.effective, 1),
        discrepancy=fitting.discrepancy, facts=tuple(facts), readings=tuple(reading_checks(region, fitting.kept, fitting)),
        parameters=tuple(parameter_checks(fitting)), pairs=tuple(pairs(fitting.kept)),
        ranks=rank_table(noisy, int(KEPT * prior.runs)), coverage=tuple(coverage), structures=tuple(other),
        left_out=tuple(left_out_row(one) for one in left_out), identities=identities(region), tension=tuple(tensions),
        sensitivity=tuple(moved), backcast=tuple(backcast_row(one, region, CUT) for one in later), backcast_cut=CUT,
        backcast_facts=len(known), after=after,
    )  # fmt: skip
    return found.model_copy(update={"failures": failures(found)})
