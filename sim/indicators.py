"""What is measured: ids, titles, units and how each adds up. The counting itself is ``stages.district.publish``.

Each indicator is declared once: its constant is its position in a year's table. The public ones come first, in the order of the contract.
"""

from typing import Literal, NamedTuple

from yidu.agents.entries import Text
from yidu.sim.flows import ACCOUNTS, DOOR

Error = Literal["factor", "odds", "vintage", "none"]
"""What may be wrong of it after the record: by the model a factor or the odds of a share [%]; of what is taken from outside the
vintage of its statistics, a factor too (the pack says how large); or nothing, for policy sets it.
"""
CountedOf = Literal["firms", "institutes", "funds", "openings", "intermediaries"]


class Ratio(NamedTuple):
    """An indicator that is one quantity over another, times a factor; its errors are theirs."""

    numerator: str
    denominator: str
    factor: float


class Indicator(NamedTuple):
    """One yearly number."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    counted: Text
    """What counts."""
    public: bool
    reported: bool
    """Not public, but shown with those that are: forecasts, comparisons, changes."""
    of: CountedOf | None
    """Kind of agent that a public one is counted from: what acts on that kind can reach it."""
    follows_rules: bool
    """Without a record to fit, it follows from dated rules: 有规则无基数."""
    made_of: str | None
    """The quantity that it is, divided, differenced or read otherwise: its record and its model error are its own too."""
    grows_since: int | None
    """Year that a mean yearly growth starts from."""
    error: Error
    ratio: Ratio | None
    doors: tuple[str, ...]
    """Through which its things come and go: those called after it, if none are named (they stand in a wider account)."""
    counts_part: bool
    """It counts part of what goes through its doors."""
    beside: tuple[str, ...]
    """Doors that are not part of its account but tell how it came about."""


INDICATOR: dict[str, Indicator] = {}


def _indicator(
    id: str, unit: str, *, zh: str, en: str, counted: Text, public: bool = True, reported: bool = False, of: CountedOf | None = None,
    follows_rules: bool = False, made_of: str | None = None, grows_since: int | None = None, error: Error = "factor",
    ratio: Ratio | None = None, doors: tuple[str, ...] = (), counts_part: bool = False, beside: tuple[str, ...] = (),
) -> int:  # fmt: skip
    """Declare an indicator; its position.

    Raises:
        ValueError: the id is taken, a public one comes after others or does not say what it is counted of, or a door is none.
    """
    if id in INDICATOR:
        raise ValueError(f"two indicators are called '{id}'")
    if public != (of is not None) or (public and not all(one.public for one in INDICATOR.values())):
        raise ValueError(f"'{id}': public indicators come first, and say of what kind of agent they are counted")
    if unknown := {*doors, *beside} - DOOR.keys():
        raise ValueError(f"'{id}': no door is called {', '.join(sorted(unknown))}")
    INDICATOR[id] = Indicator(
        id, zh, en, unit, counted, public, reported, of, follows_rules, made_of, grows_since, error, ratio, doors or doors_called(id), counts_part, beside,
    )  # fmt: skip
    return len(INDICATOR) - 1


def doors_called(account: str) -> tuple[str, ...]:
    """Doors of an account through which something comes or goes."""
    return tuple(door.id for door in DOOR.values() if door.id.partition(":")[0] == account and door.way != "stays")


RD_EXPENDITURE = _indicator(
    "rd_expenditure",
    "亿元",
    zh="全社会研发经费支出",
    en="R&D expenditure",
    counted=Text("统计公布数，由规上等单位填报，按法人归集，每元只计一次", "published: surveyed units, each yuan once by legal person"),
    of="firms",
)
RD_SHARE = _indicator(
    "rd_share_of_gdp",
    "%",
    zh="研发经费占GDP比重",
    en="R&D over GDP",
    counted=Text("公布的研发经费与名义地区生产总值之比", "published R&D over nominal GDP"),
    of="firms",
    made_of="rd_expenditure",
    ratio=Ratio("rd_expenditure", "gdp", 100.0),
)
PATENTS_PER_10K = _indicator(
    "patents_per_10k",
    "件",
    zh="万人发明专利拥有量",
    en="Invention patents per 10,000 people",
    counted=Text("有效发明专利与常住人口（普查口径）之比", "live invention patents over census population"),
    of="firms",
    made_of="patents",
    ratio=Ratio("patents", "population", 1.0),
    beside=("ip_services:served",),
)
RD_PLATFORMS = _indicator(
    "rd_platforms",
    "个",
    zh="市级及以上研发平台",
    en="Municipal and higher R&D platforms",
    counted=Text("经市级及以上认定的研发平台，依托企业的和独立设置的都算", "recognised, hosted or independent"),
    of="firms",
)
TECH = _indicator(
    "tech_enterprises",
    "家",
    zh="科技型企业",
    en="Register of science firms",
    counted=Text("年末在市科技型企业库内的企业", "in the municipal register at year end"),
    of="firms",
    beside=("coaching:coached", "incubator_tenants:admitted", "incubator_tenants:graduated", "incubator_tenants:left"),
)
TECH_SCALE = _indicator(
    "tech_enterprises_above_scale",
    "家",
    zh="规模以上科技型企业",
    en="Register firms above scale",
    counted=Text("既在科技型企业库、又在规上名录的企业", "register firms on the list of firms above scale"),
    of="firms",
)
HIGH_TECH = _indicator(
    "high_tech_enterprises",
    "家",
    zh="国家高新技术企业",
    en="High-tech enterprises",
    counted=Text("年末证书有效的高新技术企业，到期未重新认定的不算", "valid certificates at year end"),
    of="firms",
    beside=(
        "coaching:coached",
        "certificate_filings:first",
        "certificate_filings:due",
        "certificate_filings:renewal",
        "high_tech_enterprises:renewed",
    ),
)
OTC = _indicator(
    "otc_listed",
    "家",
    zh="重庆OTC科创板挂牌企业",
    en="Listed on the Chongqing OTC board",
    counted=Text("年末仍在挂牌的企业，摘牌的不算", "listed and still listed"),
    of="firms",
)
TALENT = _indicator(
    "high_end_talent",
    "人",
    zh="高精尖缺人才",
    en="High-end talent",
    counted=Text("年末在区的高精尖缺名录人才", "people of the list present at year end"),
    of="firms",
    follows_rules=True,
)
INCUBATION = _indicator(
    "incubation_platforms",
    "个",
    zh="孵化（众创）平台",
    en="Incubation platforms",
    counted=Text("市级和国家级孵化（众创）平台，园区只计一个", "municipal and national, one park counted"),
    of="firms",
    beside=(
        "new_incubators:market",
        "new_incubators:policy",
        "incubator_tenants:admitted",
        "incubator_tenants:graduated",
        "incubator_tenants:left",
    ),
)
STRATEGIC_SHARE = _indicator(
    "strategic_emerging_share",
    "%",
    zh="战略性新兴制造业占比",
    en="Strategic emerging share",
    counted=Text("战略性新兴制造业产值与规上工业总产值之比", "output over above-scale industrial output"),
    of="firms",
    error="odds",
)
DIGITAL_SHARE = _indicator(
    "digital_core_share",
    "%",
    zh="数字经济核心产业占GDP比重",
    en="Digital core share of GDP",
    counted=Text("数字经济核心产业增加值与地区生产总值之比", "value added over GDP"),
    of="firms",
    follows_rules=True,
    error="odds",
)
SPECIALISED_SMES = _indicator(
    "specialised_smes",
    "家",
    zh="“专精特新”企业",
    en="Specialised SMEs",
    counted=Text("称号有效的“专精特新”企业，2022 年前后用两套办法", "valid titles, two regimes"),
    of="firms",
    follows_rules=True,
    beside=("coaching:coached",),
)
HIGH_TECH_OUTPUT = _indicator(
    "high_tech_output_share",
    "%",
    zh="规上高技术产业产值占比",
    en="High-tech output share",
    counted=Text("规上高技术产业产值与规上工业总产值之比", "above-scale high-tech output over industrial output"),
    of="firms",
    follows_rules=True,
    error="odds",
)
NEW_INSTITUTES = _indicator(
    "new_rd_institutes",
    "家",
    zh="新型研发机构",
    en="New-type R&D institutes",
    counted=Text("年末存续的新型研发机构", "alive at year end"),
    of="institutes",
    follows_rules=True,
    doors=("rd_platforms:new_institute",),
)
STATIONS = _indicator(
    "postdoc_stations",
    "家",
    zh="博士后科研工作站",
    en="Postdoctoral stations",
    counted=Text("年末存续的博士后科研工作站", "alive at year end"),
    of="firms",
    follows_rules=True,
)
KNOWLEDGE_LOANS = _indicator(
    "knowledge_loans_total",
    "亿元",
    zh="知识价值信用贷款总规模",
    en="Knowledge loans, cumulative",
    counted=Text("2019 年以来累计放款的本金", "principal lent since 2019"),
    of="firms",
    beside=("knowledge_loans:applied", "knowledge_loans:taken_up", "knowledge_loans:paid", "knowledge_loans:defaulted"),
)
FUND_SCALE = _indicator(
    "fund_scale",
    "亿元",
    zh="金融支持基金规模",
    en="Fund scale",
    counted=Text("已认缴的资本，不是已投出的", "capital committed, not spent"),
    of="funds",
    follows_rules=True,
    beside=("seed_deals:invested", "venture_deals:invested", "industry_deals:invested"),
)
TECH_PROJECTS = _indicator(
    "tech_projects",
    "项",
    zh="四大支柱产业科技项目",
    en="Projects in the four pillars",
    counted=Text("2021 年以来在四大支柱产业立项的科技项目", "won since 2021"),
    of="firms",
    follows_rules=True,
    doors=("tech_projects:won",),
    counts_part=True,
    beside=("tech_projects:supported",),
)
SCIENCE_STAFF = _indicator(
    "science_staff",
    "人",
    zh="企业科技人员",
    en="Science staff of firms",
    counted=Text("年末企业科技人员", "at year end"),
    of="firms",
    follows_rules=True,
)
HIGH_END_PLATFORMS = _indicator(
    "high_end_platforms",
    "家",
    zh="高端科研平台",
    en="High-end research platforms",
    counted=Text("年末存续的高端科研平台", "alive at year end"),
    of="institutes",
    doors=("rd_platforms:high_end",),
)
NEW_INCUBATORS = _indicator(
    "new_incubators",
    "个",
    zh="新建孵化平台",
    en="Incubators opened since 2021",
    counted=Text("2021 年以来新开的孵化平台，关闭的不扣除", "gross"),
    of="openings",
    follows_rules=True,
    beside=("incubator_tenants:admitted", "incubator_tenants:graduated", "incubator_tenants:left"),
)
TRANSFER_BODIES = _indicator(
    "transfer_bodies",
    "家",
    zh="技术转移示范机构",
    en="Transfer bodies",
    counted=Text("经认定的技术转移示范机构", "recognised"),
    of="intermediaries",
)
COLLABORATION_CENTRES = _indicator(
    "collaboration_centres",
    "家",
    zh="市级产业协同创新中心",
    en="Collaboration centres",
    counted=Text("2021 年以来认定的市级产业协同创新中心", "recognised since 2021"),
    of="firms",
)
RD_GROWTH = _indicator(
    "rd_growth",
    "%/年",
    zh="研发经费年均增长",
    en="R&D growth",
    counted=Text("2020 年以来研发经费的年均增速", "mean yearly growth since 2020"),
    of="firms",
    made_of="rd_expenditure",
    grows_since=2020,
)

# other readings of contested figures
PATENTS_PRECENSUS = _indicator(
    "patents_per_10k@precensus",
    "件",
    zh="万人发明专利（普查前人口）",
    en="Patents per 10,000, pre-census base",
    counted=Text("有效发明专利与普查前所用人口之比", "over the population used before the census"),
    public=False,
    made_of="patents",
)
RD_GROWTH_2019 = _indicator(
    "rd_growth@base2019",
    "%/年",
    zh="研发年均增长（2019基数）",
    en="R&D growth from 2019",
    counted=Text("2019 年以来研发经费的年均增速", "mean yearly growth since 2019"),
    public=False,
    made_of="rd_expenditure",
    grows_since=2019,
)
INCUBATION_16 = _indicator(
    "incubation_platforms@16",
    "个",
    zh="孵化平台（含返乡园）",
    en="Incubation platforms, 16 reading",
    counted=Text("第二个园区也计入", "the second park counted too"),
    public=False,
    made_of="incubation_platforms",
)

# also reported
GDP = _indicator(
    "gdp",
    "亿元",
    zh="地区生产总值",
    en="GDP",
    counted=Text("背景与模型内企业之和", "background and modelled firms"),
    public=False,
    error="vintage",
)
POPULATION = _indicator(
    "population", "万人", zh="常住人口", en="Population", counted=Text("普查口径", "census basis"), public=False, error="vintage"
)
PATENTS = _indicator(
    "patents", "件", zh="有效发明专利", en="Live invention patents", counted=Text("模型内企业持有", "held by modelled firms"), public=False
)
HIGH_TECH_SCALE = _indicator(
    "high_tech_enterprises_above_scale",
    "家",
    zh="规上高新技术企业",
    en="High-tech enterprises above scale",
    counted=Text("证书有效且在规上名录", "valid certificate and on the list"),
    public=False,
)
RD_REAL = _indicator(
    "rd_real",
    "亿元",
    zh="实际研发支出",
    en="Real R&D",
    counted=Text("填报数减去调整归集的部分，全部企业", "reported less relabelled, all firms"),
    public=False,
)
JOBS = _indicator("jobs", "人", zh="就业", en="Jobs in modelled firms", counted=Text("年末从业人员", "staff at year end"), public=False)
LOAN_FIRMS = _indicator(
    "knowledge_loan_firms",
    "家",
    zh="知识价值贷款企业",
    en="Firms with a knowledge loan",
    counted=Text("累计放款笔数", "cumulative loans paid"),
    public=False,
)
COMMERCIAL_TOTAL = _indicator(
    "commercial_loans_total",
    "亿元",
    zh="商业价值信用贷款总规模",
    en="Commercial loans, cumulative",
    counted=Text("放款本金", "principal lent"),
    public=False,
)
COMMERCIAL_FIRMS = _indicator(
    "commercial_loan_firms",
    "家",
    zh="商业价值贷款企业",
    en="Firms with a commercial loan",
    counted=Text("累计放款笔数", "cumulative loans paid"),
    public=False,
)
SEED_DEALS = _indicator("seed_deals", "家", zh="种子基金项目", en="Seed deals", counted=Text("累计", "cumulative"), public=False)
SEED_TOTAL = _indicator("seed_total", "万元", zh="种子基金投资", en="Seed money invested", counted=Text("累计", "cumulative"), public=False)
PROJECTS_WON = _indicator(
    "joint_projects_won", "项", zh="市级以上科技项目", en="Projects won", counted=Text("累计", "cumulative"), public=False
)
PUBLIC_MONEY = _indicator(
    "public_money",
    "万元",
    zh="区级财政科技支出",
    en="District money",
    counted=Text("当年区级支付", "paid by the district in the year"),
    public=False,
    error="none",
)
LEVERED_MONEY = _indicator(
    "levered_money",
    "万元",
    zh="撬动资金",
    en="Levered money",
    counted=Text("当年贷款、社会出资和创投之和", "loans, co-investment and venture deals in the year"),
    public=False,
)
PUBLIC_TOTAL = _indicator(
    "rd_public_total",
    "万元",
    zh="区级财政累计",
    en="District money since 2021",
    counted=Text("累计", "cumulative"),
    public=False,
    error="none",
)
ELIGIBLE = _indicator(
    "register_eligible",
    "家",
    zh="符合条件未入库",
    en="Eligible, not registered",
    counted=Text("尚在库外的符合条件企业", "the pool left"),
    public=False,
)
CERTIFIED_OF_LARGE = _indicator(
    "certified_share_of_large",
    "%",
    zh="规上科技型企业持证比例",
    en="Certified share of large register firms",
    counted=Text("规上高新技术企业占规上科技型企业", "high-tech enterprises above scale over register firms above scale"),
    public=False,
    error="odds",
)

# what follows from rows already there: no target, shown with the public ones
HIGH_TECH_RECOGNISED = _indicator(
    "high_tech_recognised",
    "家",
    zh="当年认定高新技术企业",
    en="High-tech certificates of the year",
    counted=Text("当年首次认定和重新认定，年末仍在的", "first and renewed in the year, of firms still there at its end"),
    public=False,
    reported=True,
)
RESEARCH_BODY_SHARE = _indicator(
    "research_body_share",
    "%",
    zh="规上工业企业研发平台覆盖率",
    en="Above-scale industry with a research platform",
    counted=Text(
        "模型内规上工业企业中依托有市级及以上研发平台的占比；未经认定的内设机构看不到，所以偏低",
        "of modelled industrial firms above scale, those that host a recognised platform; bodies without a title are not seen: a lower bound",
    ),
    public=False,
    reported=True,
    error="odds",
)
RESEARCH_ACTIVE_SHARE = _indicator(
    "research_active_share",
    "%",
    zh="大中型工业企业有研发活动占比",
    en="Large and medium industry doing R&D",
    counted=Text(
        "模型内职工 300 人、收入 2000 万元以上的工业企业中当年有研发支出的占比",
        "of modelled industrial firms of 300 staff and 20 million yuan of sales, those that spent on R&D in the year",
    ),
    public=False,
    reported=True,
    error="odds",
)
PILLAR_SHARE = _indicator(
    "pillar_share_of_gdp",
    "%",
    zh="四大支柱产业占GDP比重",
    en="Four pillars over GDP",
    counted=Text(
        "模型内四大支柱企业的增加值与地区生产总值之比；模型外的单位不算，所以偏低",
        "value added of modelled firms of the four pillars over GDP; units outside the model are not counted: a lower bound",
    ),
    public=False,
    reported=True,
    error="odds",
)
HIGH_GROWTH_FIRMS = _indicator(
    "high_growth_firms",
    "家",
    zh="高成长性科技企业",
    en="High-growth technology firms",
    counted=Text(
        "科技型企业中两年营收年均增长 20% 以上的（判断），2017 年起可数",
        "register firms whose sales grew 20 % a year over two years (judged), countable from 2017",
    ),
    public=False,
    reported=True,
)
NEW_THIRD_BOARD = _indicator(
    "new_third_board_firms",
    "家",
    zh="新三板挂牌企业",
    en="Listed on the New Third Board",
    counted=Text("年末在新三板的科技型企业", "register firms on the board at year end"),
    public=False,
    reported=True,
)
MAIN_BOARD = _indicator(
    "main_board_firms",
    "家",
    zh="主板上市企业",
    en="Listed on the main board",
    counted=Text(
        "年末在主板的科技型企业；模型不分主板、科创板和创业板，都记在这里",
        "register firms on an exchange at year end: the model does not tell the main, the STAR and the ChiNext board apart",
    ),
    public=False,
    reported=True,
)

INDICATORS: tuple[Indicator, ...] = tuple(INDICATOR.values())
INDICATOR_IDS: tuple[str, ...] = tuple(INDICATOR)
PUBLIC_IDS: tuple[str, ...] = tuple(i.id for i in INDICATORS if i.public)
N_INDICATORS = len(INDICATORS)
if nowhere := {door.partition(":")[0] for door in DOOR} - INDICATOR.keys() - ACCOUNTS.keys():
    raise ValueError(f"doors of no indicator and of no account: {', '.join(sorted(nowhere))}")
