"""A region pack with all that may stand in it, checked: its files, scenarios, events, who owns what, contradictions, published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calibration import actuals
from experiments.contradictions import contradictions_of
from experiments.events import events_of
from experiments.scenario import load as load_scenario
from experiments.tasks import TASK_IDS
from sim.owners import owners_of
from sim.region import load

if TYPE_CHECKING:
    from sim.region import Region


def load_whole(where: str | Path) -> Region:
    """A pack by name or folder, once everything in it has passed its checks; `sim.region.load` leaves out what few commands read.

    Raises:
        InputError: the first thing that is wrong, with file, row, value, unit and fix.
    """
    pack = load(where)
    for name in pack.scenario_names:
        load_scenario(pack, name)
    events_of(pack)
    owners_of(pack, TASK_IDS)
    contradictions_of(pack)
    if (pack.folder / actuals.FILE).is_file():
        actuals.actuals_of(pack, None)
    return pack
