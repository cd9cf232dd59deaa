"""Which mix does well whatever the environment: satisficing and regret over a few named environments, weighed equally."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def satisficing(probabilities: Floats, goal: float) -> Floats:
    """Share of environments in which the goal is reached with at least that probability [mix], from [mix, environment].

    The domain criterion: Starr 1963 (Product design and decision theory), as used by Lempert, Groves, Popper and Bankes 2006
    (Management Science 52(4):514-528); the environments are the points of the domain, weighed equally.
    """
    found: Floats = np.asarray(probabilities >= goal).mean(axis=1)
    return found


def regret(probabilities: Floats) -> Floats:
    """How much less likely the goal is than with the mix that suits that environment best [mix, environment].

    Savage 1951 (Journal of the American Statistical Association 46(253):55-67).
    """
    found: Floats = probabilities.max(axis=0) - probabilities
    return found


def cost_regret(costs: Floats, reached: NDArray[np.bool_]) -> Floats:
    """What a mix costs beyond the cheapest one that reaches the goal in that environment [mix, environment], unit of the costs.

    NaN where the mix itself does not reach the goal there: no price is paid for what is not had.
    """
    least = np.where(reached, costs, np.inf).min(axis=0)
    return np.where(reached, costs - least, np.nan)


def minimax_regret(probabilities: Floats, costs: Floats) -> int:
    """Row of the mix whose largest regret in probability is smallest (Savage 1951); of equals the cheapest on average.

    Args:
        probabilities: of reaching the goal [mix, environment].
        costs: [mix, environment].
    """
    worst = regret(probabilities).max(axis=1)
    rows: list[tuple[Any, ...]] = [(round(float(worst[row]), 12), float(costs[row].mean()), row) for row in range(len(costs))]
    return int(min(rows)[2])
