"""What policy can move: each lever is one entry, from which words, costs and tables of the documents follow; and its path over the years.

Targets play no part here: ranges and 2016-2020 levels come from the record or from judgement (grade D).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from yidu.agents.entries import Text
from yidu.agents.numbers import (
    ANCHOR_CONDITION,
    ASSESSMENT_COST,
    ATTRACTION_COST,
    COACHING_COST,
    CONSTRUCTION,
    CONTACT_COST,
    CONVERSION_COST,
    DISTRICT_SHARE,
    FLEXIBLE_PAY,
    OFFER_COST,
    PROJECT_AMOUNT,
    PROJECT_DISTRICT_SHARE,
    SERVICE_COST,
    START_UP,
)
from yidu.agents.parameters import PARAMETERS
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.flows import DOORS
from yidu.sim.indicators import INDICATOR_IDS, INDICATORS, CountedOf
from yidu.sim.ledger import LINE_IDS

FIRST_YEAR = 2015
RECORD_END = 2020
N_YEARS = 21
LAST_YEAR = FIRST_YEAR + N_YEARS - 1

Group = Literal["subsidies", "credit", "equity", "incubation", "platforms", "talent", "attraction", "focus"]

GROUPS: dict[Group, tuple[str, str]] = {
    "subsidies": ("补助", "Subsidies"),
    "credit": ("信贷", "Credit"),
    "equity": ("股权", "Equity"),
    "incubation": ("孵化", "Incubation"),
    "platforms": ("平台", "Platforms"),
    "talent": ("人才", "Talent"),
    "attraction": ("招商", "Attraction"),
    "focus": ("产业导向", "Industries sought"),
}

Decider = Literal["district", "shared", "city", "won"]
Amount = Literal["total", "each"]
Known = Literal["fixed", "about", "least"]
"""fixed: paid as set, on average; about: a service that reaches some more or fewer, a pool whose present filling is uncertain."""
Paid = Literal["at once", "raised", "landed"]
"""When a unit is paid for: in its year; when a pool is raised, which then stays; one to two years later, when what is signed lands."""
Depends = Literal["take_up", "losses", "landing"]

#: What a number, a pool or a yearly sum is: a region of several districts has as many times more of them. Others are for each of its kind.
TOTAL: Amount = "total"
EACH: Amount = "each"


def _of(*kinds: CountedOf) -> frozenset[str]:
    return frozenset(one.id for one in INDICATORS if one.of in kinds)


# Whatever changes a firm's cash, R&D, revenue or survival can reach everything that is counted from firms, and what funds commit, since
# money is paid into them only where a firm takes it. What is counted from institutes, openings and intermediaries only a lever that
# says so reaches.
FIRMS, INSTITUTES, OPENINGS, INTERMEDIARIES = _of("firms", "funds"), _of("institutes"), _of("openings"), _of("intermediaries")


class Unit(NamedTuple):
    """What a lever is measured in: as answers and packs write it, and in words."""

    id: str
    zh: str
    en: str


class Decision(NamedTuple):
    """Who decides, and whom it takes: what must be won from others is that first, then what the city decides or shares."""

    decider: Decider
    zh: str
    en: str


class Cost(NamedTuple):
    """What one unit of a lever costs the district in a year, where that is known before a run."""

    line: str
    """Line of the ledger that pays it."""
    amount: float
    """万元 for one unit of the lever."""
    known: Known
    grade: Literal["A", "B", "C", "D"]
    paid: Paid = "at once"
    above: float = 0.0
    """Units of the lever that cost nothing: what the administration does anyway."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing policy can set: all that the product says of it stands here, how it acts stands in a stage."""

    id: str
    measures: Amount
    low: float
    high: float
    record: float
    """Its level of 2016-20; also that of a pack that does not name it, in all years."""
    zh: str
    en: str
    group: Group
    units: Unit
    decided: Decision
    grade: str
    reaches: frozenset[str]
    """Indicators that it can reach through any chain."""
    channel: Text
    source: Text
    unit_cost: Text
    """What a unit costs the district; {amount} is 万元 of it, {percent} the district's part of a pool."""
    through: tuple[str, ...]
    """Uncertain parameters through which it acts first: what the record knows of them, it knows of the lever."""
    enters: str
    """Where it enters the model, for docs/model.md."""
    pays: str
    """What the district pays for, for docs/model.md."""
    moves: tuple[str, ...] = ()
    """Targets whose forecast it alone moves at the top of its range: measured, `python -m yidu.experiments.ensembles.moved`."""
    meant_for: tuple[str, ...] = ()
    """What one that moves no target alone is for: beside others it may (a pool does once its cover is raised). Judgement (D)."""
    raises: str | None = None
    """Indicator of the plan's end, or door over its years, that more of it raises: tested."""
    cost: Cost | None = None
    amount: float | None = None
    """{amount} where no cost is known before a run."""
    depends: Depends | None = None
    """What others do that a cost, or a further cost, follows from: apply, default, land."""

    @property
    def title_zh(self) -> str:
        return self.zh

    @property
    def title_en(self) -> str:
        return self.en

    @property
    def unit(self) -> str:
        return self.units.id

    @property
    def decider(self) -> Decider:
        return self.decided.decider


DISTRICT = Decision("district", zh="区定", en="district")
SHARED_4_6 = Decision("shared", zh="市区共担 4:6", en="city and district 4:6")
SHARED = Decision("shared", zh="市区共担", en="city and district")
CITY = Decision("city", zh="市定", en="city")
WON = Decision("won", zh="争取", en="to be won")
DISTRICT_AND_WON = Decision("won", zh="区定+争取", en="district, and to be won")
BY_CITY_RULES = Decision("shared", zh="区定，市为准", en="district, by city rules")
DISTRICT_AND_MARKET = Decision("district", zh="区定+市场", en="district and market")
CITY_RECOGNISES = Decision("district", zh="区定，市认定", en="district; city recognises")
WON_AND_MATCHED = Decision("won", zh="争取，区配套", en="to be won; district matches")
STATE_SETS_UP = Decision("district", zh="区定，国家设站", en="district; state sets up")

FIRMS_A_YEAR = Unit("firms/yr", zh="家/年", en="firms/yr")
PROJECTS_A_YEAR = Unit("projects/yr", zh="个/年", en="projects/yr")
WEIGHT = Unit("weight", zh="权重（1为按企业分布）", en="weight, 1 = as firms are spread")

LEANS = Text(
    "辅导、招商与龙头、立项配套、产业基金和人才邀约按权重在产业间分配：一个产业多得的，是其他产业少得的。",
    "Coaching, signed projects and anchors, backed projects, the industry fund and offers to talent go to industries by weight: what one"
    " gets another does not.",
)
LEANS_WHERE = "sector of who is sought; who is coached, backed, taken a stake in (4.6, 4.9, 4.12-4.14)"
LEANS_THROUGH = ("contract_realisation", "attracted_rd_share", "coaching_effect", "talent_accept")
NOTHING_OF_ITS_OWN = Text(
    "没有自己的费用；辅导集中在一个产业时，越深越贵", "nothing of its own; coaching that goes deep into one industry costs more a firm"
)

_ALL = (
    Lever(
        "rd_grant_rate", EACH, 0.0, 0.03, 0.01, zh="研发补助比例", en="R&D grant rate",
        group="subsidies", units=Unit("share of R&D", zh="占研发比例", en="share of R&D"), decided=DISTRICT, grade="D", reaches=FIRMS,
        channel=Text(
            "用于研发的部分加在企业自己的研发之上；企业自己的研发大致不变，会饱和，且有一部分被挪用。",
            "What is spent on R&D of it comes on top of a firm's own, which stays about as it was; saturating, part of it misused.",
        ),
        source=Text(
            "判断：五年 1.9 亿元的区级投入，至多只够研发的百分之几",
            "judgement: district money of 190 million yuan in five years allows no more than a few percent of R&D",
        ),
        unit_cost=Text("入库企业研发投入 × 比例", "rate times R&D of register firms"),
        depends="take_up", through=("subsidy_additionality", "subsidy_saturation", "subsidy_misuse_share"),
        meant_for=("rd_expenditure", "rd_share_of_gdp", "rd_growth"), raises="rd_expenditure",
        enters="cash and R&D of register firms (4.3)", pays="rate × their R&D",
    ),
    Lever(
        "certification_award", EACH, 0.0, 50.0, 10.0, zh="高新技术企业认定奖励", en="High-tech certification award",
        group="subsidies", units=Unit("万元 per new 高企", zh="万元/新认定一家", en="10k yuan per new certificate"), decided=DISTRICT,
        grade="D", reaches=FIRMS,
        channel=Text(
            "更多符合条件的企业提出认定；有些恰在 3/4/5% 线下的企业会调整归集；真实研发增加很少。",
            "More eligible firms apply; some just below the 3/4/5 % lines relabel; little real R&D.",
        ),
        source=Text("判断：相邻区县奖励 5 至 20 万元", "judgement: neighbouring districts paid 50,000 to 200,000 yuan"),
        unit_cost=Text("每认定一户，按奖励额", "the award for each firm certified"),
        depends="take_up", through=("award_response", "hnte_apply_rate", "relabel_near_line"), moves=("high_tech_enterprises",),
        raises="high_tech_enterprises",
        enters="filing for a certificate (4.7)", pays="each new certificate",
    ),
    Lever(
        "register_award", EACH, 0.0, 5.0, 1.0, zh="科技型企业入库奖励", en="Register award",
        group="subsidies", units=Unit("万元 per first entry", zh="万元/首次入库一家", en="10k yuan per first entry"), decided=DISTRICT,
        grade="D", reaches=FIRMS,
        channel=Text("提高符合条件的企业入库的可能。", "Chance that an eligible firm enters the municipal register."),
        source=Text("判断：渝北区首次入库奖励 1 万元", "judgement: Yubei paid 10,000 yuan on first entry"),
        unit_cost=Text("每入库一户，按奖励额", "the award for each first entry"),
        depends="take_up", through=("award_response", "register_rate"),
        moves=("tech_enterprises", "tech_enterprises_above_scale", "high_tech_enterprises"),
        raises="tech_enterprises",
        enters="hazard of registration (4.6)", pays="each first entry",
    ),
    Lever(
        "enterprise_coaching", TOTAL, 0.0, 200.0, 30.0, zh="企业培育辅导", en="Enterprise coaching",
        group="subsidies", units=FIRMS_A_YEAR, decided=DISTRICT, grade="D", reaches=FIRMS,
        channel=Text(
            "消除企业对入库、高企、专精特新和加计扣除的不知情。",
            "Removes unawareness of the register, high-tech firms, specialised SMEs and of the super-deduction.",
        ),
        source=Text("判断：没有辅导企业数的记录", "judgement: no record of the number of firms coached"),
        unit_cost=Text("每户 {amount} 万元起，面越广越贵", "from {amount} (10k yuan) a firm, more the farther it reaches"),
        cost=Cost("coaching", COACHING_COST, "least", "D"), through=("coaching_effect", "coaching_saturation", "awareness_diffusion"),
        moves=("tech_enterprises", "tech_enterprises_above_scale", "high_tech_enterprises"),
        raises="tech_enterprises",
        enters="awareness, registration, filing and titles of the coached (4.6-4.8)", pays="1 万元 or more a firm, rising with reach",
    ),
    Lever(
        "ip_services", TOTAL, 0.0, 200.0, 20.0, zh="知识产权服务", en="IP services",
        group="subsidies", units=FIRMS_A_YEAR, decided=DISTRICT, grade="D", reaches=FIRMS,
        channel=Text("促成首次申请，提高授权率，减少失效。", "First filings, a better grant share, fewer lapses."),
        source=Text(
            "判断：没有记录；效果取自 Dang & Motohashi 2015（China Economic Review 35）",
            "judgement: no record; effect sizes from Dang & Motohashi 2015 China Economic Review 35",
        ),
        unit_cost=Text("每户 {amount} 万元", "{amount} (10k yuan) a firm"),
        cost=Cost("ip_services", SERVICE_COST, "about", "D"), through=("ip_service_effect",), moves=("patents_per_10k",),
        raises="patents_per_10k",
        enters="rights, applications, lapse (4.4)", pays="2 万元 a firm served",
    ),
    Lever(
        "knowledge_loan_pool", TOTAL, 0.0, 10000.0, 3000.0, zh="知识价值信用贷款风险补偿资金", en="Knowledge-value loan pool",
        group="credit", units=Unit("万元", zh="万元", en="10k yuan"), decided=SHARED_4_6, grade="D", reaches=FIRMS,
        channel=Text(
            "决定可以放多少有补偿的贷款：各银行额度先后用满，越多增量越小；贷给谁仍由银行逐户决定。",
            "How much may be lent under cover: parts of banks fill up, so more adds ever less; the bank still decides firm by firm.",
        ),
        source=Text(
            "资金池规模为判断；该项贷款 2019 年 3 月在区内启动",
            "judgement on the pool's size; the scheme came to the district in March 2019",
        ),
        unit_cost=Text(
            "资金池增加额的 {percent}，另补代偿损失的 {percent}",
            "{percent} of what is added to the pool, and {percent} of the losses made good",
        ),
        cost=Cost("knowledge_pool_district", DISTRICT_SHARE, "about", "A", "raised"), depends="losses",
        through=("loan_application_rate", "kv_loan_approval", "guarantee_effect_rd", "guarantee_effect_tfp"),
        moves=("knowledge_loans_total",), raises="knowledge_loans_total",
        enters="room for lending, need of the register (4.6, 4.9)", pays="60 % of top-ups",
    ),
    Lever(
        "knowledge_loan_cover", EACH, 0.5, 0.95, 0.8, zh="知识价值信用贷款补偿比例", en="Knowledge-value loan cover",
        group="credit", units=Unit("share of overdue principal", zh="占逾期本金比例", en="share of overdue principal"), decided=CITY,
        grade="C", reaches=FIRMS,
        channel=Text(
            "利息减去预期损失能覆盖资金与运行成本时，银行才放款。",
            "A bank lends while interest less expected loss covers its funds and running cost.",
        ),
        source=Text(
            "市级办法：逾期本金由风险资金补偿 80%，银行承担 20%",
            "the municipal scheme: 80 % of overdue principal paid by the fund, 20 % by the bank",
        ),
        unit_cost=Text("逾期本金 × 补偿比例，由资金池支付", "overdue principal times cover, paid from the pool"),
        depends="losses", through=("loan_default", "default_cover_response"), moves=("knowledge_loans_total",),
        raises="knowledge_loans_total",
        enters="the bank's sum, default, losses (4.9)", pays="through top-ups",
    ),
    Lever(
        "commercial_loan_pool", TOTAL, 0.0, 5000.0, 300.0, zh="商业价值信用贷款风险补偿资金", en="Commercial-value loan pool",
        group="credit", units=Unit("万元", zh="万元", en="10k yuan"), decided=SHARED, grade="C", reaches=FIRMS,
        channel=Text(
            "补偿有上限，银行因而依旧挑剔：与知识价值贷款的激励不同；余额相对资金池越高，越难再放。",
            "Cover is capped, so banks stay choosy, unlike for the other loan; the more is out, the less room is left.",
        ),
        source=Text(
            "规划：到 2020 年向 95 家企业放款 8,674 万元，补偿 2%~4%",
            "the plan: 86.74 million yuan lent to 95 firms by 2020, at 2 to 4 % of cover",
        ),
        unit_cost=Text(
            "资金池增加额的 {percent}，另补代偿损失的 {percent}",
            "{percent} of what is added to the pool, and {percent} of the losses made good",
        ),
        cost=Cost("commercial_pool_district", DISTRICT_SHARE, "about", "A", "raised"), depends="losses",
        through=("commercial_application_rate", "kv_followon_commercial"), meant_for=(), raises="commercial_loans_total",
        enters="room for lending, cover (4.9)", pays="60 % of top-ups",
    ),
    Lever(
        "interest_subsidy", EACH, 0.0, 3.0, 0.0, zh="贷款贴息", en="Interest subsidy",
        group="credit", units=Unit("percentage points", zh="百分点", en="percentage points"), decided=DISTRICT, grade="C",
        reaches=FIRMS,
        channel=Text("更多企业申请贷款；已有贷款的企业现金增加。", "More firms ask for a loan; cash of those who have one."),
        source=Text(
            "仅 2020 年 2 至 6 月的纾困：一年期基准利率的一半以内，约 2.2 个百分点",
            "relief of February to June 2020 only: up to half of the one-year benchmark, about 2.2 points",
        ),
        unit_cost=Text("贷款余额 × 贴息百分点", "balance times points"),
        depends="take_up", through=("loan_application_rate", "commercial_application_rate"), moves=("knowledge_loans_total",),
        raises="knowledge_loans_total",
        enters="asking for loans (4.9)", pays="points of interest on balances",
    ),
    Lever(
        "seed_fund", TOTAL, 0.0, 5000.0, 188.0, zh="创业种子基金", en="Seed funds",
        group="equity", units=Unit("万元/yr", zh="万元/年", en="10k yuan/yr"), decided=SHARED_4_6, grade="C", reaches=FIRMS,
        channel=Text(
            "早期入库企业的首批用人、后续创投，以及存活（证据接近于零）；没有去处的钱不拨付。",
            "Young register firms: first hires, later private venture capital, survival (about none); money without takers is not paid in.",
        ),
        source=Text(
            "规划：2016-2020 年分别向 7 家和 13 家投入 270 和 670 万元",
            "the plan: 2.7 and 6.7 million yuan to 7 and 13 firms over 2016-2020",
        ),
        unit_cost=Text("当年投入的 {percent}", "{percent} of what is paid in"),
        cost=Cost("seed_district", DISTRICT_SHARE, "about", "A"), through=("grant_effect_survival", "seed_vc_multiplier"),
        moves=("high_tech_enterprises", "fund_scale"), raises="fund_scale",
        enters="number of seed deals, first hires, survival, later venture (4.9)", pays="60 % of what flows in",
    ),
    Lever(
        "industry_fund", TOTAL, 0.0, 50000.0, 1000.0, zh="产业引导基金", en="Industry and guidance fund",
        group="equity", units=Unit("万元/yr deployed", zh="万元/年（投放）", en="10k yuan/yr deployed"), decided=DISTRICT_AND_WON,
        grade="D", reaches=FIRMS,
        channel=Text(
            "投向成长期企业的股权，也是招商的条件；没有去处的钱不拨付；投放与认缴是两本账。",
            "Equity to scaling firms, a condition of attraction; money without takers is not paid in; deployment and commitment differ.",
        ),
        source=Text(
            "判断：规划过 2 亿元引导基金，投放没有记录",
            "judgement: a guidance fund of 200 million yuan was planned, deployment unrecorded",
        ),
        unit_cost=Text("当年投入的全部", "all that is paid in"),
        cost=Cost("industry_district", 1.0, "about", "D"), through=("gov_fund_crowd", "vc_effect_productivity"), moves=("fund_scale",),
        raises="fund_scale",
        enters="number of stakes, landing of signed projects, committed capital (4.9, 4.14)", pays="what flows in",
    ),
    Lever(
        "vc_subsidy_rate", EACH, 0.0, 0.1, 0.0, zh="创投补助比例", en="Venture-capital subsidy rate",
        group="equity", units=Unit("share", zh="比例", en="share"), decided=BY_CITY_RULES, grade="D", reaches=FIRMS,
        channel=Text("区内的民间创业投资。", "Private venture deals in the district."),
        source=Text(
            "规划专栏 12：至多 10%，基数有两种读法；2016-2020 年未支付",
            "the plan, box 12: at most 10 %, of what is ambiguous; nothing paid in 2016-2020",
        ),
        unit_cost=Text("创投投资额（或市级补助）× 比例", "rate times the venture investment, or times the municipal subsidy"),
        depends="take_up", through=("vc_deal_rate", "vc_effect_productivity"), meant_for=("fund_scale",),
        raises="venture_deals:invested",
        enters="rate of venture deals (4.9)", pays="rate × deal, or a tenth of that, by reading",
    ),
    Lever(
        "listing_award", EACH, 0.0, 200.0, 30.0, zh="OTC挂牌奖励", en="OTC listing award",
        group="equity", units=Unit("万元 per listing", zh="万元/挂牌一家", en="10k yuan per listing"), decided=DISTRICT, grade="D",
        reaches=FIRMS,
        channel=Text(
            "收入和年限达到要求的入库企业进行股改并挂牌。",
            "Joint-stock reform and listing of register firms with revenue and two years of age.",
        ),
        source=Text("判断：2018 年市级奖励 25 至 30 万元", "judgement: the city paid 250,000 to 300,000 yuan in 2018"),
        unit_cost=Text("每挂牌一户，按奖励额", "the award for each listing"),
        depends="take_up", through=("award_response", "otc_rate"), moves=("otc_listed",), raises="otc_listed",
        enters="listings a year (4.8)", pays="each listing",
    ),
    Lever(
        "incubator_openings", TOTAL, 0.0, 6.0, 2.0, zh="新建孵化平台", en="Incubator openings",
        group="incubation", units=Unit("platforms/yr", zh="个/年", en="platforms/yr"), decided=DISTRICT_AND_MARKET, grade="D",
        reaches=FIRMS | OPENINGS,
        channel=Text(
            "给初创企业提供空间：更多企业寻求入驻，创办略增，以后升级。",
            "Room for young firms: more of them look for a place, slightly more are founded, later upgrades.",
        ),
        source=Text(
            "奖励见大渡口府办发〔2015〕71号；年开办数为判断",
            "awards: Dadukou government office notice 71 of 2015; the yearly number is judgement",
        ),
        unit_cost=Text(
            "每个启动补助 {amount} 万元；升级后另有认定奖励 30 万元（市级）、再加 70 万元（国家级）",
            "{amount} (10k yuan) to start each; 30 more for a municipal title, 70 more for a national one",
        ),
        cost=Cost("incubator_opening", START_UP, "fixed", "D"), depends="take_up",
        through=("incubator_upgrade_rate", "incubator_register_boost"), moves=("incubation_platforms", "new_incubators"),
        raises="incubation_platforms",
        enters="new platforms, search for a place, founding (4.10)", pays="50 万元 an opening, and titles",
    ),
    Lever(
        "incubator_support", EACH, 0.0, 200.0, 20.0, zh="孵化平台运营补助", en="Incubator support",
        group="incubation", units=Unit("万元 per platform and year", zh="万元/个·年", en="10k yuan per platform and year"),
        decided=DISTRICT, grade="D", reaches=FIRMS,
        channel=Text(
            "提升服务质量：在孵企业每年增速至多约提高 3%，平台更易获得市级称号，对存活没有作用；过多反而无益。",
            "Service quality: growth of tenants about 0.03 log a year at best, titles come easier, survival none; an inverted U.",
        ),
        source=Text(
            "判断，以大渡口府办发〔2015〕71号每年 1,000 万元为上限",
            "judgement under the ceiling of 10 million yuan a year in notice 71 of 2015",
        ),
        unit_cost=Text("在营平台数 × 补助额", "platforms in operation times the support"),
        depends="take_up", through=("incubator_growth_bonus",),
        moves=("incubation_platforms",), enters="service quality, titles (4.10)", pays="as given, every living platform",
    ),
    Lever(
        "platform_award", EACH, 0.0, 100.0, 20.0, zh="研发平台认定奖励", en="Platform award",
        group="platforms", units=Unit("万元 per municipal platform", zh="万元/市级平台一个", en="10k yuan per municipal platform"),
        decided=CITY_RECOGNISES, grade="D", reaches=FIRMS | INSTITUTES,
        channel=Text(
            "符合条件的企业把研发机构建成市级平台；尚未建的合格企业会越来越少。",
            "Eligible firms formalise a recognised centre; the unserved eligible pool shrinks.",
        ),
        source=Text(
            "判断：未找到区级标准，其他地方 10 至 50 万元",
            "judgement: no district amount found, 100,000 to 500,000 yuan elsewhere",
        ),
        unit_cost=Text("每认定一个，按奖励额", "the award for each recognition"),
        depends="take_up", through=("award_response", "platform_apply_rate"), moves=("rd_platforms",), raises="rd_platforms",
        enters="application for a platform (4.12)", pays="each recognition",
    ),
    Lever(
        "institute_openings", TOTAL, 0.0, 3.0, 0.4, zh="新型研发机构引建", en="New-type institutes sought",
        group="platforms", units=Unit("institutes/yr", zh="个/年", en="institutes/yr"), decided=WON, grade="D",
        reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=Text(
            "合作伙伴、人才载体、衍生企业；争取的机构常常不能落地。",
            "Partners, hosts for talent, spin-offs; a sought institute often fails to land.",
        ),
        source=Text("判断；出资比例参照 2021 年起的重庆高新区", "judgement; cost share as in the Chongqing high-tech zone from 2021"),
        unit_cost=Text("每落地一家，建设补助 {amount} 万元", "{amount} (10k yuan) of construction for each that lands"),
        depends="landing", amount=CONSTRUCTION, through=("institute_landing", "high_platform_rate"),
        moves=("rd_platforms", "new_rd_institutes", "high_end_platforms"), raises="new_rd_institutes",
        enters="new-type institutes sought, high-end platforms (4.11)", pays="400 万元 each that lands",
    ),
    Lever(
        "joint_projects", TOTAL, 0.0, 60.0, 5.0, zh="产学研联合项目（含揭榜挂帅）", en="Joint projects",
        group="platforms", units=PROJECTS_A_YEAR, decided=WON_AND_MATCHED, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=Text(
            "区里配套的申请更易立项，也为全区争取到更多名额；立项企业知识存量提高 5%~12%。",
            "Backed applications win more easily and win the district more places; knowledge of the winners up by 0.05 to 0.12.",
        ),
        source=Text(
            "数量为判断；76 万元来自 118 个项目、8,956 万元",
            "judgement on the number; 760,000 yuan from 118 projects and 89.56 million",
        ),
        unit_cost=Text("每立项一个，区配套 {amount} 万元", "{amount} (10k yuan) of district money for each project won"),
        depends="landing", amount=PROJECT_AMOUNT * PROJECT_DISTRICT_SHARE, through=("consortium_effect", "collaboration_rate"),
        moves=("tech_projects", "collaboration_centres"), raises="tech_projects",
        enters="backing in the ranking, projects won, collaboration centres (4.11, 4.12)", pays="30 % of 76 万元 a backed project won",
    ),
    Lever(
        "transfer_services", TOTAL, 0.0, 200.0, 10.0, zh="技术转移服务", en="Transfer services",
        group="platforms", units=Unit("contacts/yr", zh="次/年", en="contacts/yr"), decided=DISTRICT, grade="D",
        reaches=FIRMS | INTERMEDIARIES,
        channel=Text(
            "降低寻找伙伴的成本；引入外部成果；超过一定规模后形成转移机构。",
            "Search for a partner costs less; licences of outside results; above a volume a transfer body lives.",
        ),
        source=Text("判断：没有记录", "judgement: no record"),
        unit_cost=Text("每次对接 {amount} 万元", "{amount} (10k yuan) a contact"),
        cost=Cost("transfer_services", CONTACT_COST, "fixed", "D"), through=("partner_search", "uic_effect", "transfer_threshold"),
        moves=("postdoc_stations", "tech_projects", "transfer_bodies"), raises="transfer_bodies",
        enters="finding a partner, transfer bodies (4.11)", pays="0.5 万元 a contact",
    ),
    Lever(
        "talent_recruitment", TOTAL, 0.0, 60.0, 5.0, zh="高精尖缺人才引进", en="Talent recruitment",
        group="talent", units=Unit("offers/yr", zh="人次/年", en="offers/yr"), decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES,
        channel=Text(
            "有多少高精尖缺人才会考虑本区；待遇、载体和周边虹吸决定来不来。",
            "People who consider the district; package, host and city pull decide.",
        ),
        source=Text("判断：五年内表彰领军人才 12 名、团队 6 个", "judgement: 12 leaders and 6 teams were honoured in five years"),
        unit_cost=Text("每次邀约 {amount} 万元", "{amount} (10k yuan) an offer"),
        cost=Cost("talent_search", OFFER_COST, "fixed", "D"), through=("talent_accept", "star_effect"),
        moves=("rd_expenditure", "rd_share_of_gdp", "high_end_talent", "strategic_emerging_share", "rd_growth"),
        raises="high_end_talent",
        enters="offers (4.13)", pays="2 万元 an offer",
    ),
    Lever(
        "talent_package", EACH, 0.0, 300.0, 30.0, zh="人才待遇", en="Talent package",
        group="talent", units=Unit("万元 a person", zh="万元/人", en="10k yuan a person"), decided=DISTRICT, grade="D",
        reaches=FIRMS | INSTITUTES,
        channel=Text("提高接受与留下的比例。", "Acceptance and retention."),
        source=Text("判断：未找到区里十七条措施的金额", "judgement: amounts of the district's seventeen measures not found"),
        unit_cost=Text("每到岗一人，三年内付清待遇额", "the package for each person who comes, over three years"),
        depends="take_up", through=("talent_package_elast", "talent_leave"), moves=("high_end_talent",), raises="high_end_talent",
        enters="acceptance, leaving (4.13)", pays="the package over three years",
    ),
    Lever(
        "postdoc_support", EACH, 0.0, 60.0, 20.0, zh="博士后工作站资助", en="Postdoctoral support",
        group="talent", units=Unit("万元 per station", zh="万元/站", en="10k yuan per station"), decided=STATE_SETS_UP, grade="D",
        reaches=FIRMS,
        channel=Text("拥有平台和高级人员的企业申请设站。", "Station applications from owners of platforms with senior staff."),
        source=Text("相邻地区标准：市级 20 万元，国家级 60 万元", "a neighbour's figure: 200,000 yuan municipal, 600,000 national"),
        unit_cost=Text("每设站一家，按资助额", "the support for each station"),
        depends="take_up", through=("award_response", "postdoc_rate"), moves=("postdoc_stations",), raises="postdoc_stations",
        enters="application for a station (4.12)", pays="each station",
    ),
    Lever(
        "firms_attracted", TOTAL, 0.0, 80.0, 20.0, zh="招商签约项目", en="Signed projects",
        group="attraction", units=PROJECTS_A_YEAR, decided=WON, grade="D", reaches=FIRMS,
        channel=Text(
            "约四分之一落地，要一到三年；并非都做研发，做研发的约半数当即入库。",
            "About a quarter land, one to three years later; not all do R&D, and half of those that do register at once.",
        ),
        source=Text("判断：没有签约科技项目的记录", "judgement: no record of signed technology projects"),
        unit_cost=Text("每个签约项目服务费 {amount} 万元", "{amount} (10k yuan) of services for each project signed"),
        cost=Cost("attraction", ATTRACTION_COST, "fixed", "D"), through=("contract_realisation", "attracted_rd_share"),
        moves=("tech_enterprises", "high_tech_enterprises"), raises="tech_enterprises",
        enters="landings one to three years later, registration (4.14)", pays="20 万元 a signed project",
    ),
    Lever(
        "anchor_firms", TOTAL, 0.0, 2.0, 0.4, zh="龙头企业引进", en="Anchor firms",
        group="attraction", units=FIRMS_A_YEAR, decided=WON, grade="D", reaches=FIRMS | INSTITUTES,
        channel=Text(
            "产出、配套企业、对人才的吸引；一家就可能左右全区研发。",
            "Output, suppliers, a pull on talent; one can dominate the district's R&D.",
        ),
        source=Text("判断：五年约两家（海康威视及另一家）", "judgement: about two in five years (Hikvision and one other)"),
        unit_cost=Text(
            "每家落地条件 {amount} 万元，签约后一至两年支付",
            "{amount} (10k yuan) of conditions for each, paid one to two years after signing",
        ),
        cost=Cost("anchor_conditions", ANCHOR_CONDITION, "fixed", "D", "landed"), through=("large_plant_spillover",),
        moves=(
            "rd_expenditure", "rd_share_of_gdp", "rd_platforms", "tech_enterprises_above_scale", "strategic_emerging_share",
            "digital_core_share", "science_staff", "rd_growth",
        ),
        
        raises="rd_expenditure",
        enters="anchors one to three years later (4.14)", pays="1,500 万元 each that lands",
    ),
    Lever(
        "institute_conversion", TOTAL, 0.0, 6.0, 0.0, zh="企业研发机构法人化", en="Research bodies made legal persons",
        group="platforms", units=FIRMS_A_YEAR, decided=CITY_RECOGNISES, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=Text(
            "规上企业的内设研发机构成为独立法人，人员多的先办；两年后一部分认定为新型研发机构，对外合作、衍生企业；平台数不变。",
            "Own bodies of firms above scale become legal persons, the best staffed first; two years later a part is recognised as new-type"
            " institutes, open to partners and spin-offs; the number of platforms stays.",
        ),
        source=Text(
            "规划专栏 7：“鼓励规上企业内设研发机构独立法人化建设”；家数与费用为判断",
            "the plan, box 7, names it; number and cost are judgement",
        ),
        unit_cost=Text("每家 {amount} 万元", "{amount} (10k yuan) each"),
        cost=Cost("institute_conversion", CONVERSION_COST, "about", "D"), depends="take_up", through=("institute_landing",),
        moves=("new_rd_institutes",), raises="new_rd_institutes",
        enters="bodies that become legal persons, recognition two years later (4.11)", pays="35 万元 each",
    ),
    Lever(
        "platform_upgrade", EACH, 0.0, 300.0, 0.0, zh="研发平台升级奖励", en="Award to platforms that rise a tier",
        group="platforms", units=Unit("万元 per high-end platform", zh="万元/升级平台一个", en="10k yuan per high-end platform"),
        decided=Decision("district", zh="区定，国家、市认定", en="district; state and city recognise"), grade="D",
        reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=Text(
            "运行三年、科技人员多、有项目的市级平台申报升级；升级后仍是同一个平台，对外开放合作。",
            "Municipal platforms of three years with many science staff and projects apply to rise a tier; each stays one platform, then"
            " open to partners.",
        ),
        source=Text(
            "规划：“支持现有市级研发平台升级为国家级研发平台”；其他地方国家级平台 1,000 万元以上",
            "the plan, task 3.1, names it; elsewhere 10 million yuan and more for a national platform",
        ),
        unit_cost=Text("每升级一个，按奖励额", "the award for each that rises"),
        depends="take_up", through=("award_response", "high_platform_rate"),
        moves=("high_end_platforms",), raises="high_end_platforms",
        enters="municipal platforms that rise a tier (4.12)", pays="each that rises",
    ),
    Lever(
        "flexible_talent", TOTAL, 0.0, 60.0, 0.0, zh="柔性引才", en="Part-time talent",
        group="talent", units=Unit("people asked/yr", zh="人/年（邀请）", en="people asked/yr"), decided=DISTRICT, grade="D",
        reaches=FIRMS | INSTITUTES,
        channel=Text(
            "非全职来一家企业两到三年，对其研发的作用约为全职人才的五分之一，人多则递减；期满有少数转为全职。",
            "They work part time for one firm for two or three years and add about a fifth of what a full-time person does to its research,"
            " each further one less; a few stay full time.",
        ),
        source=Text(
            "规划：“强化柔性引才用才”，专栏 8 支持重点企事业单位柔性引进；人数与作用为判断",
            "the plan, task 2.3 and box 8, names it; numbers and effect are judgement",
        ),
        unit_cost=Text("在岗者每人每年 {amount} 万元，两到三年", "{amount} (10k yuan) a year for each at work, for two or three years"),
        depends="take_up", amount=FLEXIBLE_PAY, through=("star_effect",), moves=("high_end_talent",), raises="high_end_talent",
        enters="part-time people of firms, those who stay (4.13)", pays="20 万元 a year each at work",
    ),
    Lever(
        "pilot_bases", TOTAL, 0.0, 3000.0, 0.0, zh="中试基地与技术交易", en="Pilot bases",
        group="platforms", units=Unit("万元/yr", zh="万元/年", en="10k yuan/yr"),
        decided=DISTRICT_AND_WON, grade="D", reaches=FIRMS | INTERMEDIARIES,
        channel=Text(
            "有合作伙伴的企业更快把合作研发变成产品；带来更多对接，超过一定规模形成转移机构；用不上的钱不花。技术合同额不计。",
            "Firms with a partner bring joint research to products sooner; more contacts, and above a volume transfer bodies; money that"
            " finds no use is not spent. Technology contracts are not counted.",
        ),
        source=Text(
            "规划：“建立以企业为主体的科技成果转化中试熟化基地”；金额与作用为判断",
            "the plan, task 3.3, names them; money and effect are judgement",
        ),
        unit_cost=Text("实际支出", "what is spent"),
        cost=Cost("pilot_bases", 1.0, "about", "D"), depends="take_up", through=("uic_effect", "product_renewal", "transfer_threshold"),
        moves=("tech_projects", "transfer_bodies"), raises="transfer_bodies",
        enters="products of firms with a partner, contacts, transfer bodies (4.3, 4.11)", pays="what is spent, to 30 万元 a partnered firm",
    ),
    Lever(
        "consortia", TOTAL, 0.0, 4.0, 0.0, zh="创新联合体", en="Consortia",
        group="platforms", units=Unit("founded/yr", zh="个/年（组建）", en="founded/yr"), decided=WON_AND_MATCHED, grade="D",
        reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=Text(
            "龙头牵头，同行业三到八家企业与一家院所三年共担项目：成员研发效果提高，更易建成协同创新中心；一家龙头至多同时牵头两个。",
            "A giant leads, three to eight firms of its sector and an institute share projects for three years: their research yields more,"
            " and collaboration centres are built around them; a giant leads two at a time at most.",
        ),
        source=Text(
            "规划：“支持……龙头企业牵头，联合市内外科研院所、高等院校，组建……创新联合体”；个数与规模为判断",
            "the plan, task 3.4, names them; number and size are judgement",
        ),
        unit_cost=Text(
            "成员每三家企业每年一个项目，区配套 {amount} 万元，三年",
            "{amount} (10k yuan) of district money for a project of every three members a year, for three years",
        ),
        depends="take_up", amount=PROJECT_AMOUNT * PROJECT_DISTRICT_SHARE, through=("consortium_effect", "collaboration_rate"),
        moves=("postdoc_stations", "tech_projects", "collaboration_centres"), raises="collaboration_centres",
        enters="research and partners of members, projects won, collaboration centres (4.11, 4.12)",
        pays="30 % of 76 万元 a year for every three members",
    ),
    Lever(
        "credit_guarantee", TOTAL, 0.0, 5000.0, 0.0, zh="担保增信资金（首贷续贷）", en="Guarantee pool for first loans",
        group="credit", units=Unit("万元", zh="万元", en="10k yuan"), decided=SHARED_4_6, grade="D", reaches=FIRMS,
        channel=Text(
            "没有专利或没有贷过款的企业由担保机构增信，从银行借到首笔贷款；银行逐户决定，额度先后用满；不计入知识价值信用贷款。",
            "Firms without patents or without a loan so far borrow with a guarantor behind them; banks decide firm by firm, and their room"
            " fills up; these are no knowledge-value loans.",
        ),
        source=Text(
            "规划：“发挥融资担保机构为科技型企业增信分险作用”，专栏 12 首贷续贷中心；资金规模为判断",
            "the plan, task 5.2 and box 12, names guarantors and first loans; the pool's size is judgement",
        ),
        unit_cost=Text(
            "资金池增加额的 {percent}，另补代偿损失的 {percent}",
            "{percent} of what is added to the pool, and {percent} of the losses made good",
        ),
        cost=Cost("guarantee_pool_district", DISTRICT_SHARE, "about", "A", "raised"), depends="losses",
        through=("loan_application_rate", "guarantee_effect_rd", "guarantee_effect_tfp", "loan_default"),
        meant_for=("rd_expenditure",), raises="guaranteed_loans:paid",
        enters="loans of firms that banks know nothing of, their R&D and growth (4.9)", pays="60 % of top-ups",
    ),
    Lever(
        "focus_big_data", EACH, 0.0, 4.0, 1.0, zh="产业导向：大数据智能化", en="Focus on big data and intelligent technology",
        group="focus", units=WEIGHT, decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=LEANS, source=Text(
            "规划任务一第 1 点：“突出数字产业化、产业数字化，以大数据、人工智能技术为重点，集聚高端创新要素”；权重范围为判断",
            "the plan, task 1 (1), box 1: gather what innovation needs around big data and artificial intelligence; range: judgement",
        ),
        unit_cost=NOTHING_OF_ITS_OWN, through=LEANS_THROUGH, moves=("digital_core_share",), raises="digital_core_share",
        enters=LEANS_WHERE, pays=NOTHING_OF_ITS_OWN.en,
    ),
    Lever(
        "focus_environment", EACH, 0.0, 4.0, 1.0, zh="产业导向：生态环保", en="Focus on environmental protection",
        group="focus", units=WEIGHT, decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=LEANS, source=Text(
            "规划任务一第 2 点：“聚焦节能环保高端装备制造业、节能环保服务业两大方向”；权重范围为判断",
            "the plan, task 1 (2), box 2: turn to equipment and services that save energy and protect the environment; range: judgement",
        ),
        unit_cost=NOTHING_OF_ITS_OWN, through=LEANS_THROUGH, meant_for=("strategic_emerging_share",), raises="landings:environment",
        enters=LEANS_WHERE, pays=NOTHING_OF_ITS_OWN.en,
    ),
    Lever(
        "focus_health", EACH, 0.0, 4.0, 1.0, zh="产业导向：大健康生物医药", en="Focus on health and biomedicine",
        group="focus", units=WEIGHT, decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=LEANS, source=Text(
            "规划任务一第 3 点：“推动大健康生物医药企业创新发展，推进国内知名重点实验室、生物医药研发中心等落户”；权重范围为判断",
            "the plan, task 1 (3), box 3: further firms of health and biomedicine, have laboratories and centres settle; range: judgement",
        ),
        unit_cost=NOTHING_OF_ITS_OWN, through=LEANS_THROUGH, meant_for=("high_tech_output_share", "strategic_emerging_share"),
        raises="landings:health", enters=LEANS_WHERE, pays=NOTHING_OF_ITS_OWN.en,
    ),
    Lever(
        "focus_culture", EACH, 0.0, 4.0, 1.0, zh="产业导向：文化休闲旅游", en="Focus on culture, leisure and tourism",
        group="focus", units=WEIGHT, decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=LEANS, source=Text(
            "规划任务一第 4 点：“推进文化休闲旅游产业科技化、数字化建设进程”；权重范围为判断",
            "the plan, task 1 (4), box 4: bring technology into culture, leisure and tourism; range: judgement",
        ),
        unit_cost=NOTHING_OF_ITS_OWN, through=LEANS_THROUGH, meant_for=("tech_projects",), raises="tech_projects",
        enters=LEANS_WHERE, pays=NOTHING_OF_ITS_OWN.en,
    ),
    Lever(
        "focus_traditional", EACH, 0.0, 4.0, 1.0, zh="产业导向：传统产业", en="Focus on traditional industry",
        group="focus", units=WEIGHT, decided=DISTRICT, grade="D", reaches=FIRMS | INSTITUTES | INTERMEDIARIES,
        channel=LEANS, source=Text(
            "规划任务一第 5 点：“以技术创新支持大渡口材料、汽摩配、建筑、食品等传统产业创新发展”；权重范围为判断",
            "the plan, task 1 (5), box 5: innovation for materials, car parts, construction and food; range: judgement",
        ),
        unit_cost=NOTHING_OF_ITS_OWN, through=LEANS_THROUGH, meant_for=("tech_enterprises_above_scale",), raises="landings:traditional",
        enters=LEANS_WHERE, pays=NOTHING_OF_ITS_OWN.en,
    ),
    Lever(
        "startup_support", TOTAL, 0.0, 2000.0, 0.0, zh="初创扶持", en="Start-up support",
        group="incubation", units=Unit("万元/yr", zh="万元/年", en="10k yuan/yr"), decided=DISTRICT, grade="D", reaches=FIRMS,
        channel=Text(
            "场地、设施、房租减免：创办略增，寻求入驻孵化平台的增多；三年内的存活只按资助研究所见的幅度变化，可能为零。",
            "Room, equipment, rent: slightly more firms are founded and more ask for a place; survival in the first three years changes by"
            " no more than studies of grants find, which may be nothing.",
        ),
        source=Text(
            "规划专栏 11：“加大对初创企业的场地支持、设施提供、房租减免等政策扶持力度，降低创业成本”；2016-2020 年没有记录，按零计",
            "the plan, box 11: more support for start-ups with sites, equipment and rent, to lower the cost of founding; nothing is on"
            " record for 2016-2020, taken as none",
        ),
        unit_cost=Text(
            "实际拨付的金额；每户每年至多 7.2 万元，没有去处的不拨付",
            "what is paid: 72,000 yuan a firm and year at most, nothing without takers",
        ),
        cost=Cost("startup_support", 1.0, "about", "D"), through=("entry_rate", "grant_effect_survival"),
        moves=("incubation_platforms",), raises="enterprises:founded",
        enters="founding, search for a place, closing of young firms, their cash (4.10, 4.14, 4.15)",
        pays="as given, to firms under three years",
    ),
    Lever(
        "annual_assessment", EACH, 0.0, 2.0, 1.0, zh="年度任务考核力度", en="Yearly assessment",
        group="subsidies", units=Unit("1 = 2016-2020", zh="以2016—2020年为1", en="1 = that of 2016-2020"), decided=DISTRICT, grade="D",
        reaches=FIRMS | INSTITUTES,
        channel=Text(
            "下半年对照本区年度任务的差距，加力入库、高企、平台和辅导；拉进来的企业较弱，力度越大越弱。任务是否真能驱动，由各次运行自己的参数决定。",
            "In the second half of a year the gap to the district's own task drives registration, certificates, platforms and coaching;"
            " who is brought in is weaker, the more so the harder it drives. Whether tasks drive anything is each run's own parameter.",
        ),
        source=Text(
            "规划保障措施（四）：“细化分解年度工作任务”“制定高新技术企业、科技型企业及科技创新平台引进培育年度目标计划”“完善全区创新激励考核机制”；力度为判断",
            "the plan, means (4): yearly tasks broken down, yearly goals for certificates, register and platforms, a better scheme of"
            " assessment; the strength is judgement",
        ),
        unit_cost=Text(
            "比 2016-2020 年每强一倍，每年 {amount} 万元专班与督查；辅导多做的另计",
            "{amount} (10k yuan) a year of staff for each time that it is stronger than in 2016-2020; further coaching comes on top",
        ),
        cost=Cost("assessment", ASSESSMENT_COST, "least", "D", above=1.0),
        through=("effort_on", "effort_strength", "effort_quality_cost", "task_growth"),
        moves=("rd_platforms", "high_tech_enterprises"), raises="tech_enterprises",
        enters="the year's push on registration, coaching, certificates and platforms (4.6, 4.7, 4.12)",
        pays="40 万元 a year for each time above 1, and further coaching",
    ),
)  # fmt: skip
LEVERS: dict[str, Lever] = {lever.id: lever for lever in _ALL}
LEVER_IDS: tuple[str, ...] = tuple(LEVERS)
EXTENSIVE = frozenset(id for id, bar in LEVERS.items() if bar.measures == TOTAL)
UNITS: dict[str, Unit] = {bar.unit: bar.units for bar in _ALL}
_COLUMN = {id: column for column, id in enumerate(LEVER_IDS)}


def _check(bar: Lever) -> None:
    """Stop at an entry that names what is not there."""
    named = {"line of the ledger": ({bar.cost.line} if bar.cost else set()) - set(LINE_IDS)}
    named["indicator"] = {*bar.moves, *bar.meant_for} - bar.reaches
    named["parameter"] = set(bar.through) - set(PARAMETERS)
    named["indicator or door"] = ({bar.raises} if bar.raises else set()) - {*INDICATOR_IDS, *DOORS}
    for kind, names in named.items():
        if names:
            raise ValueError(f"the lever '{bar.id}' reaches no {kind} called {', '.join(sorted(names))}")


if len(LEVERS) < len(_ALL):
    raise ValueError("two levers have the same id")
for _bar in _ALL:
    _check(_bar)


def lever(id: str, *, file: str | Path | None = None) -> Lever:
    """The lever of that id, or an error naming the nearest one."""
    found = LEVERS.get(id)
    if found is None:
        raise InputError(f"no lever is called '{id}'", file=file, value=id, fix=did_you_mean(id, LEVER_IDS))
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
    """Every lever in every year: `values[year - 2015, column]`, columns in the order of LEVERS.

    What policy really did in 2016-2020 is uncertain: each run has its own level of each lever, a ratio to the pack's. `own` is the
    part of a value that stands so many times off, and goes on from there after 2020 [share]: 1 of the status quo and of whatever
    is said relative to it, 0 of a number that a scenario states.
    """

    values: npt.NDArray[np.float64]
    own: npt.NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        shape = (N_YEARS, len(LEVER_IDS))
        for name, given in (("values", self.values), ("own", np.zeros(shape) if self.own is None else self.own)):
            table = np.array(given, dtype=np.float64, order="C", copy=True)
            if table.shape != shape:
                raise ValueError(f"lever table is {table.shape}, expected {shape}")
            if name == "own":
                table[: RECORD_END - FIRST_YEAR + 1] = 1.0  # the record's levels are uncertain, whatever is said of them
            table.setflags(write=False)
            object.__setattr__(self, name, table)

    @property
    def key(self) -> bytes:
        """What tells these paths from any others."""
        assert self.own is not None
        return self.values.tobytes() + self.own.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LeverPaths) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @classmethod
    def from_dict(cls, paths: Mapping[str, Mapping[int, float]], *, file: str | Path | None = None) -> LeverPaths:
        """A record and what goes on from it, from `{lever: {year: value}}`: held until the next year given, 0 before the first."""
        table = cls(np.zeros((N_YEARS, len(LEVER_IDS))))
        for id, path in paths.items():
            table = table.with_path(id, path, file=file)
        return cls(table.values, np.ones_like(table.values))

    def with_path(
        self, id: str, path: Mapping[int, float] | float, *, own: Mapping[int, float] | None = None, file: str | Path | None = None
    ) -> LeverPaths:
        """A copy in which the lever follows `{year: value}`, each held until the next year given.

        Years before the first one given keep their value. A plain number holds over the whole table. A value that stands there
        already changes nothing; any other is a number of its own, but for the part that `own` says, by year like the path.
        """
        column = _COLUMN[lever(id, file=file).id]
        steps = path if isinstance(path, Mapping) else {FIRST_YEAR: path}
        checked = sorted((check_year(y, file=file), check_range(id, v, file=file)) for y, v in steps.items())
        assert self.own is not None
        table, parts = self.values.copy(), np.zeros(N_YEARS)
        for year, value in checked:
            table[year - FIRST_YEAR :, column] = value
        for year, part in sorted((own or {}).items()):
            parts[check_year(year) - FIRST_YEAR :] = part
        shares = self.own.copy()
        changed = table[:, column] != self.values[:, column]
        shares[changed, column] = parts[changed]
        return LeverPaths(table, shares)

    def taking(self, other: LeverPaths, ids: Collection[str]) -> LeverPaths:
        """A copy with the named levers as the other paths have them."""
        assert self.own is not None and other.own is not None
        columns = [_COLUMN[id] for id in LEVER_IDS if id in ids]
        values, own = self.values.copy(), self.own.copy()
        values[:, columns], own[:, columns] = other.values[:, columns], other.own[:, columns]
        return LeverPaths(values, own)

    def setting(self, id: str, year: int) -> tuple[float, float]:
        """The lever's value in a year, in its unit, and the part of it that goes by the run's own level [share]."""
        return self.get(id, year), self.own_part(id, year)

    def own_part(self, id: str, year: int) -> float:
        """The part of the lever's value in a year that goes by the run's own level of 2016-2020 [share]."""
        assert self.own is not None
        return float(self.own[check_year(year) - FIRST_YEAR, _COLUMN[lever(id).id]])

    def get(self, id: str, year: int) -> float:
        """The lever's value in a year, in the lever's unit."""
        return float(self.values[check_year(year) - FIRST_YEAR, _COLUMN[lever(id).id]])

    def path(self, id: str) -> dict[int, float]:
        """The lever's value in every year of the table."""
        column = self.values[:, _COLUMN[lever(id).id]]
        return {FIRST_YEAR + row: float(value) for row, value in enumerate(column)}
