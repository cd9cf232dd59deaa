"""The ledger: every yuan that changes hands, by payer, payee and purpose, a quarter at a time.

Amounts are whole yuan held in float64, so sums are exact and their order cannot matter.
"""

from typing import NamedTuple

#: Accounts inside the model, whose balances are tested against the ledger every quarter.
MODELLED = ("enterprise", "fund")


class Line(NamedTuple):
    """One line of the ledger. ``capital`` marks money that is invested or held, not granted."""

    id: str
    payer: str
    payee: str
    heading: str
    capital: bool
    title_zh: str
    title_en: str


LINES: tuple[Line, ...] = (
    # public money of the district
    Line("rd_grant", "district", "enterprise", "subsidies", False, "研发补助", "R&D grants"),
    Line("certification_award", "district", "enterprise", "subsidies", False, "高企认定奖励", "High-tech certification awards"),
    Line("register_award", "district", "enterprise", "subsidies", False, "科技型企业入库奖励", "Register awards"),
    Line("coaching", "district", "services", "subsidies", False, "企业辅导", "Enterprise coaching"),
    Line("ip_services", "district", "services", "subsidies", False, "知识产权服务", "IP services"),
    Line("knowledge_pool_district", "district", "fund", "credit", True, "知识价值贷款补偿基金（区）", "Knowledge-loan pool, district"),
    Line("commercial_pool_district", "district", "fund", "credit", True, "商业价值贷款补偿（区）", "Commercial-loan pool, district"),
    Line("interest_subsidy", "district", "enterprise", "credit", False, "贷款贴息", "Interest subsidy"),
    Line("seed_district", "district", "fund", "equity", True, "创业种子基金（区）", "Seed fund, district"),
    Line("industry_district", "district", "fund", "equity", True, "产业引导基金（区）", "Industry fund, district"),
    Line("vc_subsidy", "district", "private", "equity", False, "创投补助", "Venture subsidy"),
    Line("listing_award", "district", "enterprise", "equity", False, "挂牌奖励", "Listing awards"),
    Line("incubator_opening", "district", "incubator", "incubation", False, "孵化平台启动补助", "Incubator start-up support"),
    Line("incubator_title", "district", "incubator", "incubation", False, "孵化平台认定奖励", "Incubator title awards"),
    Line("incubator_support", "district", "incubator", "incubation", False, "孵化平台运营补助", "Incubator operating support"),
    Line("platform_award", "district", "enterprise", "platforms", False, "研发平台认定奖励", "R&D platform awards"),
    Line("institute_construction", "district", "institute", "platforms", True, "新型研发机构建设补助", "New institutes, construction"),
    Line("project_district", "district", "enterprise", "platforms", False, "科技项目配套（区）", "Projects, district share"),
    Line("transfer_services", "district", "services", "platforms", False, "成果转化服务", "Transfer services"),
    Line("talent_search", "district", "services", "talent", False, "引才服务", "Talent search"),
    Line("talent_package", "district", "talent", "talent", False, "人才安家与支持", "Talent packages"),
    Line("postdoc_support", "district", "enterprise", "talent", False, "博士后工作站补助", "Postdoctoral stations"),
    Line("attraction", "district", "services", "attraction", False, "招商服务", "Attraction services"),
    Line("anchor_conditions", "district", "enterprise", "attraction", True, "龙头企业落地条件", "Anchor conditions"),
    # public money of the city
    Line("knowledge_pool_city", "city", "fund", "credit", True, "知识价值贷款补偿基金（市）", "Knowledge-loan pool, city"),
    Line("commercial_pool_city", "city", "fund", "credit", True, "商业价值贷款补偿（市）", "Commercial-loan pool, city"),
    Line("seed_city", "city", "fund", "equity", True, "创业种子基金（市）", "Seed fund, city"),
    Line("project_city", "city", "enterprise", "platforms", False, "科技项目（市）", "Projects, city share"),
    # credit
    Line("knowledge_loan", "bank", "enterprise", "credit", True, "知识价值信用贷款", "Knowledge loans"),
    Line("knowledge_repayment", "enterprise", "bank", "credit", True, "知识价值贷款归还", "Knowledge loans repaid"),
    Line("knowledge_interest", "enterprise", "bank", "credit", False, "知识价值贷款利息", "Knowledge loans, interest"),
    Line("knowledge_cover", "fund", "bank", "credit", False, "知识价值贷款代偿", "Knowledge loans, cover paid"),
    Line("commercial_loan", "bank", "enterprise", "credit", True, "商业价值信用贷款", "Commercial loans"),
    Line("commercial_repayment", "enterprise", "bank", "credit", True, "商业价值贷款归还", "Commercial loans repaid"),
    Line("commercial_interest", "enterprise", "bank", "credit", False, "商业价值贷款利息", "Commercial loans, interest"),
    Line("commercial_cover", "fund", "bank", "credit", False, "商业价值贷款代偿", "Commercial loans, cover paid"),
    # equity
    Line("industry_private", "private", "fund", "equity", True, "社会资本出资", "Private co-investment"),
    Line("seed_investment", "fund", "enterprise", "equity", True, "种子投资", "Seed investment"),
    Line("industry_investment", "fund", "enterprise", "equity", True, "产业基金投资", "Industry-fund investment"),
    Line("venture_investment", "private", "enterprise", "equity", True, "创业投资", "Venture investment"),
    # the firms' own business
    Line("sales", "market", "enterprise", "business", False, "营业收入", "Sales"),
    Line("costs", "enterprise", "market", "business", False, "营业成本", "Costs"),
    Line("rd_spending", "enterprise", "market", "business", False, "研发支出", "R&D spending"),
    Line("tax", "enterprise", "state", "business", False, "企业所得税", "Income tax"),
    Line("owner_capital", "owners", "enterprise", "business", True, "股东投入", "Owners' capital"),
    Line("dividends", "enterprise", "owners", "business", False, "分红", "Dividends"),
    Line("liquidation", "enterprise", "owners", "business", False, "清算", "Liquidation"),
)

LINE_IDS: tuple[str, ...] = tuple(line.id for line in LINES)
N_LINES = len(LINES)
(
    RD_GRANT, CERTIFICATION_AWARD, REGISTER_AWARD, COACHING, IP_SERVICES, KNOWLEDGE_POOL_DISTRICT, COMMERCIAL_POOL_DISTRICT,
    INTEREST_SUBSIDY, SEED_DISTRICT, INDUSTRY_DISTRICT, VC_SUBSIDY, LISTING_AWARD, INCUBATOR_OPENING, INCUBATOR_TITLE,
    INCUBATOR_SUPPORT, PLATFORM_AWARD, INSTITUTE_CONSTRUCTION, PROJECT_DISTRICT, TRANSFER_SERVICES, TALENT_SEARCH,
    TALENT_PACKAGE, POSTDOC_SUPPORT, ATTRACTION, ANCHOR_CONDITIONS, KNOWLEDGE_POOL_CITY, COMMERCIAL_POOL_CITY, SEED_CITY,
    PROJECT_CITY, KNOWLEDGE_LOAN, KNOWLEDGE_REPAYMENT, KNOWLEDGE_INTEREST, KNOWLEDGE_COVER, COMMERCIAL_LOAN,
    COMMERCIAL_REPAYMENT, COMMERCIAL_INTEREST, COMMERCIAL_COVER, INDUSTRY_PRIVATE, SEED_INVESTMENT, INDUSTRY_INVESTMENT,
    VENTURE_INVESTMENT, SALES, COSTS, RD_SPENDING, TAX, OWNER_CAPITAL, DIVIDENDS, LIQUIDATION,
) = range(N_LINES)  # fmt: skip

#: Public lines: everything the district pays, in the order above.
DISTRICT_LINES: tuple[int, ...] = tuple(i for i, line in enumerate(LINES) if line.payer == "district")
#: Private and bank money that public money drew in (撬动): loans, co-investment, venture deals.
LEVERED_LINES: tuple[int, ...] = (KNOWLEDGE_LOAN, COMMERCIAL_LOAN, INDUSTRY_PRIVATE, VENTURE_INVESTMENT)
