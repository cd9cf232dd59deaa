"""Yidu 义渡: how likely a district's science-and-technology targets are to be reached, why, and what would change it.

The rooms are `yidu.agents` (rules), `yidu.sim` (runs), `yidu.calibration` (fits), `yidu.experiments` (questions put to many runs),
`yidu.viz` (what people see) and `yidu.bench` (measurements). What a notebook needs is offered here, and imported when it is first used::

    import yidu

    region = yidu.load_region("dadukou")
    mix = yidu.load_scenario(region, "status_quo")
    outcomes = yidu.simulated(region, mix, runs=200)
    assessment = yidu.assess(region, mix, outcomes)

In a checkout the rooms are folders beside this one, not inside it: the checkout is then a second place where they are looked for.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidu.calibration.manifest import posterior
    from yidu.experiments.assess.ask import ask
    from yidu.experiments.assess.compute import assess
    from yidu.experiments.compare.compute import compare
    from yidu.experiments.decompose.compute import run_decompose
    from yidu.experiments.ensembles.paired import study
    from yidu.experiments.ensembles.simulated import simulated
    from yidu.experiments.explain.compute import run_explain
    from yidu.experiments.milestones.compute import run_milestones
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.scenarios.scenario import load as load_scenario
    from yidu.experiments.stress.compute import run_stress
    from yidu.sim.ensemble import simulate
    from yidu.sim.errors import InputError
    from yidu.sim.model import InnovationModel
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region
    from yidu.sim.region import load as load_region

HERE = Path(__file__).resolve().parent
if not (HERE / "agents").is_dir():  # a checkout
    __path__.append(str(HERE.parent))

OFFERED = {
    "load_region": ("sim.region", "load"),
    "load_scenario": ("experiments.scenarios.scenario", "load"),
    "posterior": ("calibration.manifest", "posterior"),
    "InnovationModel": ("sim.model", "InnovationModel"),
    "simulate": ("sim.ensemble", "simulate"),
    "simulated": ("experiments.ensembles.simulated", "simulated"),
    "study": ("experiments.ensembles.paired", "study"),
    "ask": ("experiments.assess.ask", "ask"),
    "assess": ("experiments.assess.compute", "assess"),
    "compare": ("experiments.compare.compute", "compare"),
    "run_explain": ("experiments.explain.compute", "run_explain"),
    "run_milestones": ("experiments.milestones.compute", "run_milestones"),
    "run_decompose": ("experiments.decompose.compute", "run_decompose"),
    "run_stress": ("experiments.stress.compute", "run_stress"),
    "Region": ("sim.region", "Region"),
    "Scenario": ("experiments.scenarios.scenario", "Scenario"),
    "Outcomes": ("sim.outcomes", "Outcomes"),
    "InputError": ("sim.errors", "InputError"),
}
"""Public names: the module below `yidu` that each lies in, and its name there."""

__all__ = [
    "InnovationModel", "InputError", "Outcomes", "Region", "Scenario", "ask", "assess", "compare", "load_region", "load_scenario",
    "posterior",
    "run_decompose", "run_explain", "run_milestones", "run_stress", "simulate", "simulated", "study",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for; ``__version__`` as installed."""
    if name == "__version__":
        from yidu.sim.version import product_version

        return product_version()
    if name not in OFFERED:
        raise AttributeError(f"module 'yidu' has no attribute '{name}'")
    module, there = OFFERED[name]
    value = getattr(importlib.import_module(f"yidu.{module}"), there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *OFFERED})
