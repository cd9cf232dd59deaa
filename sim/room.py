"""Whether the tables of agents have room for a pack: rules write the state of 2015 into them without asking.

What comes later asks for every row, and a run that finds none is refused (`yidu.sim.ensemble.refuse_overflow`).
"""

from __future__ import annotations

import math
from pathlib import Path

from yidu.sim.errors import InputError
from yidu.sim.levers import FIRST_YEAR
from yidu.sim.pack import Prior, RegionSettings
from yidu.sim.reading import shown
from yidu.sim.rows import rows_beside

INCUBATORS_A_DISTRICT = 7
"""In 2015 (`yidu.sim.population.start_incubators`)."""


def check_room(folder: Path, settings: RegionSettings, priors: tuple[Prior, ...]) -> None:
    """The district of 2015 fits into the tables, whatever its priors draw.

    Raises:
        InputError: it does not; the sentence says what to write instead.
    """
    bounds = {prior.parameter: prior for prior in priors}
    table, scale = shown(folder / "priors.csv"), settings.scale
    pool, talent = bounds["pool_size"], bounds["talent_2015"]
    giants = sum(giant.arrives <= FIRST_YEAR for giant in settings.giants)
    if int(pool.low / scale) <= giants:
        raise InputError(
            f"the smallest pool has no firm beside the {giants} giants of {FIRST_YEAR}" if giants else "the smallest pool has no firm",
            file=table, row=pool.row, value=pool.low, unit=pool.unit, expected=f"at least {scale * (giants + 1):g}", key=("low",),
            fix="The pool counts every firm that could ever enter the register, the giants among them."
            + (f" One agent stands for {scale:g} firms." if scale > 1.0 else ""),
        )  # fmt: skip
    beside = rows_beside(int(pool.low / scale))
    least = INCUBATORS_A_DISTRICT * settings.districts / beside.incubators
    if int(INCUBATORS_A_DISTRICT * settings.districts / scale + 0.5) > beside.incubators:
        raise InputError(
            f"there is room for {beside.incubators} incubators, and {settings.districts:g} districts have {INCUBATORS_A_DISTRICT} each in"
            f" {FIRST_YEAR}",
            file=shown(folder / "region.toml"), value=scale, expected=f"scale of at least {math.ceil(least)}",
            fix="Let an agent stand for more enterprises.", key=("scale",),
        )  # fmt: skip
    if int(talent.high / scale + 0.5) > beside.people:
        raise InputError(
            f"there is room for {beside.people:,} people of the talent list, as agents that stand for {scale:g} each",
            file=table, row=talent.row, value=talent.high, unit=talent.unit, expected=f"at most {scale * beside.people:g}", key=("high",),
            fix="Let an agent stand for more enterprises (scale in region.toml).",
        )  # fmt: skip
