"""Carry the shipped fits over to rules that were rewritten without a change of result.

    git worktree add /tmp/before REVISION && python -m yidu.experiments.carry /tmp/before [--runs 100]

A fit carries the digest of the rules it was made with and is refused under others, for nobody can see in an edit whether it changes
a result. Where it does not, the fit is as good as before, but only runs can show it. So the runs of every shipped region are
simulated under the rules of REVISION (in processes of their own, from its own checkout) and under those here. If one digest differs,
the fits stay refused and have to be made again (`yidu calibrate`). If all are equal, the manifests are told the new rules, and by
which runs they were carried over.

New doors, lines of the ledger, indicators and levers at the end of their lists are no difference: what the rules before knew is
compared, so a lever that does nothing at its level of the record needs no new fit.

The runs: the prior's to the end of the record as the fit sees them, not reconciled; the prior's to the end of the plan; and the
posterior's under every scenario and every environment of the pack, one with another.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from yidu.agents.compiled import ROOT, SOURCE_DIGEST
from yidu.calibration.manifest import DIAGNOSTICS, DRAWS, MANIFEST, certain_levels, save_manifest, write_whole
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.experiments.scenarios.scenario import under
from yidu.sim.draws import DRAWN, PriorDraws, TableDraws
from yidu.sim.ensemble import RECORD_END, simulate
from yidu.sim.errors import InputError
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region, load

RUNS, SEED = 100, 1
Digests = dict[str, str]
"""What was run, and the SHA-256 of its outcomes."""
NAMES = """
import json
from yidu.sim import draws, flows, indicators, ledger
print(json.dumps([indicators.INDICATOR_IDS, flows.DOORS, ledger.LINE_IDS, draws.DRAWN]))
"""
Known = tuple[tuple[str, ...], ...]
"""Indicators, doors, lines and what is drawn, as some rules have them."""


def shipped() -> list[str]:
    """The regions that come with a fit."""
    return sorted(path.parent.parent.name for path in (ROOT / "calibration" / "regions").glob(f"*/posterior/{MANIFEST}"))


# --- in a process of its own, under the rules of one checkout, by that checkout's own copy of this file: names may have moved since


def fitted(region: Region) -> TableDraws:
    """The draws of a region's fit, whatever rules they were made with."""
    table = pd.read_parquet(region.folder / "posterior" / DRAWS)
    table = table.assign(**{name: 1.0 for name in certain_levels(region) if name not in table})
    readings = {c.removeprefix("reading:"): table[c].to_numpy("int8") for c in table.columns if c.startswith("reading:")}
    return TableDraws(table[list(DRAWN)].to_numpy(float), readings)


def together(some: Sequence[str], others: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs in which each of either list stands at least once."""
    many = max(len(some), len(others))
    return [(some[k % len(some)], others[k % len(others)]) for k in range(many)]


def as_before(outcomes: Outcomes, before: Known) -> Outcomes:
    """The outcomes as rules with fewer indicators, doors, lines or levers would give them; what they had is where it was.

    Raises:
        InputError: something that they had is gone or has moved.
    """
    now: Known = (outcomes.indicators, outcomes.doors, outcomes.lines, outcomes.parameter_names)
    for had, has in zip(before, now, strict=True):
        if has[: len(had)] != had:
            moved = next(one for one, other in zip(had, (*has, *[""] * len(had)), strict=False) if one != other)
            raise InputError("the rules here lack or have moved what those before had", value=moved, fix="New entries stand at the end.")
    indicators, doors, lines, drawn = (len(had) for had in before)
    return replace(
        outcomes, indicators=outcomes.indicators[:indicators], values=outcomes.values[..., :indicators], flows=outcomes.flows[..., :doors],
        money=outcomes.money[..., :lines], parameters=outcomes.parameters[:, :drawn],
    )  # fmt: skip


def digests(names: Sequence[str], runs: int, before: Known | None = None) -> Iterator[tuple[str, str]]:
    """The digest of every batch of runs under the rules imported here, of what the rules ``before`` knew."""
    for name in names:
        region = load(name)
        prior, posterior = PriorDraws(region), fitted(region)

        def digest(draws: Any, scenario: str = "status_quo", region: Region = region, **more: Any) -> str:
            mix = load_scenario(region, scenario)
            world = under(region, mix)
            outcomes = simulate(world, mix.levers, triggers=mix.triggers, runs=runs, seed=SEED, draws=draws, threads=1, **more)
            return (outcomes if before is None else as_before(outcomes, before)).digest

        yield f"{name}, prior, to {RECORD_END} without the record", digest(prior, reconcile=False, until=RECORD_END)
        yield f"{name}, prior", digest(prior)
        scenarios = sorted(path.stem for path in (region.folder / "scenarios").glob("*.toml"))
        for scenario, environment in together(scenarios, list(region.environment.environments)):
            yield f"{name}, posterior, {scenario}, {environment}", digest(posterior, scenario, environment=environment)


# --- in the process that compares


def begun(checkout: Path, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs Python in a checkout. Compiled code lies in folders named by rules and checkout: none takes another's."""
    if not (checkout / "agents" / "compiled.py").is_file():
        raise InputError("this is no checkout of Yidu", file=checkout, fix="Make one with 'git worktree add FOLDER REVISION'.")
    return subprocess.Popen(
        [sys.executable, "-P", *arguments],
        cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told_by(process: subprocess.Popen[str], checkout: Path) -> Any:
    """What the last line that a process printed says, as JSON."""
    out, words = process.communicate()
    if process.returncode:
        said = (words.strip().splitlines() or ["it ended without a word"])[-1]
        raise InputError(f"the rules of this checkout cannot be run ({said})", file=checkout, fix="Give the folder of a whole checkout.")
    return json.loads(out.splitlines()[-1])


def digests_of(process: subprocess.Popen[str], checkout: Path) -> tuple[str, Digests]:
    """The digest of a checkout's rules, and of every batch of runs under them."""
    told = told_by(process, checkout)
    if Path(told["root"]).resolve() != checkout.resolve():
        raise InputError("these are not the rules that were run", file=checkout, value=told["root"], fix="Give the folder of a checkout.")
    return told["rules"], told["digests"]


def digests_under(checkouts: Sequence[Path], names: Sequence[str], runs: int) -> list[tuple[str, Digests]]:
    """What each checkout's rules give of what the first one's know, side by side."""
    before = json.dumps(told_by(begun(checkouts[0], "-c", NAMES), checkouts[0]))
    asked = ["--print", str(runs), *names]
    processes = [
        begun(checkout, str(checkout / "experiments" / "carry.py"), *(["--before", before] if checkout != checkouts[0] else []), *asked)
        for checkout in checkouts
    ]
    try:
        return [digests_of(process, checkout) for process, checkout in zip(processes, checkouts, strict=True)]
    finally:
        for process in processes:
            process.kill()


def refuse_difference(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Stop where one batch of runs differs, or there is none."""
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if differ or not before:
        raise InputError(
            f"the rules here give other results than those before: {len(differ)} of {len(before)} batches of runs differ",
            value=differ[0] if differ else "no runs", fix="The fits do not hold under these rules: run 'yidu calibrate' for each region.",
        )  # fmt: skip


def refuse_other(region: Path, manifest: Mapping[str, Any], rules: str) -> None:
    """Stop at a fit that was not made with the rules before."""
    if manifest.get("rules") != rules:
        raise InputError(
            f"the fit of {region.name} was not made with the rules before", file=region / "posterior" / MANIFEST,
            value=str(manifest.get("rules"))[:12], expected=rules[:12], fix="Give a checkout of the revision that the fit was made with.",
        )  # fmt: skip


def carry(checkout: Path, regions: Sequence[Path], runs: int = RUNS) -> dict[str, Any]:
    """Tell the manifests of these regions the rules here, if their runs are those of the checkout before to the last bit.

    Returns what is noted in them. Nothing is written unless all regions can be carried.

    Raises:
        InputError: a run differs, a fit belongs to yet other rules, or the checkout cannot be run.
    """
    manifests = {region: json.loads((region / "posterior" / MANIFEST).read_text(encoding="utf-8")) for region in regions}
    names = [region.name for region in regions]
    (rules, before), (now, after) = digests_under((checkout, ROOT), names, runs)
    for region, manifest in manifests.items():
        refuse_other(region, manifest, rules)
    refuse_difference(before, after)
    note: dict[str, Any] = {
        "from": rules, "to": now, "runs": runs, "seed": SEED, "batches": len(before),
        "digest": hashlib.sha256(json.dumps(after, sort_keys=True).encode()).hexdigest(),
    }  # fmt: skip
    for region, manifest in manifests.items():
        file = region / "posterior" / DIAGNOSTICS
        if file.exists():
            write_whole(file, file.read_text(encoding="utf-8").replace(f'"rules": "{rules}"', f'"rules": "{now}"').encode())
        save_manifest(region / "posterior", {**manifest, "rules": now, "carried": [*manifest.get("carried", []), note]})
    return note


def main() -> int:
    """The command; ``--print`` is what it asks of its own processes."""
    if "--print" in sys.argv:
        runs, *names = sys.argv[sys.argv.index("--print") + 1 :]
        known = json.loads(sys.argv[sys.argv.index("--before") + 1]) if "--before" in sys.argv else None
        told = dict(digests(names, int(runs), known and tuple(tuple(one) for one in known)))
        print(json.dumps({"root": str(ROOT), "rules": SOURCE_DIGEST, "digests": told}))
        return 0
    parser = argparse.ArgumentParser(prog="python -m yidu.experiments.carry", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("checkout", type=Path, help="folder of a checkout of the revision that the fits were made with")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of every batch compared (default: %(default)s)")
    asked = parser.parse_args()
    try:
        note = carry(asked.checkout.resolve(), [ROOT / "calibration" / "regions" / name for name in shipped()], asked.runs)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{note['batches']} batches of {note['runs']} runs are the same to the last bit; the fits of {', '.join(shipped())} "
          f"now belong to the rules {note['to'][:12]}, carried over from {note['from'][:12]}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
