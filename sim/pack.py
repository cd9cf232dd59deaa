"""What a region pack is made of: settings, facts, targets, priors and environment, each with its units.

Nothing here reads a file; `yidu.sim.packfiles` does, and `yidu.sim.region` puts the pack together.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from yidu.sim.indicators import INDICATORS
from yidu.sim.levers import FIRST_YEAR, N_YEARS

SECTOR_IDS = ("big_data", "environment", "health", "culture", "materials", "vehicles", "construction", "food")

START_KEYS = (
    "tech_enterprises", "high_tech_enterprises", "tech_enterprises_above_scale",
    "high_tech_enterprises_above_scale", "rd_platforms", "rd_share_of_gdp", "patents_per_10k",
)  # fmt: skip
END_KEYS = (
    "tech_enterprises", "high_tech_enterprises", "tech_enterprises_above_scale",
    "high_tech_enterprises_above_scale", "rd_platforms", "incubation_platforms", "otc_listed",
    "rd_expenditure", "patents", "strategic_emerging_share", "knowledge_loans_total", "commercial_loan_firms", "joint_projects_won",
)  # fmt: skip

ENVIRONMENT_FIELDS = (
    "gdp_growth", "population_growth", "sector_demand", "city_pull", "registration_drive", "giant_arrival",
    "giant_leave", "bank_appetite", "lending_rate", "super_general", "super_tech_sme", "super_manufacturing",
    "small_tax", "filing_subsidy", "specialised_regime",
)  # fmt: skip
ENVIRONMENT_GROUPS = (
    "gdp_growth", "population_path", "sector_demand", "city_pull", "registration_drive", "giants",
    "bank_appetite", "super_deduction", "patent_regime", "specialised_regime",
)  # fmt: skip

GRADES = ("A", "A-wp", "B", "C", "D")
ROLES = ("calibrate", "prior", "lever", "context")
STATISTICS = ("level", "sum", "growth", "ratio:<year>")
DISTRIBUTIONS = ("normal", "lognormal", "uniform", "beta", "bernoulli")
SENSES = (">=", "<=")

FACT_COLUMNS = (
    "id", "fact", "indicator", "period", "statistic", "value", "unit", "tolerance", "reading", "weight",
    "role", "quote",
)  # fmt: skip
TARGET_COLUMNS = ("indicator", "year", "sense", "value", "unit", "group", "quote")
NOT_ANSWERED_COLUMNS = ("id", "quote", "why_zh", "why_en")
PRIOR_COLUMNS = ("parameter", "distribution", "a", "b", "low", "high", "unit", "grade", "source")

UNITS: dict[str, str] = {indicator.id: indicator.unit for indicator in INDICATORS}
# What can be added up over years; everything else is counted at a year's end.
YEARLY_FLOWS = frozenset({"rd_expenditure", "rd_real", "gdp", "public_money", "levered_money"})
MONEY = {"元": 1.0, "万元": 1e4, "亿元": 1e8}  # yuan
GROWTH_UNITS = ("%/年", "%/yr")
RATIO_UNIT = "倍"

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Spread = Annotated[float, Field(strict=True, ge=0.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0.0, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]
Year = Annotated[int, Field(ge=1900, le=2100)]
Id = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(strict=True, min_length=1)]
Flag = Annotated[bool, Field(strict=True)]
Grade = Literal["A", "A-wp", "B", "C", "D"]


class Checked(BaseModel):
    """A part of a pack: no unknown key, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- region.toml --------------------------------------------------------------------------------------------


class Years(Checked):
    """First and last year of the record, last year of the plan."""

    record_start: Year
    record_end: Year
    plan_end: Year


class GdpSeries(Checked):
    """Nominal GDP by year [亿元], and the range of its level at the record's start where that year is not known.

    ``vintage_error``: how far a figure published five years after the record may lie from one of the record's vintage [log, 1 sd].
    """

    known: dict[int, Positive]
    start: tuple[Positive, Positive] | None = None
    vintage_error: Spread = 0.0
    unit: Text
    source: Text


class PopulationSeries(Checked):
    """Resident population by year [万人], on the census base and on the base used before the last census.

    ``vintage_error``: as of GDP [log, 1 sd].
    """

    census: dict[int, Positive]
    precensus: dict[int, Positive] = {}
    vintage_error: Spread = 0.0
    unit: Text = "万人"
    source: Text


class Pool(Checked):
    """Range of the number of firms that could ever enter the register [家]."""

    low: Positive
    high: Positive
    unit: Text = "家"
    source: Text = "judgement"


class Sector(Checked):
    """A sector: its share of the pool and what its firms are like."""

    id: Id
    title_zh: Text
    title_en: Text
    share: Share
    industry_share: Share
    value_added_ratio: Share
    pillar: Flag
    strategic: Share
    high_tech: Share
    digital: Share


class Place(Checked):
    """A park or street and its share of the pool."""

    id: Id
    title_zh: Text
    title_en: Text
    share: Share


class Giant(Checked):
    """One of the few large firms: ranges of revenue [万元/yr], staff [人] and R&D over revenue on arrival.

    ``leaves``: the year in whose first quarter it moves away, 0 where none is set.
    """

    id: Id
    title_zh: Text
    title_en: Text
    sector: Id
    industry: Flag
    arrives: Year
    leaves: Annotated[int, Field(strict=True, ge=0)] = 0
    revenue: tuple[Positive, Positive]
    staff: tuple[Positive, Positive]
    rd_share: tuple[Share, Share]
    strategic: Flag
    high_tech: Flag
    digital: Flag
    state_owned: Flag
    leave_rate: Share
    source: Text


class RegionSettings(Checked):
    """region.toml."""

    name: Id
    title_zh: Text
    title_en: Text
    scale: Positive = 1.0
    districts: Annotated[int, Field(ge=1)] = 1
    years: Years
    gdp: GdpSeries
    population: PopulationSeries
    pool: Pool
    sectors: tuple[Sector, ...]
    places: tuple[Place, ...]
    giants: tuple[Giant, ...] = ()
    start: dict[str, str] = {}
    end: dict[str, str] = {}


# --- tables -------------------------------------------------------------------------------------------------


class Fact(Checked):
    """One reading of one fact of the record; rivals share `fact` and differ in `reading`."""

    id: str
    fact: str
    indicator: str
    period: str
    statistic: str
    value: float
    unit: str
    tolerance: float
    reading: str
    weight: float
    role: Literal["calibrate", "prior", "lever", "context"]
    quote: str
    row: int

    @property
    def first_year(self) -> int:
        """First year of the period."""
        return int(self.period[:4])

    @property
    def last_year(self) -> int:
        """Last year of the period."""
        return int(self.period[-4:])

    @property
    def base_year(self) -> int | None:
        """The year a growth rate or ratio starts from: growth over 2016-2020 starts from the end of 2015."""
        if self.statistic == "growth":
            return self.first_year - 1
        if self.statistic.startswith("ratio:"):
            return int(self.statistic[6:])
        return None

    def value_in(self, unit: str) -> float:
        """The value in another unit of money, or as it is when the unit is the same."""
        return self.value * _factor(self.unit, unit)

    def tolerance_in(self, unit: str) -> float:
        """The tolerance (one standard deviation) in that unit."""
        return self.tolerance * _factor(self.unit, unit)


class Target(Checked):
    """One target of the plan."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    value: float
    unit: str
    group: str
    quote: str
    row: int


class NotAnswered(Checked):
    """A sentence of the plan that the model says nothing of, and why, in our words."""

    id: str
    quote: str
    why_zh: str
    why_en: str
    row: int


class Prior(Checked):
    """What is believed of a parameter before the record is looked at; every form is truncated to [low, high].

    normal (a mean, b sd), lognormal (a median, b sigma of the log), uniform (a, b), beta (shapes a, b on
    0..1), bernoulli (a the chance of 1).
    """

    parameter: str
    distribution: Literal["normal", "lognormal", "uniform", "beta", "bernoulli"]
    a: float
    b: float
    low: float
    high: float
    unit: str
    grade: Grade
    source: str
    row: int


def _factor(unit: str, other: str) -> float:
    if unit == other:
        return 1.0
    if unit in MONEY and other in MONEY:
        return MONEY[unit] / MONEY[other]
    raise ValueError(f"no way from {unit} to {other}")


# --- environment.toml ---------------------------------------------------------------------------------------


class FieldSpec(Checked):
    """One yearly quantity outside policy: its path, its spread and its bounds, all in `unit`.

    ``sectors``: what single sectors have added to the path in a year, each value held until the next year given.
    """

    group: str
    title_zh: Text
    title_en: Text
    unit: Text
    path: dict[int, Number]
    record_sd: Spread = 0.0
    persistent_sd: Spread = 0.0
    sd: Spread = 0.0
    rho: Share = 0.0
    low: Number
    high: Number
    shock: Number = 0.0
    sector_sd: Spread = 0.0
    sectors: dict[str, dict[int, Number]] = {}
    grade: Grade
    source: Text

    def yearly(self) -> npt.NDArray[np.float64]:
        """The path over 2015..2035: each value held until the next year given, the first also before it."""
        years = sorted(self.path)
        values = np.full(N_YEARS, self.path[years[0]], dtype=np.float64)
        for year in years:
            values[max(0, year - FIRST_YEAR) :] = self.path[year]
        return values


class ShockSpec(Checked):
    """Chance of a shock year, after the record [1/yr]."""

    probability: Share


class EnvironmentCase(Checked):
    """A named condition on the environment: values added to paths after the record, width of the spread."""

    title_zh: Text
    title_en: Text
    shift: dict[str, Number] = {}
    sd_scale: Positive = 1.0
    shock_year: Year | None = None


class EnvironmentSpec(Checked):
    """environment.toml."""

    fields: dict[str, FieldSpec]
    shock: ShockSpec
    environments: dict[str, EnvironmentCase]

    def yearly(self, name: str) -> npt.NDArray[np.float64]:
        """The path of a field over 2015..2035, before noise."""
        return self.fields[name].yearly()


class LeversFile(Checked):
    """levers.toml."""

    record: dict[str, dict[int, Number] | Number]
    status_quo: dict[str, dict[int, Number] | Number] = {}
    uncertainty: dict[str, Annotated[float, Field(strict=True, gt=0.0, le=2.0)]] = {}
