"""High-end talent 高精尖缺人才: people who arrive by lever and pull, choose a host, and may leave."""

import math

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.face import Face

CANDIDATE, PRESENT, GONE, VISITING = 0, 1, 2, 3  # visiting: part time, not of the list

TALENT = np.dtype(
    [
        ("id", "i8"),
        ("quality", "f8"),  # standard normal
        ("package", "f8"),  # 万元 promised over three years
        ("paid", "f8"),  # yuan of it paid, whole
        ("sector", "i2"),
        ("host", "i4"),  # row of a firm, -1 none
        ("status", "i2"),
        ("door", "i2"),
        ("arrival_q", "i2"), ("leave_q", "i2"),
        ("alive", "i2"),  # 1 for every row in use
    ],
    align=True,
)  # fmt: skip


@rule
def accepts(base, package, package_elasticity, best_host, city_pull, u):
    """Whether a candidate takes the offer [yes/no]: ``talent_accept`` moved by the package [万元] against 30 (D),
    the best host found [points around 5], and what neighbours pay (``city_pull``).
    """
    odds = base * (1.0 + package_elasticity * math.log((package + 10.0) / 40.0))
    odds *= math.exp(0.1 * (best_host - 5.0) - 0.5 * city_pull)
    return u < min(0.95, max(0.01, odds))


@rule
def host_appeal(science_staff, same_sector, platforms, station, certified, u):
    """Appeal of a firm to a person [points]: size of its research, field, platforms, and a draw of their own (D)."""
    return (
        0.5 * math.log1p(science_staff)
        + (1.0 if same_sector else 0.0)
        + 0.3 * min(3, platforms)
        + (0.4 if station else 0.0)
        + (0.3 if certified else 0.0)
        + 3.0 * u
    )


@rule
def leave_hazard(base, package, package_elasticity, city_pull, in_contract):
    """Yearly hazard of leaving [1/yr]: ``talent_leave`` (D), lower with a larger package and halved in its three years."""
    hazard = base * math.exp(0.5 * city_pull - 0.5 * package_elasticity * math.log((package + 10.0) / 40.0))
    return 0.5 * hazard if in_contract else hazard


@rule
def agrees_to_visit(best_host, u):
    """Whether somebody asked to work part time for a firm agrees [yes/no], by the best host found [points around 5]: far likelier than
    to move, for nobody has to (D).
    """
    return u < min(0.95, numbers.FLEXIBLE_ACCEPTS * math.exp(0.1 * (best_host - 5.0)))


@rule
def visit_term(u):
    """How long somebody works part time [quarters]: two years or three, as often (D)."""
    return numbers.FLEXIBLE_SHORT if u < 0.5 else numbers.FLEXIBLE_LONG


@rule
def stays_on(city_pull, u):
    """Whether somebody whose part-time work ends stays full time [yes/no] (D); fewer where neighbours pay more."""
    return u < numbers.FLEXIBLE_STAYS * math.exp(-0.5 * city_pull)


class Talent(Face):
    """高精尖缺人才. One row of ``world.people``."""

    TABLE = "people"

    def choose_host(self) -> None:
        self.stage("choose_host")

    def stay_or_leave(self) -> None:
        self.stage("stay_or_leave")
