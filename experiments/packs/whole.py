"""A region pack with all that may stand in it, checked: its files, scenarios, events, who owns what, contradictions, published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yidu.calibration import actuals
from yidu.experiments.decompose.tasks import TASK_IDS
from yidu.experiments.packs.contradictions import contradictions_of
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.experiments.stress.events import events_of
from yidu.sim.owners import owners_of
from yidu.sim.region import load

if TYPE_CHECKING:
    from yidu.sim.region import Region


def load_whole(where: str | Path) -> Region:
    """A pack by name or folder, once everything in it has passed its checks; `yidu.sim.region.load` leaves out what few commands read.

    Raises:
        InputError: the first thing that is wrong, with file, row, value, unit and fix.
    """
    return whole(load(where))


def whole(pack: Region) -> Region:
    """The same pack, once what few commands read of it has passed its checks, too.

    Raises:
        InputError: as `load_whole` has it.
    """
    for name in pack.scenario_names:
        load_scenario(pack, name)
    events_of(pack)
    owners_of(pack, TASK_IDS)
    contradictions_of(pack)
    if (pack.folder / actuals.FILE).is_file():
        actuals.actuals_of(pack, None)
    return pack
