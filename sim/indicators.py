"""What is measured: ids, labels, units and how each adds up. The counting itself is ``stages.district.publish``."""

from typing import NamedTuple


class Indicator(NamedTuple):
    """One yearly number. ``step`` says how many decimals are worth printing."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    counted: str
    public: bool = True


INDICATORS: tuple[Indicator, ...] = (
    Indicator("rd_expenditure", "全社会研发经费支出", "R&D expenditure", "亿元", "published: surveyed units, each yuan once by legal person"),
    Indicator("rd_share_of_gdp", "研发经费占GDP比重", "R&D over GDP", "%", "published R&D over nominal GDP"),
    Indicator("patents_per_10k", "万人发明专利拥有量", "Invention patents per 10,000 people", "件", "live invention patents over census population"),
    Indicator("rd_platforms", "市级及以上研发平台", "Municipal and higher R&D platforms", "个", "recognised, hosted or independent"),
    Indicator("tech_enterprises", "科技型企业", "Register of science firms", "家", "in the municipal register at year end"),
    Indicator("tech_enterprises_above_scale", "规模以上科技型企业", "Register firms above scale", "家", "register firms on the 规上 list"),
    Indicator("high_tech_enterprises", "国家高新技术企业", "High-tech enterprises", "家", "valid certificates at year end"),
    Indicator("otc_listed", "重庆OTC科创板挂牌企业", "Listed on the Chongqing OTC board", "家", "listed and still listed"),
    Indicator("high_end_talent", "高精尖缺人才", "High-end talent", "人", "people of the list present at year end"),
    Indicator("incubation_platforms", "孵化（众创）平台", "Incubation platforms", "个", "municipal and national, one park counted"),
    Indicator("strategic_emerging_share", "战略性新兴制造业占比", "Strategic emerging share", "%", "output over above-scale industrial output"),
    Indicator("digital_core_share", "数字经济核心产业占GDP比重", "Digital core share of GDP", "%", "value added over GDP"),
    Indicator("specialised_smes", "“专精特新”企业", "Specialised SMEs", "家", "valid titles, two regimes"),
    Indicator("high_tech_output_share", "规上高技术产业产值占比", "High-tech output share", "%", "above-scale high-tech output over industrial output"),
    Indicator("new_rd_institutes", "新型研发机构", "New-type R&D institutes", "家", "alive at year end"),
    Indicator("postdoc_stations", "博士后科研工作站", "Postdoctoral stations", "家", "alive at year end"),
    Indicator("knowledge_loans_total", "知识价值信用贷款总规模", "Knowledge loans, cumulative", "亿元", "principal lent since 2019"),
    Indicator("fund_scale", "金融支持基金规模", "Fund scale", "亿元", "capital committed, not spent"),
    Indicator("tech_projects", "四大支柱产业科技项目", "Projects in the four pillars", "项", "won since 2021"),
    Indicator("science_staff", "企业科技人员", "Science staff of firms", "人", "at year end"),
    Indicator("high_end_platforms", "高端科研平台", "High-end research platforms", "家", "alive at year end"),
    Indicator("new_incubators", "新建孵化平台", "Incubators opened since 2021", "个", "gross"),
    Indicator("transfer_bodies", "技术转移示范机构", "Transfer bodies", "家", "recognised"),
    Indicator("collaboration_centres", "市级产业协同创新中心", "Collaboration centres", "家", "recognised since 2021"),
    Indicator("rd_growth", "研发经费年均增长", "R&D growth", "%/年", "mean yearly growth since 2020"),
    # other readings of contested figures
    Indicator("patents_per_10k@precensus", "万人发明专利（普查前人口）", "Patents per 10,000, pre-census base", "件", "over the population used before the census", False),
    Indicator("rd_growth@base2019", "研发年均增长（2019基数）", "R&D growth from 2019", "%/年", "mean yearly growth since 2019", False),
    Indicator("incubation_platforms@16", "孵化平台（含返乡园）", "Incubation platforms, 16 reading", "个", "the second park counted too", False),
    # also reported
    Indicator("gdp", "地区生产总值", "GDP", "亿元", "background and modelled firms", False),
    Indicator("population", "常住人口", "Population", "万人", "census basis", False),
    Indicator("patents", "有效发明专利", "Live invention patents", "件", "held by modelled firms", False),
    Indicator("high_tech_enterprises_above_scale", "规上高新技术企业", "High-tech enterprises above scale", "家", "valid certificate and on the list", False),
    Indicator("rd_real", "实际研发支出", "Real R&D", "亿元", "reported less relabelled, all firms", False),
    Indicator("jobs", "就业", "Jobs in modelled firms", "人", "staff at year end", False),
    Indicator("knowledge_loan_firms", "知识价值贷款企业", "Firms with a knowledge loan", "家", "cumulative loans paid", False),
    Indicator("commercial_loans_total", "商业价值信用贷款总规模", "Commercial loans, cumulative", "亿元", "principal lent", False),
    Indicator("commercial_loan_firms", "商业价值贷款企业", "Firms with a commercial loan", "家", "cumulative loans paid", False),
    Indicator("seed_deals", "种子基金项目", "Seed deals", "家", "cumulative", False),
    Indicator("seed_total", "种子基金投资", "Seed money invested", "万元", "cumulative", False),
    Indicator("joint_projects_won", "市级以上科技项目", "Projects won", "项", "cumulative", False),
    Indicator("public_money", "区级财政科技支出", "District money", "万元", "paid by the district in the year", False),
    Indicator("levered_money", "撬动资金", "Levered money", "万元", "loans, co-investment and venture deals in the year", False),
    Indicator("rd_public_total", "区级财政累计", "District money since 2021", "万元", "cumulative", False),
    Indicator("register_eligible", "符合条件未入库", "Eligible, not registered", "家", "the pool left", False),
)  # fmt: skip

INDICATOR_IDS: tuple[str, ...] = tuple(i.id for i in INDICATORS)
PUBLIC_IDS: tuple[str, ...] = tuple(i.id for i in INDICATORS if i.public)
N_INDICATORS = len(INDICATORS)
(
    RD_EXPENDITURE, RD_SHARE, PATENTS_PER_10K, RD_PLATFORMS, TECH, TECH_SCALE, HIGH_TECH, OTC, TALENT, INCUBATION,
    STRATEGIC_SHARE, DIGITAL_SHARE, SPECIALISED_SMES, HIGH_TECH_OUTPUT, NEW_INSTITUTES, STATIONS, KNOWLEDGE_LOANS,
    FUND_SCALE, TECH_PROJECTS, SCIENCE_STAFF, HIGH_END_PLATFORMS, NEW_INCUBATORS, TRANSFER_BODIES, COLLABORATION_CENTRES,
    RD_GROWTH, PATENTS_PRECENSUS, RD_GROWTH_2019, INCUBATION_16, GDP, POPULATION, PATENTS, HIGH_TECH_SCALE, RD_REAL, JOBS,
    LOAN_FIRMS, COMMERCIAL_TOTAL, COMMERCIAL_FIRMS, SEED_DEALS, SEED_TOTAL, PROJECTS_WON, PUBLIC_MONEY, LEVERED_MONEY,
    PUBLIC_TOTAL, ELIGIBLE,
) = range(N_INDICATORS)  # fmt: skip
assert PUBLIC_IDS == INDICATOR_IDS[:25]
