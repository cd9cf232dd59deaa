"""A fit as one NetCDF file in the groups that ArviZ reads: ``arviz.convert_to_datatree("posterior.nc")``.

Draws of a fit stand as one chain: they are independent, so there is no chain to check for convergence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from yidu.calibration import manifest as files
from yidu.calibration.facts import fitted_facts
from yidu.calibration.findings import Findings
from yidu.sim.draws import DRAWN, PriorDraws, TableDraws
from yidu.sim.errors import InputError
from yidu.sim.files import drafted
from yidu.sim.region import Region

if TYPE_CHECKING:
    import xarray

NAME = "posterior.nc"
PRIOR_DRAWS = 2000


def groups(region: Region, draws: TableDraws, findings: Findings, seed: int) -> dict[str, xarray.Dataset]:
    """Posterior and prior [chain, draw] by parameter and reading, and the facts observed with the fit's answer to each."""
    import xarray

    prior, readings = PriorDraws(region).of_runs(seed, np.arange(PRIOR_DRAWS))
    units = files.units_of_drawn(region)
    facts = [row for row in findings.facts if row.fact in fitted_facts(region)]
    about = {"region": region.name, "rules": findings.rules, "pack": findings.pack, "seed": seed, "version": findings.version}

    def drawn(table: np.ndarray, taken: dict[str, np.ndarray]) -> xarray.Dataset:
        columns = {name: (("chain", "draw"), table[None, :, k], {"units": units[name]}) for k, name in enumerate(DRAWN)}
        sides = {f"reading:{name}": (("chain", "draw"), column[None, :].astype(np.int8)) for name, column in taken.items()}
        return xarray.Dataset({**columns, **sides}, {"chain": [0], "draw": np.arange(len(table))}, about)

    return {
        "posterior": drawn(draws.parameters, draws.readings),
        "prior": drawn(prior, readings),
        "observed_data": xarray.Dataset({row.fact: ((), row.record, {"units": row.unit}) for row in facts}, attrs=about),
    }


def write(region: Region, folder: Path, findings: Findings, goal: Path | None = None) -> Path:
    """Write ``posterior.nc`` from the draws in ``folder``.

    Raises:
        InputError: the folder holds no draws of this region.
    """
    import xarray  # with h5py most of a second: not before there is a fit

    draws = files.draws_in(region, folder)
    if draws is None:
        raise InputError(f"{region.name} has no fit to write", file=folder, fix=files.remake(region))
    tree = xarray.DataTree.from_dict({f"/{name}": group for name, group in groups(region, draws, findings, findings.seed).items()})
    path = (goal or folder) / NAME
    packed = {
        f"/{name}": {column: {"zlib": True, "complevel": 4} for column in group.data_vars if group[column].ndim}
        for name, group in ((n, tree[n].to_dataset()) for n in ("posterior", "prior"))
    }
    with drafted(path) as draft:
        tree.to_netcdf(draft, engine="h5netcdf", encoding=packed)
    return path
