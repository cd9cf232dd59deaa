"""Incubators 众创空间 / 孵化器 / 加速器 / 园: capacity, quality, levels, graduation."""

import math

import numpy as np

from agents.compiled import rule
from agents.face import Face

MAKERSPACE, INCUBATOR_KIND, ACCELERATOR, PARK, OTHER_PARK = 0, 1, 2, 3, 4
DISTRICT_LEVEL, MUNICIPAL, NATIONAL = 0, 1, 2

INCUBATOR = np.dtype(
    [
        ("id", "i8"),
        ("capacity", "i8"),  # tenants at most
        ("occupancy", "i8"),  # tenants
        ("graduates", "i8"),  # cumulative
        ("quality", "f8"),  # service, 0..1.5
        ("kind", "i2"), ("level", "i2"),
        ("sector", "i2"),  # speciality, -1 general
        ("birth_q", "i2"), ("titled_q", "i2"),
        ("alive", "i2"),
    ],
    align=True,
)  # fmt: skip


@rule
def admission_score(quality, sector_match, u):
    """Rank of an applicant [points]: firm quality, fit with the speciality, and luck (D)."""
    return quality + (0.7 if sector_match else 0.0) + 0.5 * u


@rule
def service_quality(base, support):
    """Service of a platform [index] given public support [万元/yr]: an inverted U, best near 60, gone by 200
    (sign: Sustainability 2022 14(21):14387; sizes D).
    """
    x = min(support, 200.0) / 60.0
    return max(0.2, base * (0.85 + 0.3 * x - 0.15 * x * x))


@rule
def tenant_bonus(bonus, quality):
    """Extra growth while incubated [log/yr]: ``incubator_growth_bonus`` (D) times service quality."""
    return bonus * quality


@rule
def passes_graduation(titled, had_equity, two_years_above_1000, listed):
    """Graduation test, two of four (国科发火〔2018〕300号, K): title with IP, 500 万元 of equity, 1,000 万元 two years, listed."""
    return (1 if titled else 0) + (1 if had_equity else 0) + (1 if two_years_above_1000 else 0) + (1 if listed else 0) >= 2


@rule
def longest_stay(sector):
    """Longest stay [quarters]: 48 months, 60 for biomedicine (K)."""
    return 20 if sector == 2 else 16


@rule
def meets_municipal(kind, age, occupancy, capacity):
    """市级 criteria [yes/no]: a makerspace after 12 months (S, 渝科局发〔2019〕119号) with a tenant in ten places (D); others after
    two years with a quarter of places let (gap: D).
    """
    if kind == MAKERSPACE:
        return age >= 1.0 and occupancy * 10 >= capacity
    return age >= 2.0 and occupancy * 4 >= capacity


@rule
def meets_national(age, occupancy, graduates):
    """国家级 criteria [yes/no]: three years, 50 tenants, 20 graduates (国科发区〔2018〕300号, S/K)."""
    return age >= 3.0 and occupancy >= 50 and graduates >= 20


@rule
def capacity_of(kind, u):
    """Places of a new platform [tenants]: mean 50 nationally (S), parks more; lognormal spread (D)."""
    mean = 35.0 if kind == MAKERSPACE else 55.0
    return int(math.floor(mean * (0.6 + 0.9 * u)))


class Incubator(Face):
    """孵化平台. One row of ``world.incubators``."""

    TABLE = "incubators"

    def admit(self) -> None:
        self.stage("admit")

    def develop(self) -> None:
        self.stage("develop")
