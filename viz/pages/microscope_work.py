"""Long work of the microscope, for a process of its own: a run walked firm by firm, and its tables as `yidu run --out` writes them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from yidu.experiments.run.compute import run_once
from yidu.sim.ensemble import last_quarter
from yidu.sim.world import START_QUARTER

if TYPE_CHECKING:
    from yidu.experiments.microscope.film import Film
    from yidu.experiments.scenarios.mix import Mix
    from yidu.sim.region import Region
    from yidu.viz.app.jobs import Speaker


def quarters_of(region: Region) -> int:
    """Quarters of a run."""
    return last_quarter(region.settings.years.plan_end) - START_QUARTER


def walked(region: Region, mix: Mix, environment: str, seed: int, draw: int, *, progress: Speaker) -> Film:
    """Run `draw` of a mix, agent by agent; the clock of what is left starts with its first quarter."""
    from yidu.experiments.microscope.filming import taken  # Mesa, for the process that walks alone

    progress.begin("walking", quarters_of(region))
    return taken(region, mix.scenario(region), environment=environment, seed=seed, draw=draw, progress=progress)


def tables(region: Region, mix: Mix, environment: str, seed: int, draw: int, *, progress: Speaker) -> bytes:
    """Every table of the run in one ZIP file, with its digest."""
    progress.begin("running", quarters_of(region))
    with TemporaryDirectory(prefix="yidu-") as folder:
        out = Path(folder)
        answer = run_once(region, mix.scenario(region), environment=environment, seed=seed, draw=draw, out=out, progress=progress)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in answer.files:
                archive.write(out / name, name)
            archive.writestr("run.json", answer.model_dump_json(indent=2))
    return file.getvalue()
