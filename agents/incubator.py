"""Incubators 众创空间 / 孵化器 / 加速器 / 园: capacity, quality, levels, graduation."""

import math

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.enterprise import support_felt
from yidu.agents.face import Face

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
        ("birth_q", "i2"), ("titled_q", "i2"),  # a title of the future: none before then
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
    """Service of a platform [index] given public support [万元/yr]: an inverted U, best near 60, most of the gain gone by 300
    (sign: Sustainability 2022 14(21):14387; sizes D). It adds two thirds to what a platform offers without any.
    """
    x = support / numbers.BEST_SUPPORT
    return base * (0.6 + 0.4 * x * math.exp(1.0 - x))


@rule
def tenant_bonus(bonus, quality):
    """Extra growth while incubated [log/yr]: ``incubator_growth_bonus`` (D) times service quality."""
    return bonus * quality


@rule
def search_rate(platforms):
    """Yearly hazard that a young firm asks for a place [1/yr], given ``platforms`` open in the district: more of them are nearer to
    somebody, ever fewer firms are left to find (D).
    """
    return min(numbers.INCUBATOR_SEARCH_MOST, numbers.INCUBATOR_SEARCH * math.sqrt(platforms / numbers.USUAL_PLATFORMS))


@rule
def places_sought(money):
    """Factor on asking for a place [ratio] under start-up support of so much ``money`` a year in a district [万元], which pays rent (D)."""
    return 1.0 + numbers.STARTUP_SEEKS * support_felt(money)


@rule
def founding_factor(platforms):
    """Factor on founding [ratio], given ``platforms`` open in the district: room and company make a few more begin (D)."""
    return math.exp(numbers.FOUNDING_ELASTICITY * math.log(max(1.0, platforms) / numbers.USUAL_PLATFORMS))


@rule
def passes_graduation(titled, had_equity, two_years_above_1000, listed):
    """Graduation test, two of four (国科发火〔2018〕300号, K): title with IP, 500 万元 of equity, 1,000 万元 two years, listed."""
    met = (1 if titled else 0) + (1 if had_equity else 0) + (1 if two_years_above_1000 else 0) + (1 if listed else 0)
    return met >= numbers.GRADUATION_TESTS


@rule
def longest_stay(sector):
    """Longest stay [quarters]: 48 months, 60 for biomedicine (K)."""
    return numbers.STAY_IN_BIOMEDICINE if sector == 2 else numbers.STAY


@rule
def meets_municipal(kind, age, occupancy, capacity):
    """市级 criteria [yes/no]: a makerspace after 12 months (S, 渝科局发〔2019〕119号) with a tenant in ten places (D); others after
    two years with a quarter of places let (gap: D).
    """
    if kind == MAKERSPACE:
        return age >= numbers.MAKERSPACE_AGE and occupancy * 10 >= capacity
    return age >= numbers.MUNICIPAL_AGE and occupancy * 4 >= capacity


@rule
def meets_national(age, occupancy, graduates):
    """国家级 criteria [yes/no]: three years, 50 tenants, 20 graduates (国科发区〔2018〕300号, S/K)."""
    return age >= numbers.NATIONAL_AGE and occupancy >= numbers.NATIONAL_TENANTS and graduates >= numbers.NATIONAL_GRADUATES


@rule
def capacity_of(kind, u):
    """Places of a new platform [tenants]: mean 50 nationally (S), parks more; lognormal spread (D)."""
    mean = numbers.MAKERSPACE_PLACES if kind == MAKERSPACE else numbers.INCUBATOR_PLACES
    return int(math.floor(mean * (0.6 + 0.9 * u)))


class Incubator(Face):
    """孵化平台. One row of ``world.incubators``."""

    TABLE = "incubators"

    def admit(self) -> None:
        self.stage("admit")

    def develop(self) -> None:
        self.stage("develop")
