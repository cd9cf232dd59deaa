"""What policy can move: each lever's unit, range, cost, channel, decider and source, and its path.

Targets play no part here: ranges and 2016-2020 levels come from the record or from judgement (grade D).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, did_you_mean

FIRST_YEAR = 2015
N_YEARS = 21
LAST_YEAR = FIRST_YEAR + N_YEARS - 1

Group = Literal["subsidies", "credit", "equity", "incubation", "platforms", "talent", "attraction"]

GROUPS: dict[Group, tuple[str, str]] = {
    "subsidies": ("补助", "Subsidies"),
    "credit": ("信贷", "Credit"),
    "equity": ("股权", "Equity"),
    "incubation": ("孵化", "Incubation"),
    "platforms": ("平台", "Platforms"),
    "talent": ("人才", "Talent"),
    "attraction": ("招商", "Attraction"),
}

# Whatever changes a firm's cash, R&D, revenue or survival can reach everything that is counted from firms.
FIRMS = frozenset(
    {
        "rd_expenditure", "rd_share_of_gdp", "patents_per_10k", "rd_platforms", "tech_enterprises",
        "tech_enterprises_above_scale", "high_tech_enterprises", "otc_listed", "high_end_talent",
        "incubation_platforms", "strategic_emerging_share", "digital_core_share", "specialised_smes",
        "high_tech_output_share", "postdoc_stations", "knowledge_loans_total", "tech_projects",
        "science_staff", "collaboration_centres", "rd_growth",
    }
)  # fmt: skip
# Counted from institutes, funds, incubators and intermediaries: only a lever that says so reaches them.
INSTITUTES = frozenset({"new_rd_institutes", "high_end_platforms"})
FUNDS = frozenset({"fund_scale"})
OPENINGS = frozenset({"new_incubators"})
INTERMEDIARIES = frozenset({"transfer_bodies"})


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing policy can set: `record` is its 2016-20 level, `low` to `high` the range."""

    id: str
    title_zh: str
    title_en: str
    group: Group
    unit: str
    low: float
    high: float
    record: float | None
    unit_cost: str
    decided_by: str
    channel: str
    reaches: frozenset[str]
    grade: str
    source: str


_ALL = (
    Lever(
        "rd_grant_rate", "研发补助比例", "R&D grant rate", "subsidies", "share of R&D", 0.0, 0.03, 0.01,
        "rate x eligible R&D", "区定",
        "Cash and the user cost of R&D; additionality about nil, saturating, part of it misused.", FIRMS,
        "D", "judgement: district money of 1.9 亿元 in five years allows no more than a few percent of R&D",
    ),
    Lever(
        "certification_award", "高新技术企业认定奖励", "High-tech certification award", "subsidies",
        "万元 per new 高企", 0.0, 50.0, 10.0, "per award", "区定",
        "More eligible firms apply; some just below the 3/4/5 % lines relabel; little real R&D.", FIRMS,
        "D", "judgement: neighbouring districts paid 5 to 20 万元",
    ),
    Lever(
        "register_award", "科技型企业入库奖励", "Register award", "subsidies", "万元 per first entry", 0.0,
        5.0, 1.0, "per first entry", "区定", "Chance that an eligible firm enters the municipal register.",
        FIRMS, "D", "judgement: 渝北区 paid 1 万元 on first entry",
    ),
    Lever(
        "enterprise_coaching", "企业培育辅导", "Enterprise coaching", "subsidies", "firms/yr", 0.0, 200.0,
        30.0, "1 万元 a firm", "区定",
        "Removes unawareness of the register, 高企, 专精特新 and of the super-deduction.", FIRMS, "D",
        "judgement: no record of the number of firms coached",
    ),
    Lever(
        "ip_services", "知识产权服务", "IP services", "subsidies", "firms/yr", 0.0, 200.0, 20.0,
        "2 万元 a firm", "区定", "First filings, a better grant share, fewer lapses.", FIRMS, "D",
        "judgement: no record; effect sizes from Dang & Motohashi 2015 China Economic Review 35",
    ),
    Lever(
        "knowledge_loan_pool", "知识价值信用贷款风险补偿资金", "Knowledge-value loan pool", "credit",
        "万元", 0.0, 10000.0, 3000.0, "losses paid (district 60 %) and the money tied up", "市区共担 4:6",
        "How much may be lent under cover; the bank still decides firm by firm.", FIRMS, "D",
        "judgement on the pool's size; the scheme came to the district in March 2019",
    ),
    Lever(
        "knowledge_loan_cover", "知识价值信用贷款补偿比例", "Knowledge-value loan cover", "credit",
        "share of overdue principal", 0.5, 0.95, 0.80, "expected loss", "市定",
        "A bank lends while interest less expected loss covers its funds and running cost.", FIRMS, "C",
        "the municipal scheme: 80 % of overdue principal paid by the fund, 20 % by the bank",
    ),
    Lever(
        "commercial_loan_pool", "商业价值信用贷款风险补偿资金", "Commercial-value loan pool", "credit",
        "万元", 0.0, 5000.0, 300.0, "losses, up to 2 % of lending and 4 % of the balance", "市区共担",
        "Cover is capped, so banks stay choosy: a different incentive from the knowledge-value loan.",
        FIRMS, "C", "the plan: 8,674 万元 lent to 95 firms by 2020, at 2 to 4 % of cover",
    ),
    Lever(
        "interest_subsidy", "贷款贴息", "Interest subsidy", "credit", "percentage points", 0.0, 3.0, 0.0,
        "points x balance", "区定", "More firms ask for a loan; cash of those who have one.", FIRMS, "C",
        "relief of February to June 2020 only: up to half of the one-year benchmark, about 2.2 points",
    ),
    Lever(
        "seed_fund", "创业种子基金", "Seed funds", "equity", "万元/yr", 0.0, 5000.0, 188.0,
        "capital, partly returned (district 60 %)", "市区共担 4:6",
        "Young register firms: survival, first hires, later private venture capital.", FIRMS | FUNDS, "C",
        "the plan: 270 and 670 万元 to 7 and 13 firms over 2016-2020",
    ),
    Lever(
        "industry_fund", "产业引导基金", "Industry and guidance fund", "equity", "万元/yr deployed", 0.0,
        50000.0, 1000.0, "district share of the capital", "区定+争取",
        "Equity to scaling firms and a condition of attraction; deployment and commitment are two accounts.",
        FIRMS | FUNDS, "D", "judgement: a guidance fund of 2 亿元 was planned, deployment unrecorded",
    ),
    Lever(
        "vc_subsidy_rate", "创投补助比例", "Venture-capital subsidy rate", "equity", "share", 0.0, 0.10,
        0.0, "of the municipal subsidy, or of the investment, by reading", "区定，市为准",
        "Private venture deals in the district.", FIRMS | FUNDS, "D",
        "the plan, box 12: at most 10 %, of what is ambiguous; nothing paid in 2016-2020",
    ),
    Lever(
        "listing_award", "OTC挂牌奖励", "OTC listing award", "equity", "万元 per listing", 0.0, 200.0, 30.0,
        "per listing", "区定",
        "Joint-stock reform and listing of register firms with revenue and two years of age.", FIRMS, "D",
        "judgement: the city paid 25 to 30 万元 in 2018",
    ),
    Lever(
        "incubator_openings", "新建孵化平台", "Incubator openings", "incubation", "platforms/yr", 0.0, 6.0,
        2.0, "title award of 30 (municipal) or 100 (national) 万元, and start-up", "区定+市场",
        "Room for young firms, more entries, later upgrades.", FIRMS | OPENINGS, "D",
        "awards: 大渡口府办发〔2015〕71号; the yearly number is judgement",
    ),
    Lever(
        "incubator_support", "孵化平台运营补助", "Incubator support", "incubation",
        "万元 per platform and year", 0.0, 200.0, 20.0, "as paid", "区定",
        "Service quality: growth of tenants about 0.03 log a year at best, survival none; an inverted U.",
        FIRMS, "D", "judgement under the ceiling of 1,000 万元 a year in 大渡口府办发〔2015〕71号",
    ),
    Lever(
        "platform_award", "研发平台认定奖励", "Platform award", "platforms", "万元 per municipal platform",
        0.0, 100.0, 20.0, "per recognition", "区定，市认定",
        "Eligible firms formalise a recognised centre; the unserved eligible pool shrinks.",
        FIRMS | INSTITUTES, "D", "judgement: no district amount found, 10 to 50 万元 elsewhere",
    ),
    Lever(
        "institute_openings", "新型研发机构引建", "New-type institutes sought", "platforms",
        "institutes/yr", 0.0, 3.0, 0.4, "25 % of construction, 500 to 3,000 万元", "争取",
        "Partners, hosts for talent, spin-offs; a sought institute often fails to land.",
        FIRMS | INSTITUTES | INTERMEDIARIES, "D", "judgement; cost share as in 重庆高新区 from 2021",
    ),
    Lever(
        "joint_projects", "产学研联合项目（含揭榜挂帅）", "Joint projects", "platforms", "projects/yr", 0.0,
        60.0, 5.0, "district share of 76 万元 a project", "争取，区配套",
        "Pairs of firm and institute by sector: knowledge up by 0.05 to 0.12.",
        FIRMS | INSTITUTES | INTERMEDIARIES, "D",
        "judgement on the number; 76 万元 from 118 projects and 8,956 万元",
    ),
    Lever(
        "transfer_services", "技术转移服务", "Transfer services", "platforms", "contacts/yr", 0.0, 200.0,
        10.0, "0.5 万元 a contact", "区定",
        "Search for a partner costs less; licences of outside results; above a volume a transfer body lives.",
        FIRMS | INTERMEDIARIES, "D", "judgement: no record",
    ),
    Lever(
        "talent_recruitment", "高精尖缺人才引进", "Talent recruitment", "talent", "offers/yr", 0.0, 60.0,
        5.0, "search cost", "区定", "People who consider the district; package, host and city pull decide.",
        FIRMS | INSTITUTES, "D", "judgement: 12 leaders and 6 teams were honoured in five years",
    ),
    Lever(
        "talent_package", "人才待遇", "Talent package", "talent", "万元 a person", 0.0, 300.0, 30.0,
        "per arrival, over three years", "区定", "Acceptance and retention.", FIRMS | INSTITUTES, "D",
        "judgement: amounts of the district's seventeen measures not found",
    ),
    Lever(
        "postdoc_support", "博士后工作站资助", "Postdoctoral support", "talent", "万元 per station", 0.0,
        60.0, 20.0, "per station", "区定，国家设站",
        "Station applications from owners of platforms with senior staff.", FIRMS, "D",
        "a neighbour's figure: 20 万元 municipal, 60 万元 national",
    ),
    Lever(
        "firms_attracted", "招商签约项目", "Signed projects", "attraction", "projects/yr", 0.0, 80.0, 20.0,
        "services and rent", "争取", "About a quarter land, one to three years later; not all do R&D.",
        FIRMS, "D", "judgement: no record of signed technology projects",
    ),
    Lever(
        "anchor_firms", "龙头企业引进", "Anchor firms", "attraction", "firms/yr", 0.0, 2.0, 0.4,
        "land and fund conditions", "争取",
        "Output, suppliers, a pull on talent; one can dominate the district's R&D.", FIRMS | INSTITUTES,
        "D", "judgement: about two in five years (海康威视 and one other)",
    ),
)  # fmt: skip

Decider = Literal["district", "shared", "city", "won"]

DECIDERS: dict[Decider, str] = {"district": "区定", "shared": "共担", "city": "市定", "won": "争取"}


def decider(bar: Lever) -> Decider:
    """Whom it takes to move a lever: what must be won from others is that first, then what the city decides or shares."""
    if "争取" in bar.decided_by:
        return "won"
    if "市定" in bar.decided_by:
        return "city"
    return "shared" if "共担" in bar.decided_by or "市为准" in bar.decided_by else "district"


#: The uncertain parameters through which each lever acts first: what the record knows of them, it knows of the lever.
EFFECTS: dict[str, tuple[str, ...]] = {
    "rd_grant_rate": ("subsidy_additionality", "subsidy_saturation", "subsidy_misuse_share"),
    "certification_award": ("award_response", "hnte_apply_rate", "relabel_near_line"),
    "register_award": ("award_response", "register_rate"),
    "enterprise_coaching": ("coaching_effect", "awareness_diffusion"),
    "ip_services": ("ip_service_effect",),
    "knowledge_loan_pool": ("loan_application_rate", "kv_loan_approval", "guarantee_effect_rd", "guarantee_effect_tfp"),
    "knowledge_loan_cover": ("loan_default", "default_cover_response"),
    "commercial_loan_pool": ("commercial_application_rate", "kv_followon_commercial"),
    "interest_subsidy": ("loan_application_rate", "commercial_application_rate"),
    "seed_fund": ("grant_effect_survival", "seed_vc_multiplier"),
    "industry_fund": ("gov_fund_crowd", "vc_effect_productivity"),
    "vc_subsidy_rate": ("vc_deal_rate", "vc_effect_productivity"),
    "listing_award": ("award_response", "otc_rate"),
    "incubator_openings": ("incubator_upgrade_rate", "incubator_register_boost"),
    "incubator_support": ("incubator_growth_bonus",),
    "platform_award": ("award_response", "platform_apply_rate"),
    "institute_openings": ("institute_landing", "high_platform_rate"),
    "joint_projects": ("consortium_effect", "collaboration_rate"),
    "transfer_services": ("partner_search", "uic_effect", "transfer_threshold"),
    "talent_recruitment": ("talent_accept", "star_effect"),
    "talent_package": ("talent_package_elast", "talent_leave"),
    "postdoc_support": ("award_response", "postdoc_rate"),
    "firms_attracted": ("contract_realisation", "attracted_rd_share"),
    "anchor_firms": ("large_plant_spillover",),
}

LEVERS: dict[str, Lever] = {lever.id: lever for lever in _ALL}
LEVER_IDS: tuple[str, ...] = tuple(LEVERS)
#: Numbers, pools and yearly sums: a region of several districts has as many times more of them. The others are rates and amounts a head.
EXTENSIVE = frozenset(
    {
        "enterprise_coaching", "ip_services", "knowledge_loan_pool", "commercial_loan_pool", "seed_fund", "industry_fund",
        "incubator_openings", "institute_openings", "joint_projects", "transfer_services", "talent_recruitment",
        "firms_attracted", "anchor_firms",
    }
)  # fmt: skip
_COLUMN = {id: column for column, id in enumerate(LEVER_IDS)}


def lever(id: str, *, file: str | Path | None = None) -> Lever:
    """The lever of that id, or an error naming the nearest one."""
    found = LEVERS.get(id)
    if found is None:
        raise InputError(
            f"no lever is called '{id}'", file=file, value=id, fix=did_you_mean(id, LEVER_IDS)
        )
    return found


def check_range(id: str, value: object, *, file: str | Path | None = None) -> float:
    """The value as a number within the lever's range, or an error that says what the range is."""
    bar = lever(id, file=file)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(
            f"{id} = {value!r} is not a number", file=file, value=value, unit=bar.unit,
            expected=f"{bar.low:g} to {bar.high:g} [{bar.unit}]",
            fix="Write the number without quotes, unit or comma.",
        )  # fmt: skip
    number = float(value)
    if not bar.low <= number <= bar.high:
        fix = f"Choose a value from {bar.low:g} to {bar.high:g}."
        if "share" in bar.unit and number > 1.0 and bar.low <= number / 100.0 <= bar.high:
            fix = f"For {number:g} percent write {number / 100.0:g}."
        elif "万元" in bar.unit and number > bar.high and number / 1e4 >= 1.0 and number / 1e4 <= bar.high:
            fix = f"The unit is 万元: for {number:g} yuan write {number / 1e4:g}."
        raise InputError(
            f"{id} = {number:g} is outside {bar.low:g} to {bar.high:g} [{bar.unit}]",
            file=file, value=value, unit=bar.unit, fix=fix,
        )  # fmt: skip
    return number


def check_year(year: object, *, file: str | Path | None = None) -> int:
    """A calendar year of the table, or an error."""
    try:
        number = int(str(year))
    except ValueError:
        number = -1
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise InputError(
            f"'{year}' is not a year of the table", file=file, value=str(year),
            expected=f"a year from {FIRST_YEAR} to {LAST_YEAR}",
        )  # fmt: skip
    return number


@dataclass(frozen=True, eq=False)
class LeverPaths:
    """Every lever in every year: `values[year - 2015, column]`, columns in the order of LEVERS."""

    values: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        table = np.array(self.values, dtype=np.float64, order="C", copy=True)
        if table.shape != (N_YEARS, len(LEVER_IDS)):
            raise ValueError(f"lever table is {table.shape}, expected {(N_YEARS, len(LEVER_IDS))}")
        table.setflags(write=False)
        object.__setattr__(self, "values", table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LeverPaths) and bool(np.array_equal(self.values, other.values))

    def __hash__(self) -> int:
        return hash(self.values.tobytes())

    @classmethod
    def from_dict(
        cls, paths: Mapping[str, Mapping[int, float]], *, file: str | Path | None = None
    ) -> LeverPaths:
        """From `{lever: {year: value}}`: held until the next year given, 0 before the first."""
        table = cls(np.zeros((N_YEARS, len(LEVER_IDS))))
        for id, path in paths.items():
            table = table.with_path(id, path, file=file)
        return table

    def with_path(
        self, id: str, path: Mapping[int, float] | float, *, file: str | Path | None = None
    ) -> LeverPaths:
        """A copy in which the lever follows `{year: value}`, each held until the next year given.

        Years before the first one given keep their value. A plain number holds over the whole table.
        """
        column = _COLUMN[lever(id, file=file).id]
        steps = path if isinstance(path, Mapping) else {FIRST_YEAR: path}
        checked = sorted((check_year(y, file=file), check_range(id, v, file=file)) for y, v in steps.items())
        table = self.values.copy()
        for year, value in checked:
            table[year - FIRST_YEAR :, column] = value
        return LeverPaths(table)

    def get(self, id: str, year: int) -> float:
        """The lever's value in a year, in the lever's unit."""
        return float(self.values[check_year(year) - FIRST_YEAR, _COLUMN[lever(id).id]])

    def path(self, id: str) -> dict[int, float]:
        """The lever's value in every year of the table."""
        column = self.values[:, _COLUMN[lever(id).id]]
        return {FIRST_YEAR + row: float(value) for row, value in enumerate(column)}
