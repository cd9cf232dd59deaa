"""Numbers that rules compare and count with: laid down by law, or judged. Each is declared once: value, unit, years, grade, source.

A rule imports the constant, and compiled code sees a plain number. A number that changed is a table of its values by the first year of
each, read by `in_force`. The evidence page and docs/assumptions.md list them all. What is drawn anew in every run stands in `priors.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from yidu.agents.entries import Text


class Document(NamedTuple):
    """A text that lays numbers down, and the first year in which it was in force."""

    since: int | None
    zh: str
    en: str


class Number(NamedTuple):
    """One number, or a table of them, that rules use."""

    id: str
    value: Any
    unit: str
    title: Text
    grade: str
    """D judgement, C official figures; S as the text says, K as known of the text, P the plan, X worked out from it."""
    law: Document | None
    since: int | None
    """First year in which it counts; None: in all years of the model."""
    until: int | None
    """Last year in which it counts; None: it still does."""


NUMBERS: dict[str, Number] = {}


def number[V](
    id: str, value: V, *, unit: str, zh: str, en: str, grade: str = "D", law: Document | None = None, since: int | None = None,
    until: int | None = None,
) -> V:  # fmt: skip
    """Declare a number under the name of its constant; its value."""
    if id in NUMBERS:
        raise ValueError(f"two numbers are called '{id}'")
    NUMBERS[id] = Number(id, value, unit, Text(zh, en), grade, law, since or (law.since if law else None), until)
    return value


def dated[V](values: Mapping[int, V]) -> tuple[tuple[int, V], ...]:
    """Values by the first year of each as `in_force` reads them, the latest first; the earliest also counts for years before it."""
    return tuple(sorted(values.items(), reverse=True))


def points[V](values: Mapping[float, V]) -> tuple[tuple[float, V], ...]:
    """Points by the share from which they are given as `points_for` reads them, the most first."""
    return tuple(sorted(values.items(), reverse=True))


def shown(value: Any) -> str:
    """A value as tables print it; of a table of values, each after what it goes by."""
    if not isinstance(value, tuple):
        return "∞" if value == math.inf else f"{value:g}"
    if value and isinstance(value[0], tuple):
        return "; ".join(f"{shown(key)}: {shown(one)}" for key, one in value)
    return " / ".join(shown(one) for one in value)


def in_years(number: Number) -> str:
    """The years in which a number counts; empty where nothing is known of an end."""
    if number.since is None and number.until is None:
        return ""
    return f"{number.since or ''}-{number.until or ''}"


# --- texts

HNTE_TEXT = Document(2016, zh="国科发火〔2016〕32号", en="Ministry of Science and Technology, notice 32 of 2016")
SME_TEXT = Document(2017, zh="国科发政〔2017〕115号", en="Ministry of Science and Technology, notice 115 of 2017")
SCALE_NORM = Document(None, zh="国家统计局规模以上单位标准", en="National Bureau of Statistics, norm of units above scale")
TAX_LAW = Document(2008, zh="企业所得税法", en="Enterprise Income Tax Law")
TAX_IN_THE_WEST = Document(
    2011, zh="财税〔2011〕58号；公告2020年第23号", en="Ministry of Finance, notice 58 of 2011; announcement 23 of 2020"
)
SMALL_FIRMS_TEXT = Document(2019, zh="财税〔2019〕13号", en="Ministry of Finance, notice 13 of 2019")
SPECIALISED_TEXT = Document(2022, zh="工信部企业〔2022〕63号", en="Ministry of Industry and Information Technology, notice 63 of 2022")
SPECIALISED_CITY_TEXT = Document(2018, zh="渝中小企〔2018〕8号", en="Chongqing bureau of small firms, notice 8 of 2018")
INCUBATOR_TEXT = Document(2018, zh="国科发区〔2018〕300号", en="Ministry of Science and Technology, notice 300 of 2018")
MAKERSPACE_TEXT = Document(2019, zh="渝科局发〔2019〕119号", en="Chongqing science bureau, notice 119 of 2019")
STATION_TEXT = Document(2021, zh="人社部发〔2021〕88号", en="Ministry of Human Resources and Social Security, notice 88 of 2021")
TITLE_AWARDS = Document(2015, zh="大渡口府办发〔2015〕71号", en="Dadukou government office, notice 71 of 2015")

# --- what the district pays

ATTRACTION_COST = number("ATTRACTION_COST", 20.0, unit="万元", zh="每个签约项目的服务与租金", en="services and rent of a signed project")
ANCHOR_CONDITION = number(
    "ANCHOR_CONDITION",
    1500.0,
    unit="万元",
    zh="每家龙头由区里承担的用地与基金条件",
    en="land and fund conditions of an anchor, borne by the district",
)
OFFER_COST = number("OFFER_COST", 2.0, unit="万元", zh="向人才发出一次邀约", en="an offer to a person")
CONTACT_COST = number("CONTACT_COST", 0.5, unit="万元", zh="一次技术转移对接", en="a brokered contact")
COACHING_COST = number("COACHING_COST", 1.0, unit="万元", zh="辅导一户企业，最低", en="coaching a firm, at the least")
COACHED_FILE_MORE = number(
    "COACHED_FILE_MORE",
    0.3,
    unit="ratio",
    zh="最受益的企业受辅导后多申报的部分",
    en="filings more, of the coached firms whom it helps most",
)
SERVICE_COST = number("SERVICE_COST", 2.0, unit="万元", zh="为一户企业提供知识产权服务", en="IP services to a firm")
ASSESSMENT_COST = number(
    "ASSESSMENT_COST",
    40.0,
    unit="万元/yr",
    zh="年度考核每加强一倍：专班与督查",
    en="staff and visits for each time that assessment is stronger than it was",
)
START_UP = number("START_UP", 50.0, unit="万元", zh="由政策新建一个孵化平台", en="opening a platform by policy")
CONSTRUCTION = number(
    "CONSTRUCTION",
    400.0,
    unit="万元",
    grade="S/D",
    zh="新型研发机构建设补助：1,600 万元的 25%",
    en="construction of a new institute: 25 % of 16 million",
)
PROJECT_AMOUNT = number("PROJECT_AMOUNT", 76.0, unit="万元", grade="P/X", zh="一个立项项目的经费", en="money of a project won")
PROJECT_DISTRICT_SHARE = number(
    "PROJECT_DISTRICT_SHARE", 0.3, unit="share", zh="区里配套的部分", en="the district's part of a backed project"
)
DISTRICT_SHARE = number("DISTRICT_SHARE", 0.6, unit="share", grade="S", zh="风险资金池和种子资金的区级部分（市级四成）",
                        en="the district's part of risk pools and seed money; the city pays four tenths")  # fmt: skip

# --- statuses of firms

CERTIFICATE_QUARTERS = number(
    "CERTIFICATE_QUARTERS", 12, unit="季度", grade="K", law=HNTE_TEXT, zh="高企证书有效期", en="validity of a high-tech certificate"
)
HNTE_RD_LINES = number(
    "HNTE_RD_LINES",
    ((5000.0, 0.05), (20000.0, 0.04), (math.inf, 0.03)),
    unit="share",
    grade="S",
    law=HNTE_TEXT,
    zh="高企：研发占收入的下限，按上年收入（万元）分档",
    en="high-tech firms: least R&D over sales, by last year's sales up to so many 10k yuan",
)
HNTE_AGE = number("HNTE_AGE", 1.0, unit="年", grade="S", law=HNTE_TEXT, zh="高企：成立年限", en="high-tech firms: age")
HNTE_STAFF_SHARE = number(
    "HNTE_STAFF_SHARE",
    0.10,
    unit="share",
    grade="S",
    law=HNTE_TEXT,
    zh="高企：科技人员占比",
    en="high-tech firms: science staff over staff",
)
HNTE_REVENUE_SHARE = number(
    "HNTE_REVENUE_SHARE",
    0.60,
    unit="share",
    grade="S",
    law=HNTE_TEXT,
    zh="高企：高新技术产品收入占比",
    en="high-tech firms: high-tech revenue over revenue",
)
RELABELS_FROM = number(
    "RELABELS_FROM", 0.667, unit="share", zh="调整归集的企业至少达到研发线的比例", en="part of the R&D line from which firms relabel"
)
APPEAL_BASE = number("APPEAL_BASE", 0.6, unit="ratio", zh="证书吸引力：不省税时", en="appeal of a certificate that saves no tax")
APPEAL_OF_TAX = number(
    "APPEAL_OF_TAX", 6.0, unit="ratio", zh="证书吸引力：每省一个税率单位", en="appeal of a certificate for each unit of tax rate saved"
)
APPEAL_OF_SIZE = number(
    "APPEAL_OF_SIZE",
    0.1,
    unit="ratio",
    zh="证书吸引力：每 2,000 万元收入（至多三份）",
    en="appeal of a certificate for each 20 million yuan of revenue, three at most",
)
QUALITY_AT_REVIEW = number(
    "QUALITY_AT_REVIEW",
    0.06,
    unit="share",
    zh="评审通过率随企业质量（每一标准差）",
    en="chance to pass the score for a standard deviation of quality",
)
SCALE_LINE_INDUSTRY = number(
    "SCALE_LINE_INDUSTRY", 2000.0, unit="万元/yr", grade="S", law=SCALE_NORM, zh="规上线：工业", en="line above scale: industry"
)
SCALE_LINE_SOFTWARE = number(
    "SCALE_LINE_SOFTWARE",
    2000.0,
    unit="万元/yr",
    grade="S/D",
    law=SCALE_NORM,
    zh="规上线：软件和信息服务",
    en="line above scale: software and information services",
)
SCALE_LINE_CULTURE = number(
    "SCALE_LINE_CULTURE",
    500.0,
    unit="万元/yr",
    grade="S/D",
    law=SCALE_NORM,
    zh="规上线：文化、休闲",
    en="line above scale: culture and leisure",
)
SCALE_LINE_SERVICES = number(
    "SCALE_LINE_SERVICES", 1000.0, unit="万元/yr", grade="S/D", law=SCALE_NORM, zh="规上线：其他服务", en="line above scale: other services"
)
REGISTER_STAFF_SHARE = number(
    "REGISTER_STAFF_SHARE",
    0.10,
    unit="share",
    zh="入库：没有研发和知识产权时，科技人员占比",
    en="register: science staff over staff, without R&D and rights",
)
REGISTER_FOR_CREDIT = number(
    "REGISTER_FOR_CREDIT",
    1.2,
    unit="ratio",
    zh="入库：想要以入库为前提的贷款时更可能",
    en="register: likelier with a loan in mind that asks for it",
)
SME_STAFF_POINTS = number(
    "SME_STAFF_POINTS",
    points({0.30: 20.0, 0.25: 16.0, 0.20: 12.0, 0.15: 8.0, 0.10: 4.0}),
    unit="分",
    grade="K",
    law=SME_TEXT,
    zh="国家科技型中小企业：科技人员占比得分",
    en="national science SMEs: points for science staff over staff",
)
SME_RD_POINTS = number(
    "SME_RD_POINTS",
    points({0.06: 50.0, 0.05: 40.0, 0.04: 30.0, 0.03: 20.0, 0.02: 10.0}),
    unit="分",
    grade="K",
    law=SME_TEXT,
    zh="国家科技型中小企业：研发占收入得分",
    en="national science SMEs: points for R&D over sales",
)
SME_PATENT_POINTS = number(
    "SME_PATENT_POINTS",
    30.0,
    unit="分",
    grade="K",
    law=SME_TEXT,
    zh="国家科技型中小企业：一件 I 类知识产权",
    en="national science SMEs: points for a right of class I",
)
SME_RIGHT_POINTS = number(
    "SME_RIGHT_POINTS",
    6.0,
    unit="分",
    grade="K",
    law=SME_TEXT,
    zh="国家科技型中小企业：每件 II 类知识产权",
    en="national science SMEs: points for a right of class II",
)
SME_RIGHTS = number(
    "SME_RIGHTS",
    4,
    unit="件",
    grade="K",
    law=SME_TEXT,
    zh="国家科技型中小企业：至多计几件 II 类",
    en="national science SMEs: rights of class II that count",
)
SME_PASSES = number(
    "SME_PASSES", 60.0, unit="分", grade="K", law=SME_TEXT, zh="国家科技型中小企业：及格分", en="national science SMEs: points needed"
)
SME_STAFF = number(
    "SME_STAFF", 500.0, unit="人", grade="K", law=SME_TEXT, zh="国家科技型中小企业：职工上限", en="national science SMEs: most staff"
)
SME_SALES = number(
    "SME_SALES", 20000.0, unit="万元/yr", grade="K", law=SME_TEXT, zh="国家科技型中小企业：收入上限", en="national science SMEs: most sales"
)
SPECIALISED_AGE = number(
    "SPECIALISED_AGE",
    2.0,
    unit="年",
    grade="S",
    law=SPECIALISED_TEXT,
    zh="专精特新：从事细分市场年限",
    en="specialised SMEs: years in the niche",
)
SPECIALISED_RD = number(
    "SPECIALISED_RD", 100.0, unit="万元/yr", grade="S", law=SPECIALISED_TEXT, zh="专精特新：研发下限", en="specialised SMEs: least R&D"
)
SPECIALISED_RD_SHARE = number(
    "SPECIALISED_RD_SHARE",
    0.03,
    unit="share",
    grade="S",
    law=SPECIALISED_TEXT,
    zh="专精特新：研发占收入下限",
    en="specialised SMEs: least R&D over sales",
)
SPECIALISED_SALES = number(
    "SPECIALISED_SALES",
    1000.0,
    unit="万元/yr",
    grade="S",
    law=SPECIALISED_TEXT,
    zh="专精特新：收入下限",
    en="specialised SMEs: least sales",
)
SPECIALISED_SCORE_SHARE = number(
    "SPECIALISED_SCORE_SHARE",
    0.05,
    unit="share",
    zh="专精特新：没有高企证书时，视为够分的研发占比",
    en="specialised SMEs: R&D over sales taken for the score, without a certificate",
)
SPECIALISED_CITY_AGE = number(
    "SPECIALISED_CITY_AGE",
    2.0,
    unit="年",
    law=SPECIALISED_CITY_TEXT,
    until=2021,
    zh="专精特新（2022 年前）：年限",
    en="specialised SMEs before 2022: age",
)
SPECIALISED_CITY_RD = number(
    "SPECIALISED_CITY_RD",
    20.0,
    unit="万元/yr",
    law=SPECIALISED_CITY_TEXT,
    until=2021,
    zh="专精特新（2022 年前）：研发下限",
    en="specialised SMEs before 2022: least R&D",
)
SPECIALISED_CITY_SALES = number(
    "SPECIALISED_CITY_SALES",
    500.0,
    unit="万元/yr",
    law=SPECIALISED_CITY_TEXT,
    until=2021,
    zh="专精特新（2022 年前）：收入下限",
    en="specialised SMEs before 2022: least sales",
)
SPECIALISED_CITY_STAFF = number(
    "SPECIALISED_CITY_STAFF",
    1000.0,
    unit="人",
    law=SPECIALISED_CITY_TEXT,
    until=2021,
    zh="专精特新（2022 年前）：职工上限",
    en="specialised SMEs before 2022: most staff",
)
OTC_SALES = number("OTC_SALES", 500.0, unit="万元/yr", zh="重庆OTC科创板：收入下限", en="Chongqing OTC board: least sales")
OTC_AGE = number("OTC_AGE", 2.0, unit="年", zh="重庆OTC科创板：年限", en="Chongqing OTC board: age")

SIZES_TEXT = Document(None, zh="国统字〔2017〕213号", en="National Bureau of Statistics, notice 213 of 2017")
MEDIUM_STAFF = number(
    "MEDIUM_STAFF", 300.0, unit="人", grade="K", law=SIZES_TEXT, zh="大中型工业企业：职工下限", en="large and medium industry: least staff"
)
MEDIUM_SALES = number(
    "MEDIUM_SALES",
    2000.0,
    unit="万元/yr",
    grade="K",
    law=SIZES_TEXT,
    zh="大中型工业企业：收入下限",
    en="large and medium industry: least sales",
)
HIGH_GROWTH = number("HIGH_GROWTH", 0.20, unit="1/yr", zh="高成长性企业：营收年均增速", en="high-growth firms: yearly growth of sales")
HIGH_GROWTH_SALES = number(
    "HIGH_GROWTH_SALES", 1000.0, unit="万元/yr", zh="高成长性企业：起点收入", en="high-growth firms: sales to begin with"
)
HIGH_GROWTH_RD = number("HIGH_GROWTH_RD", 0.025, unit="share", zh="高成长性企业：研发强度", en="high-growth firms: R&D over sales")
HIGH_GROWTH_AGE = number("HIGH_GROWTH_AGE", 15.0, unit="年", zh="高成长性企业：年限上限", en="high-growth firms: greatest age")

# --- taxes

TAX_RATE = number("TAX_RATE", 0.25, unit="share", grade="S", law=TAX_LAW, zh="企业所得税税率", en="income tax rate of firms")
REDUCED_TAX_RATE = number(
    "REDUCED_TAX_RATE",
    0.15,
    unit="share",
    grade="S",
    law=TAX_IN_THE_WEST,
    zh="高企和西部鼓励类产业的税率",
    en="rate of high-tech firms and of encouraged industry in the west",
)
SMALL_STAFF = number(
    "SMALL_STAFF", 300.0, unit="人", grade="K", law=SMALL_FIRMS_TEXT, zh="小型微利企业：职工上限", en="small low-profit firms: most staff"
)
SMALL_PROFIT = number(
    "SMALL_PROFIT",
    300.0,
    unit="万元/yr",
    grade="K",
    law=SMALL_FIRMS_TEXT,
    zh="小型微利企业：应纳税所得额上限",
    en="small low-profit firms: most taxable profit",
)
DEFERRED_BENEFIT = number(
    "DEFERRED_BENEFIT", 0.5, unit="share", zh="亏损企业递延的优惠计入多少", en="part of a deferred benefit that counts without profit"
)

# --- loans and funds

KNOWLEDGE_TERM = number("KNOWLEDGE_TERM", 8, unit="季度", zh="知识价值贷款期限", en="term of a knowledge loan")
COMMERCIAL_TERM = number("COMMERCIAL_TERM", 4, unit="季度", zh="商业价值贷款期限", en="term of a commercial loan")
LEVERAGE = number("LEVERAGE", 10.0, unit="倍", zh="风险资金池的放大倍数", en="lending that a yuan of risk pool carries")
CREDIT_LINES = number(
    "CREDIT_LINES",
    points({45.0: 0, 32.0: 1, 20.0: 2, 10.0: 3}),
    unit="分",
    zh="知识价值贷款：A 至 D 级的分数线",
    en="knowledge loans: points from which grades A to D are given",
)
KNOWLEDGE_LIMITS = number(
    "KNOWLEDGE_LIMITS",
    dated({2017: (300.0, 240.0, 180.0, 100.0, 40.0), 2021: (500.0, 400.0, 300.0, 160.0, 80.0)}),
    unit="万元",
    grade="S/D",
    zh="知识价值贷款：A 至 E 级的额度",
    en="knowledge loans: limits of grades A to E",
)
LARGEST_STAKE = number("LARGEST_STAKE", 3000.0, unit="万元", zh="产业基金：单笔上限", en="industry fund: largest stake")
SMALLEST_STAKE = number("SMALLEST_STAKE", 200.0, unit="万元", zh="产业基金：单笔下限", en="industry fund: smallest stake")
STAKE_SHARE = number("STAKE_SHARE", 0.17, unit="share", zh="产业基金：单笔与收入之比", en="industry fund: a stake over revenue")
STAKE_FROM = number("STAKE_FROM", 1000.0, unit="万元", zh="产业基金：企业收入下限", en="industry fund: least revenue of a firm")
FIRST_HIRE = number("FIRST_HIRE", 20.0, unit="万元/人", zh="种子资金每招用一人", en="seed money for one of the first hires")
DEALS_FOUND = number(
    "DEALS_FOUND",
    0.05,
    unit="1/yr",
    zh="每年投放 1,000 万元时，规模企业谈成股权意向的年率",
    en="yearly hazard that a firm of some size comes to terms with the fund, at 10 million yuan a year",
)
DEALS_MOST = number("DEALS_MOST", 0.4, unit="1/yr", zh="股权意向年率的上限", en="most that the yearly hazard of coming to terms may be")
FUND_ATTRACTS = number(
    "FUND_ATTRACTS",
    0.3,
    unit="share",
    zh="产业基金充裕时，签约项目落地率至多提高",
    en="most that plenty of industry-fund money adds to the landing of signed projects",
)
FUND_IN_PLENTY = number(
    "FUND_IN_PLENTY", 10000.0, unit="万元/yr", zh="落地率提高六成多时的年投放额", en="money a year at which two thirds of that is reached"
)
BANK_SPREAD = number(
    "BANK_SPREAD", 0.2, unit="log", zh="各家银行放贷意愿的差异（标准差）", en="spread of appetite among banks, standard deviation"
)
COMMERCIAL_LIMIT = number("COMMERCIAL_LIMIT", 300.0, unit="万元", grade="S", zh="商业价值贷款额度", en="limit of a commercial loan")
COMMERCIAL_LEAST = number("COMMERCIAL_LEAST", 20.0, unit="万元", zh="商业价值贷款起点", en="least commercial loan")
COMMERCIAL_SHARE = number(
    "COMMERCIAL_SHARE", 0.10, unit="share", zh="商业价值贷款申请额与收入之比", en="commercial loan asked for, over revenue"
)
USUAL_COVER = number("USUAL_COVER", 0.8, unit="share", zh="违约率不变的补偿比例", en="cover at which default is as usual")
BANK_COST = number(
    "BANK_COST", 0.035, unit="share", zh="银行资金成本与运行成本（2.5% 与 1%）", en="funding and running cost of a bank (2.5 % and 1 %)"
)
COMMERCIAL_COVER_LENT = number(
    "COMMERCIAL_COVER_LENT",
    0.02,
    unit="share",
    grade="S",
    zh="商业价值贷款补偿上限，占放款",
    en="commercial loans: most cover, over what was lent",
)
COMMERCIAL_COVER_BALANCE = number(
    "COMMERCIAL_COVER_BALANCE",
    0.04,
    unit="share",
    grade="S",
    zh="商业价值贷款补偿上限，占余额",
    en="commercial loans: most cover, over the balance",
)
SEED_MEAN = number("SEED_MEAN", 38.6, unit="万元", grade="P/X", zh="种子基金：平均单笔", en="seed fund: mean amount")
ENVIRONMENT_SEED_MEAN = number(
    "ENVIRONMENT_SEED_MEAN", 51.5, unit="万元", grade="P/X", zh="环保种子基金：平均单笔", en="environment seed fund: mean amount"
)
SEED_LIMIT = number("SEED_LIMIT", 80.0, unit="万元", grade="S", zh="种子基金：单笔上限", en="seed fund: most for a firm")
SEED_AGE = number(
    "SEED_AGE", dated({2016: 3.0, 2018: 5.0}), unit="年", grade="S", zh="种子基金：企业年限上限", en="seed fund: greatest age of a firm"
)

# --- incubators, platforms, institutes

GRADUATION_TESTS = number(
    "GRADUATION_TESTS", 2, unit="项", grade="K", law=INCUBATOR_TEXT, zh="孵化毕业：四项中满足几项", en="graduation: criteria met, of four"
)
STAY = number("STAY", 16, unit="季度", grade="K", law=INCUBATOR_TEXT, zh="在孵时限", en="longest stay in an incubator")
STAY_IN_BIOMEDICINE = number(
    "STAY_IN_BIOMEDICINE",
    20,
    unit="季度",
    grade="K",
    law=INCUBATOR_TEXT,
    zh="在孵时限：生物医药",
    en="longest stay in an incubator: biomedicine",
)
MAKERSPACE_AGE = number(
    "MAKERSPACE_AGE",
    1.0,
    unit="年",
    grade="S",
    law=MAKERSPACE_TEXT,
    zh="市级众创空间：运营年限",
    en="municipal makerspaces: years in operation",
)
MUNICIPAL_AGE = number("MUNICIPAL_AGE", 2.0, unit="年", zh="其他市级孵化平台：运营年限", en="other municipal platforms: years in operation")
NATIONAL_AGE = number(
    "NATIONAL_AGE",
    3.0,
    unit="年",
    grade="S/K",
    law=INCUBATOR_TEXT,
    zh="国家级孵化器：运营年限",
    en="national incubators: years in operation",
)
NATIONAL_TENANTS = number(
    "NATIONAL_TENANTS", 50, unit="家", grade="S/K", law=INCUBATOR_TEXT, zh="国家级孵化器：在孵企业", en="national incubators: tenants"
)
NATIONAL_GRADUATES = number(
    "NATIONAL_GRADUATES", 20, unit="家", grade="S/K", law=INCUBATOR_TEXT, zh="国家级孵化器：毕业企业", en="national incubators: graduates"
)
MAKERSPACE_PLACES = number("MAKERSPACE_PLACES", 35.0, unit="家", grade="S/D", zh="众创空间的平均容量", en="mean places of a makerspace")
INCUBATOR_PLACES = number(
    "INCUBATOR_PLACES", 55.0, unit="家", grade="S/D", zh="其他孵化平台的平均容量", en="mean places of other platforms"
)
BEST_SUPPORT = number("BEST_SUPPORT", 60.0, unit="万元/yr", zh="运营补助效果最好处", en="support at which service is best")
MUNICIPAL_TITLE_AWARD = number(
    "MUNICIPAL_TITLE_AWARD", 30.0, unit="万元", grade="S", law=TITLE_AWARDS, zh="市级孵化平台认定奖励", en="award for a municipal title"
)
NATIONAL_TITLE_AWARD = number(
    "NATIONAL_TITLE_AWARD",
    70.0,
    unit="万元",
    grade="S",
    law=TITLE_AWARDS,
    zh="升为国家级再加的奖励",
    en="further award for a national title",
)
INCUBATOR_SEARCH = number(
    "INCUBATOR_SEARCH",
    0.35,
    unit="1/yr",
    zh="两年内的库外企业寻求入驻的年率",
    en="yearly hazard that a young firm outside asks for a place",
)
INCUBATOR_SEARCH_MOST = number(
    "INCUBATOR_SEARCH_MOST", 1.5, unit="1/yr", zh="寻求入驻年率的上限", en="most that the yearly hazard of asking for a place may be"
)
USUAL_PLATFORMS = number(
    "USUAL_PLATFORMS",
    7.0,
    unit="个",
    grade="S",
    law=TITLE_AWARDS,
    zh="上述年率对应的平台数（2015 年）",
    en="platforms in a district at which that hazard holds (2015)",
)
FOUNDING_ELASTICITY = number(
    "FOUNDING_ELASTICITY", 0.05, unit="elasticity", zh="新设企业对孵化平台数的弹性", en="elasticity of founding to the number of platforms"
)
RENT_TEXT = Document(2015, zh="大渡口区移动互联网产业园租金补贴", en="Dadukou, rent subsidy of the mobile internet park")
STARTUP_YEARS = number("STARTUP_YEARS", 3, unit="年", zh="初创扶持：企业年限上限", en="start-up support: greatest age of a firm")
STARTUP_MOST = number(
    "STARTUP_MOST",
    7.2,
    unit="万元/yr",
    grade="S/D",
    law=RENT_TEXT,
    zh="初创扶持：每户上限（200 平方米，每平方米每月 30 元）",
    en="start-up support: most for a firm (200 square metres at 30 yuan a month)",
)
STARTUP_FOUNDS = number(
    "STARTUP_FOUNDS", 0.10, unit="share", zh="初创扶持充裕时，新设企业至多增加", en="most that plenty of start-up support adds to founding"
)
STARTUP_SEEKS = number(
    "STARTUP_SEEKS",
    0.3,
    unit="share",
    zh="初创扶持充裕时，寻求入驻至多增加",
    en="most that plenty of start-up support adds to asking for a place",
)
STARTUP_HALF = number(
    "STARTUP_HALF", 500.0, unit="万元/yr", zh="上述作用达到一半时的年投入", en="start-up support a year at which half of either is reached"
)
BACKED_COUNTS = number(
    "BACKED_COUNTS", 1.0, unit="倍", zh="区里配套的申请在争取名额时另计", en="a backed application counts so much more for projects won"
)
LANDED_REGISTER = number(
    "LANDED_REGISTER",
    0.5,
    unit="share",
    zh="落地且做研发的企业当即入库的比例",
    en="part of landed firms with research that register on arrival",
)
PLATFORMS_OF_A_GIANT = number(
    "PLATFORMS_OF_A_GIANT", 6, unit="个", zh="龙头企业可有的平台", en="recognised platforms that a giant can carry"
)
CENTRE_REVENUE = number(
    "CENTRE_REVENUE", 5000.0, unit="万元/yr", grade="S", zh="企业技术中心：收入下限", en="company technology centre: least revenue"
)
CENTRE_RD = number("CENTRE_RD", 300.0, unit="万元/yr", grade="S", zh="企业技术中心：研发下限", en="company technology centre: least R&D")
SMALL_CENTRE_REVENUE_INDUSTRY = number(
    "SMALL_CENTRE_REVENUE_INDUSTRY",
    2000.0,
    unit="万元/yr",
    grade="S",
    zh="中小企业技术研发中心：工业收入下限",
    en="SME research centre: least revenue in industry",
)
SMALL_CENTRE_REVENUE = number(
    "SMALL_CENTRE_REVENUE",
    1000.0,
    unit="万元/yr",
    grade="S",
    zh="中小企业技术研发中心：其他收入下限",
    en="SME research centre: least revenue elsewhere",
)
SMALL_CENTRE_STAFF = number(
    "SMALL_CENTRE_STAFF", 8.0, unit="人", grade="S", zh="中小企业技术研发中心：研发人员", en="SME research centre: research staff"
)
SMALL_CENTRE_RD_SHARE = number(
    "SMALL_CENTRE_RD_SHARE",
    0.03,
    unit="share",
    grade="S",
    zh="中小企业技术研发中心：研发占收入",
    en="SME research centre: R&D over revenue",
)
STATION_STAFF = number(
    "STATION_STAFF",
    20.0,
    unit="人",
    grade="S/D",
    law=STATION_TEXT,
    zh="博士后工作站：视为有高级人员的科技人员数",
    en="postdoctoral stations: science staff taken for senior staff",
)
BROKERED_SUCCESS = number("BROKERED_SUCCESS", 0.3, unit="share", zh="对接成功的比例", en="part of brokered contacts that succeed")

# --- research bodies that become legal persons

CONVERSION_COST = number(
    "CONVERSION_COST",
    35.0,
    unit="万元",
    zh="帮助一家内设研发机构法人化（20 至 50 万元）",
    en="helping an own research body to become a legal person (200,000 to 500,000 yuan)",
)
CONVERSION_AFTER = number(
    "CONVERSION_AFTER", 4, unit="季度", zh="内设研发机构运行多久后可法人化", en="time that a body has run before it becomes a legal person"
)
CONVERSION_REVIEW = number(
    "CONVERSION_REVIEW", 8, unit="季度", zh="法人化到认定评审的时间", en="time from becoming a legal person to the review"
)
CONVERTED_STAFF = number(
    "CONVERTED_STAFF",
    0.5,
    unit="share",
    zh="企业科技人员转入其法人化研发机构的比例（按平台均分）",
    en="science staff of a firm that goes to its bodies, in equal parts, when they become legal persons",
)
INSTITUTE_STAFF = number(
    "INSTITUTE_STAFF", 10.0, unit="人", grade="S", zh="新型研发机构：研发人员下限", en="new-type institutes: least research staff"
)
INSTITUTE_STAFF_AMPLE = number(
    "INSTITUTE_STAFF_AMPLE",
    20.0,
    unit="人",
    zh="新型研发机构认定：研发人员充足的尺度",
    en="review of a new-type institute: scale of ample research staff",
)

# --- municipal platforms that rise a tier

UPGRADE_AFTER = number(
    "UPGRADE_AFTER", 12, unit="季度", zh="市级平台运行多久后可申报升级", en="time that a municipal platform runs before it may rise a tier"
)
UPGRADE_STAFF = number(
    "UPGRADE_STAFF", 50.0, unit="人", grade="S", zh="升级申报：企业科技人员下限", en="rising a tier: least science staff of the host"
)
UPGRADE_STAFF_AMPLE = number(
    "UPGRADE_STAFF_AMPLE", 100.0, unit="人", zh="升级评审：科技人员充足的尺度", en="rising a tier: scale of ample science staff"
)
UPGRADE_OF_PROJECT = number(
    "UPGRADE_OF_PROJECT",
    1.5,
    unit="ratio",
    zh="三年内有立项项目的平台升级可能之比",
    en="rising a tier with a project in the last three years, over without",
)
UPGRADE_SHARE = number(
    "UPGRADE_SHARE",
    0.5,
    unit="ratio",
    zh="平台升级年率与高端平台自行设立年率之比（奖励响应为一时）",
    en="yearly chance of a platform over the rate of high-end platforms from outside, at a response to the award of one",
)
UPGRADE_AWARD = number("UPGRADE_AWARD", 50.0, unit="万元", zh="升级奖励的尺度", en="scale of the award for rising a tier")
HIGH_END_STAFF = number("HIGH_END_STAFF", 40.0, unit="人", zh="高端平台最初的人员", en="people of a high-end platform at first")

# --- people who work part time (柔性引才)

FLEXIBLE_PAY = number(
    "FLEXIBLE_PAY", 20.0, unit="万元/yr", zh="柔性引才：每人每年（10 至 30 万元）", en="a part-time person a year (100,000 to 300,000 yuan)"
)
FLEXIBLE_ACCEPTS = number(
    "FLEXIBLE_ACCEPTS", 0.6, unit="share", zh="柔性引才：遇到一般单位时应聘的比例", en="part-time people who agree, with a usual host"
)
FLEXIBLE_SHORT = number("FLEXIBLE_SHORT", 8, unit="季度", zh="柔性引才：两年聘期", en="part-time people: term of two years")
FLEXIBLE_LONG = number("FLEXIBLE_LONG", 12, unit="季度", zh="柔性引才：三年聘期", en="part-time people: term of three years")
FLEXIBLE_PART = number(
    "FLEXIBLE_PART",
    0.2,
    unit="ratio",
    zh="柔性人才对所在企业研发的作用，与全职人才之比",
    en="what part-time people add to their host's research, over full-time ones",
)
FLEXIBLE_STAYS = number(
    "FLEXIBLE_STAYS", 0.08, unit="share", zh="柔性人才期满后全职留下的比例", en="part-time people who stay full time when their term ends"
)

# --- pilot bases (中试)

PILOT_MOST = number(
    "PILOT_MOST",
    30.0,
    unit="万元/yr",
    zh="中试：每家有合作伙伴的企业一年用得上的经费上限",
    en="pilot bases: most money a year that a firm with a partner has use for",
)
PILOT_USUAL = number(
    "PILOT_USUAL",
    10.0,
    unit="万元/yr",
    zh="中试：每家有合作伙伴的企业经费达到六成多作用时的水平",
    en="pilot bases: money a year for a firm with a partner at which two thirds of the effect is reached",
)
PILOT_CONTACTS = number(
    "PILOT_CONTACTS",
    20.0,
    unit="contacts/yr",
    zh="中试：每年 1,000 万元带来的技术对接（按平方根递减）",
    en="pilot bases: contacts that 10 million yuan a year bring, by its root",
)

# --- consortia (创新联合体)

CONSORTIUM_TERM = number("CONSORTIUM_TERM", 12, unit="季度", zh="创新联合体的期限", en="how long a consortium works")
CONSORTIUM_MEMBERS = number(
    "CONSORTIUM_MEMBERS", 8, unit="家", zh="创新联合体：除龙头外的企业上限", en="consortium: most firms beside the one that leads"
)
CONSORTIUM_LEAST = number(
    "CONSORTIUM_LEAST", 3, unit="家", zh="创新联合体：除龙头外的企业下限", en="consortium: least firms beside the one that leads"
)
CONSORTIA_OF_A_GIANT = number(
    "CONSORTIA_OF_A_GIANT", 2, unit="个", zh="一家龙头同时牵头的联合体上限", en="most consortia that a giant leads at a time"
)
CONSORTIUM_SHARERS = number(
    "CONSORTIUM_SHARERS",
    3.0,
    unit="家",
    zh="创新联合体：几家企业一年共担一个项目",
    en="consortium: firms that share the money of a project in a year",
)
CONSORTIUM_CENTRES = number(
    "CONSORTIUM_CENTRES",
    1.2,
    unit="ratio",
    zh="在运行的联合体很多时，协同创新中心年率至多提高",
    en="most that many consortia at work add to the rate of collaboration centres",
)
CONSORTIA_IN_PLENTY = number(
    "CONSORTIA_IN_PLENTY", 6.0, unit="个", zh="上述作用达到六成多的联合体数", en="consortia at work at which two thirds of that is reached"
)

# --- guaranteed loans to first borrowers (担保增信、首贷续贷)

GUARANTEE_BANK_SHARE = number(
    "GUARANTEE_BANK_SHARE",
    0.2,
    unit="share",
    grade="S",
    zh="担保贷款：银行承担的逾期本金",
    en="guaranteed loans: overdue principal that the bank bears",
)
GUARANTEE_COVER = number(
    "GUARANTEE_COVER",
    0.3,
    unit="share",
    grade="S",
    zh="担保贷款：资金池承担的逾期本金（其余由担保机构承担）",
    en="guaranteed loans: the pool's part of a loss; the guarantor bears the rest",
)
GUARANTEE_FEE = number("GUARANTEE_FEE", 0.01, unit="share", zh="担保贷款：年担保费率", en="guaranteed loans: yearly fee of the guarantor")
GUARANTEE_LEVERAGE = number(
    "GUARANTEE_LEVERAGE", 5.0, unit="倍", zh="担保贷款：资金池可带动的余额", en="guaranteed loans: balance that a yuan of the pool carries"
)
GUARANTEE_LIMIT = number("GUARANTEE_LIMIT", 200.0, unit="万元", zh="担保贷款：单笔上限", en="guaranteed loans: most for a firm")
GUARANTEE_LEAST = number("GUARANTEE_LEAST", 20.0, unit="万元", zh="担保贷款：单笔起点", en="guaranteed loans: least for a firm")
GUARANTEE_FROM = number("GUARANTEE_FROM", 100.0, unit="万元/yr", zh="担保贷款：企业收入下限", en="guaranteed loans: least revenue")
GUARANTEE_ASKED = number(
    "GUARANTEE_ASKED", 0.15, unit="share", zh="担保贷款：申请额与收入之比", en="guaranteed loan asked for, over revenue"
)
GUARANTEE_TERM = number("GUARANTEE_TERM", 8, unit="季度", zh="担保贷款：期限", en="guaranteed loans: term")

# --- what the end of 2020 says of a run

PACE_PRIOR = number(
    "PACE_PRIOR",
    10.0,
    unit="件",
    zh="对账得出的流量之比向 1 收缩：相当于几件事",
    en="events by which a recorded over a simulated flow is drawn towards 1",
)
PACE_MOST = number("PACE_MOST", 3.0, unit="倍", zh="流量之比的上限（下限为其倒数）", en="most that such a ratio may be; least, one over it")
MATCH_MOST = number(
    "MATCH_MOST", 20.0, unit="倍", zh="对账时研发与专利的最大倍数（下限为其倒数）",
    en="most by which R&D and patents are scaled to meet the record; least, one over it",
)  # fmt: skip
OUT_LEAST = number(
    "OUT_LEAST", 20, unit="季度", zh="对账时除名的企业至少停留库外", en="least stay outside of a firm struck off at the end of 2020"
)
OUT_SPREAD = number(
    "OUT_SPREAD", 20, unit="季度", zh="其后重新具备资格的时间跨度", en="time over which such firms may come back after that"
)

# --- firms and their research

YOUNG_GROWTH = number("YOUNG_GROWTH", 0.08, unit="log/yr", zh="新设企业的额外增速", en="extra growth at birth")
YOUNG_YEARS = number("YOUNG_YEARS", 8.0, unit="年", zh="额外增速消失的年龄", en="age at which the extra growth is gone")
STAFF_STAYS = number("STAFF_STAYS", 0.4, unit="share", zh="不随收入变动的用工部分", en="part of staff that does not follow revenue")
STAFF_FOLLOWS = number("STAFF_FOLLOWS", 0.6, unit="share", zh="随收入变动的用工部分", en="part of staff that follows revenue")
SCIENCE_STAFF_ELASTICITY = number(
    "SCIENCE_STAFF_ELASTICITY", 0.5, unit="elasticity", zh="科技人员对研发的弹性", en="elasticity of science staff to R&D"
)
SCIENCE_STAFF_MOST = number("SCIENCE_STAFF_MOST", 0.9, unit="share", zh="科技人员占职工的上限", en="most science staff over staff")
MARGIN = number("MARGIN", 0.05, unit="share", zh="研发前利润率", en="profit over revenue before R&D")
MARGIN_OF_QUALITY = number(
    "MARGIN_OF_QUALITY",
    0.015,
    unit="share",
    zh="利润率随企业质量（每一标准差）",
    en="profit over revenue for a standard deviation of quality",
)
DIVIDEND_SHARE = number("DIVIDEND_SHARE", 0.5, unit="share", zh="超额现金的分红比例", en="part of spare cash paid to owners")
CASH_KEPT = number("CASH_KEPT", 1.5, unit="季度", zh="分红前留存的现金（季度收入）", en="cash kept before dividends, in quarters of sales")
EXIT_AT_FIFTEEN = number(
    "EXIT_AT_FIFTEEN", 0.03, unit="1/yr", grade="C", zh="十五年以上企业的退出率", en="hazard of closing at fifteen years"
)
NAMED_UNTIL = number(
    "NAMED_UNTIL", 2020, unit="year", grade="P", zh="记录点名的龙头在区至少到", en="giants that the record names stay to this year"
)
EXIT_OF_CERTIFIED = number(
    "EXIT_OF_CERTIFIED", 0.5, unit="ratio", zh="高企退出率为其他企业的多少", en="hazard of closing of certified firms, over others'"
)
DEPRECIATION = number("DEPRECIATION", 0.15, unit="share", zh="知识存量的年折旧", en="yearly depreciation of the knowledge stock")
RD_WHEN_SHORT = number("RD_WHEN_SHORT", 0.86, unit="ratio", zh="现金不足时的研发", en="R&D when short of cash, over what is wanted")
KEEPS_ABOVE_LINE = number(
    "KEEPS_ABOVE_LINE",
    1.02,
    unit="ratio",
    zh="持证企业的研发保持在线的多少倍以上",
    en="R&D that holders of a certificate keep to, over their line",
)
RENEWAL_MOST = number(
    "RENEWAL_MOST",
    1.5,
    unit="ratio",
    zh="新产品更替：研发强度最多按认定线的几倍计",
    en="renewal of products: R&D over revenue counts to so many times the line",
)
PURSUIT_OF_QUALITY = number(
    "PURSUIT_OF_QUALITY",
    0.5,
    unit="ratio",
    zh="达标努力随企业质量（每一标准差）",
    en="work towards criteria, for a standard deviation of quality",
)
AIMS_ABOVE_LINE = number(
    "AIMS_ABOVE_LINE", 1.05, unit="ratio", zh="达标努力瞄准认定线的多少倍", en="what firms work towards, over what the criteria ask for"
)
RESEARCH_STARTS_INCUBATED = number(
    "RESEARCH_STARTS_INCUBATED", 3.0, unit="倍", zh="无研发企业在孵时开始研发的倍数", en="starting R&D in an incubator, times as likely"
)
LAPSE_KEPT = number(
    "LAPSE_KEPT",
    0.8,
    unit="ratio",
    zh="高企、受服务企业的专利失效率之比",
    en="lapse of patents of certified and of served firms, over others'",
)
