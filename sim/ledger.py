"""The ledger: every yuan that changes hands, by payer, payee and purpose, a quarter at a time.

Amounts are whole yuan held in float64, so sums are exact and their order cannot matter. Each line is declared once: its constant is
its position in a quarter's table.
"""

from typing import NamedTuple

#: Accounts inside the model, whose balances are tested against the ledger every quarter.
MODELLED = ("enterprise", "fund")

CAPITAL, SPENT = True, False  # money that is invested or held; money that is granted or paid for something


class Line(NamedTuple):
    """One line of the ledger. ``capital`` marks money that is invested or held, not granted."""

    id: str
    payer: str
    payee: str
    heading: str
    capital: bool
    title_zh: str
    title_en: str


_ALL: dict[str, Line] = {}


def _line(id: str, payer: str, payee: str, heading: str, capital: bool, *, zh: str, en: str) -> int:
    """Declare a line; its position."""
    if id in _ALL:
        raise ValueError(f"two lines of the ledger are called '{id}'")
    _ALL[id] = Line(id, payer, payee, heading, capital, zh, en)
    return len(_ALL) - 1


# public money of the district
RD_GRANT = _line("rd_grant", "district", "enterprise", "subsidies", SPENT, zh="研发补助", en="R&D grants")
CERTIFICATION_AWARD = _line(
    "certification_award", "district", "enterprise", "subsidies", SPENT, zh="高企认定奖励", en="High-tech certification awards"
)
REGISTER_AWARD = _line("register_award", "district", "enterprise", "subsidies", SPENT, zh="科技型企业入库奖励", en="Register awards")
COACHING = _line("coaching", "district", "services", "subsidies", SPENT, zh="企业辅导", en="Enterprise coaching")
IP_SERVICES = _line("ip_services", "district", "services", "subsidies", SPENT, zh="知识产权服务", en="IP services")
KNOWLEDGE_POOL_DISTRICT = _line(
    "knowledge_pool_district", "district", "fund", "credit", CAPITAL, zh="知识价值贷款补偿基金（区）", en="Knowledge-loan pool, district"
)
COMMERCIAL_POOL_DISTRICT = _line(
    "commercial_pool_district", "district", "fund", "credit", CAPITAL, zh="商业价值贷款补偿（区）", en="Commercial-loan pool, district"
)
INTEREST_SUBSIDY = _line("interest_subsidy", "district", "enterprise", "credit", SPENT, zh="贷款贴息", en="Interest subsidy")
SEED_DISTRICT = _line("seed_district", "district", "fund", "equity", CAPITAL, zh="创业种子基金（区）", en="Seed fund, district")
INDUSTRY_DISTRICT = _line("industry_district", "district", "fund", "equity", CAPITAL, zh="产业引导基金（区）", en="Industry fund, district")
VC_SUBSIDY = _line("vc_subsidy", "district", "private", "equity", SPENT, zh="创投补助", en="Venture subsidy")
LISTING_AWARD = _line("listing_award", "district", "enterprise", "equity", SPENT, zh="挂牌奖励", en="Listing awards")
INCUBATOR_OPENING = _line(
    "incubator_opening", "district", "incubator", "incubation", SPENT, zh="孵化平台启动补助", en="Incubator start-up support"
)
INCUBATOR_TITLE = _line("incubator_title", "district", "incubator", "incubation", SPENT, zh="孵化平台认定奖励", en="Incubator title awards")
INCUBATOR_SUPPORT = _line(
    "incubator_support", "district", "incubator", "incubation", SPENT, zh="孵化平台运营补助", en="Incubator operating support"
)
PLATFORM_AWARD = _line("platform_award", "district", "enterprise", "platforms", SPENT, zh="研发平台认定奖励", en="R&D platform awards")
INSTITUTE_CONSTRUCTION = _line(
    "institute_construction", "district", "institute", "platforms", CAPITAL, zh="新型研发机构建设补助", en="New institutes, construction"
)
PROJECT_DISTRICT = _line(
    "project_district", "district", "enterprise", "platforms", SPENT, zh="科技项目配套（区）", en="Projects, district share"
)
TRANSFER_SERVICES = _line("transfer_services", "district", "services", "platforms", SPENT, zh="成果转化服务", en="Transfer services")
TALENT_SEARCH = _line("talent_search", "district", "services", "talent", SPENT, zh="引才服务", en="Talent search")
TALENT_PACKAGE = _line("talent_package", "district", "talent", "talent", SPENT, zh="人才安家与支持", en="Talent packages")
POSTDOC_SUPPORT = _line("postdoc_support", "district", "enterprise", "talent", SPENT, zh="博士后工作站补助", en="Postdoctoral stations")
ATTRACTION = _line("attraction", "district", "services", "attraction", SPENT, zh="招商服务", en="Attraction services")
ANCHOR_CONDITIONS = _line(
    "anchor_conditions", "district", "enterprise", "attraction", CAPITAL, zh="龙头企业落地条件", en="Anchor conditions"
)

# public money of the city
KNOWLEDGE_POOL_CITY = _line(
    "knowledge_pool_city", "city", "fund", "credit", CAPITAL, zh="知识价值贷款补偿基金（市）", en="Knowledge-loan pool, city"
)
COMMERCIAL_POOL_CITY = _line(
    "commercial_pool_city", "city", "fund", "credit", CAPITAL, zh="商业价值贷款补偿（市）", en="Commercial-loan pool, city"
)
SEED_CITY = _line("seed_city", "city", "fund", "equity", CAPITAL, zh="创业种子基金（市）", en="Seed fund, city")
PROJECT_CITY = _line("project_city", "city", "enterprise", "platforms", SPENT, zh="科技项目（市）", en="Projects, city share")

# credit
KNOWLEDGE_LOAN = _line("knowledge_loan", "bank", "enterprise", "credit", CAPITAL, zh="知识价值信用贷款", en="Knowledge loans")
KNOWLEDGE_REPAYMENT = _line(
    "knowledge_repayment", "enterprise", "bank", "credit", CAPITAL, zh="知识价值贷款归还", en="Knowledge loans repaid"
)
KNOWLEDGE_INTEREST = _line(
    "knowledge_interest", "enterprise", "bank", "credit", SPENT, zh="知识价值贷款利息", en="Knowledge loans, interest"
)
KNOWLEDGE_COVER = _line("knowledge_cover", "fund", "bank", "credit", SPENT, zh="知识价值贷款代偿", en="Knowledge loans, cover paid")
COMMERCIAL_LOAN = _line("commercial_loan", "bank", "enterprise", "credit", CAPITAL, zh="商业价值信用贷款", en="Commercial loans")
COMMERCIAL_REPAYMENT = _line(
    "commercial_repayment", "enterprise", "bank", "credit", CAPITAL, zh="商业价值贷款归还", en="Commercial loans repaid"
)
COMMERCIAL_INTEREST = _line(
    "commercial_interest", "enterprise", "bank", "credit", SPENT, zh="商业价值贷款利息", en="Commercial loans, interest"
)
COMMERCIAL_COVER = _line("commercial_cover", "fund", "bank", "credit", SPENT, zh="商业价值贷款代偿", en="Commercial loans, cover paid")

# equity
INDUSTRY_PRIVATE = _line("industry_private", "private", "fund", "equity", CAPITAL, zh="社会资本出资", en="Private co-investment")
SEED_INVESTMENT = _line("seed_investment", "fund", "enterprise", "equity", CAPITAL, zh="种子投资", en="Seed investment")
INDUSTRY_INVESTMENT = _line(
    "industry_investment", "fund", "enterprise", "equity", CAPITAL, zh="产业基金投资", en="Industry-fund investment"
)
VENTURE_INVESTMENT = _line("venture_investment", "private", "enterprise", "equity", CAPITAL, zh="创业投资", en="Venture investment")

# the firms' own business
SALES = _line("sales", "market", "enterprise", "business", SPENT, zh="营业收入", en="Sales")
COSTS = _line("costs", "enterprise", "market", "business", SPENT, zh="营业成本", en="Costs")
RD_SPENDING = _line("rd_spending", "enterprise", "market", "business", SPENT, zh="研发支出", en="R&D spending")
TAX = _line("tax", "enterprise", "state", "business", SPENT, zh="企业所得税", en="Income tax")
OWNER_CAPITAL = _line("owner_capital", "owners", "enterprise", "business", CAPITAL, zh="股东投入", en="Owners' capital")
DIVIDENDS = _line("dividends", "enterprise", "owners", "business", SPENT, zh="分红", en="Dividends")
LIQUIDATION = _line("liquidation", "enterprise", "owners", "business", SPENT, zh="清算", en="Liquidation")

# what further levers of the plan cost
INSTITUTE_CONVERSION = _line(
    "institute_conversion", "district", "institute", "platforms", SPENT, zh="研发机构法人化", en="Bodies made legal persons"
)
PLATFORM_UPGRADE = _line(
    "platform_upgrade", "district", "enterprise", "platforms", SPENT, zh="研发平台升级奖励", en="Awards to platforms that rise a tier"
)
FLEXIBLE_TALENT = _line("flexible_talent", "district", "talent", "talent", SPENT, zh="柔性引才", en="Part-time talent")
PILOT_BASES = _line("pilot_bases", "district", "services", "platforms", SPENT, zh="中试基地", en="Pilot bases")
CONSORTIUM_DISTRICT = _line(
    "consortium_district", "district", "enterprise", "platforms", SPENT, zh="创新联合体项目配套（区）", en="Consortia, district share"
)
CONSORTIUM_CITY = _line("consortium_city", "city", "enterprise", "platforms", SPENT, zh="创新联合体项目（市）", en="Consortia, city share")
GUARANTEE_POOL_DISTRICT = _line(
    "guarantee_pool_district", "district", "fund", "credit", CAPITAL, zh="担保增信资金（区）", en="Guarantee pool, district"
)
GUARANTEE_POOL_CITY = _line("guarantee_pool_city", "city", "fund", "credit", CAPITAL, zh="担保增信资金（市）", en="Guarantee pool, city")
GUARANTEED_LOAN = _line("guaranteed_loan", "bank", "enterprise", "credit", CAPITAL, zh="担保贷款", en="Guaranteed loans")
GUARANTEED_REPAYMENT = _line(
    "guaranteed_repayment", "enterprise", "bank", "credit", CAPITAL, zh="担保贷款归还", en="Guaranteed loans repaid"
)
GUARANTEED_INTEREST = _line(
    "guaranteed_interest", "enterprise", "bank", "credit", SPENT, zh="担保贷款利息", en="Guaranteed loans, interest"
)
GUARANTEE_FEES = _line("guarantee_fees", "enterprise", "services", "credit", SPENT, zh="担保费", en="Guarantee fees")
GUARANTEE_COVER = _line("guarantee_cover", "fund", "bank", "credit", SPENT, zh="担保贷款代偿", en="Guaranteed loans, cover paid")
# public money of the district, declared later: a line keeps its place
STARTUP_SUPPORT = _line("startup_support", "district", "enterprise", "incubation", SPENT, zh="初创扶持", en="Start-up support")
ASSESSMENT = _line("assessment", "district", "services", "subsidies", SPENT, zh="年度考核与督查", en="Yearly assessment")

LINES: tuple[Line, ...] = tuple(_ALL.values())
LINE_IDS: tuple[str, ...] = tuple(_ALL)
N_LINES = len(LINES)

#: Public lines: everything the district pays, in the order above.
DISTRICT_LINES: tuple[int, ...] = tuple(i for i, line in enumerate(LINES) if line.payer == "district")
#: Private and bank money that public money drew in (撬动): loans, co-investment, venture deals.
LEVERED_LINES: tuple[int, ...] = (KNOWLEDGE_LOAN, COMMERCIAL_LOAN, INDUSTRY_PRIVATE, VENTURE_INVESTMENT, GUARANTEED_LOAN)
