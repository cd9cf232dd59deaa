"""The doors: through which each count was entered and left, a year at a time.

Each door is declared once, as ``account:how``: the account is an indicator, or one of `ACCOUNTS`. Its constant is its position.
"""

from typing import Literal, NamedTuple

from yidu.agents.entries import Text

Way = Literal["in", "out", "stays"]


class Door(NamedTuple):
    """A way into a count or out of it. Through one that "stays" nothing comes or goes: who was in stays in, money not paid in stays out."""

    id: str
    title_zh: str
    title_en: str
    way: Way


#: What doors are of besides indicators.
ACCOUNTS: dict[str, Text] = {
    "enterprises": Text("企业", "Firms"),
    "incubator_tenants": Text("在孵", "Tenants"),
    "certificate_filings": Text("高企申报", "Certificate filings"),
    "knowledge_loans": Text("知识价值贷款", "Knowledge loans"),
    "commercial_loans": Text("商业价值贷款", "Commercial loans"),
    "seed_deals": Text("种子投资", "Seed money"),
    "venture_deals": Text("创业投资", "Venture capital"),
    "industry_deals": Text("产业基金", "Industry fund"),
    "landings": Text("招商落地（按产业）", "Landings by industry"),
    "startup_support": Text("初创扶持", "Start-up support"),
    "coaching": Text("辅导", "Coaching"),
    "ip_services": Text("知识产权服务", "IP services"),
    "flexible_talent": Text("柔性引才", "Part-time talent"),
    "guaranteed_loans": Text("担保贷款", "Guaranteed loans"),
    "consortia": Text("创新联合体", "Consortia"),
    "pilot_bases": Text("中试基地", "Pilot bases"),
    "institute_conversion": Text("研发机构法人化", "Bodies made legal persons"),
}

DOOR: dict[str, Door] = {}


def _door(id: str, *, zh: str, en: str, way: Way = "in") -> int:
    """Declare a door; its position. One called "reconciled" carries its own sign."""
    if id in DOOR:
        raise ValueError(f"two doors are called '{id}'")
    DOOR[id] = Door(id, zh, en, way)
    return len(DOOR) - 1


FOUNDED = _door("enterprises:founded", zh="新设", en="founded")
ATTRACTED = _door("enterprises:attracted", zh="招商落地", en="attracted")
SPUN_OFF = _door("enterprises:spun_off", zh="院所衍生", en="spun off")
CLOSED = _door("enterprises:closed", zh="注销", en="closed", way="out")
MOVED_OUT = _door("enterprises:moved_out", zh="迁出", en="moved out", way="out")
REGISTERED = _door("tech_enterprises:registered", zh="自行入库", en="registered by themselves")
REGISTERED_COACHED = _door("tech_enterprises:registered_after_coaching", zh="辅导后入库", en="registered after coaching")
REGISTERED_INCUBATED = _door("tech_enterprises:incubated", zh="孵化企业入库", en="incubated firms registered")
REGISTERED_ATTRACTED = _door("tech_enterprises:attracted", zh="招商企业入库", en="attracted firms registered")
REGISTER_CLOSED = _door("tech_enterprises:closed", zh="注销", en="closed", way="out")
REGISTER_MOVED = _door("tech_enterprises:moved_out", zh="迁出", en="moved out", way="out")
REGISTER_RECONCILED = _door("tech_enterprises:reconciled", zh="与记录对账", en="reconciled with the record")
CERTIFIED = _door("high_tech_enterprises:certified", zh="新认定", en="newly certified")
RENEWED = _door("high_tech_enterprises:renewed", zh="到期重新认定（留下）", en="certified again when due (stay in)", way="stays")
EXPIRED = _door("high_tech_enterprises:expired", zh="到期未续", en="expired", way="out")
FILED_FIRST = _door("certificate_filings:first", zh="首次申报高企", en="first filings for a certificate")
FILED_DUE = _door("certificate_filings:due", zh="到期高企", en="certificates due")
FILED_AGAIN = _door("certificate_filings:renewal", zh="到期后重新申报", en="filings again when due")
HNTE_CLOSED = _door("high_tech_enterprises:closed", zh="注销", en="closed", way="out")
HNTE_MOVED = _door("high_tech_enterprises:moved_out", zh="迁出", en="moved out", way="out")
HNTE_RECONCILED = _door("high_tech_enterprises:reconciled", zh="与记录对账", en="reconciled with the record")
SCALE_CROSSED = _door("tech_enterprises_above_scale:crossed", zh="入库企业升规", en="register firms crossing the line")
SCALE_REGISTERED = _door("tech_enterprises_above_scale:registered", zh="规上企业入库", en="firms above the line registered")
SCALE_FELL = _door("tech_enterprises_above_scale:fell_back", zh="退规", en="fell back below the line", way="out")
SCALE_CLOSED = _door("tech_enterprises_above_scale:closed", zh="注销或迁出", en="closed or moved out", way="out")
SCALE_RECONCILED = _door("tech_enterprises_above_scale:reconciled", zh="与记录对账", en="reconciled with the record")
PLATFORM_RECOGNISED = _door("rd_platforms:recognised", zh="新认定", en="newly recognised")
PLATFORM_INSTITUTE = _door("rd_platforms:new_institute", zh="新型研发机构落地", en="new-type institutes landed")
PLATFORM_HIGH_END = _door("rd_platforms:high_end", zh="高端平台设立", en="high-end platforms set up")
PLATFORM_CLOSED = _door("rd_platforms:host_closed", zh="依托企业注销", en="host closed", way="out")
PLATFORM_RECONCILED = _door("rd_platforms:reconciled", zh="与记录对账", en="reconciled with the record")
INCUBATOR_TITLED = _door("incubation_platforms:titled", zh="新获市级以上称号", en="newly titled, municipal or national")
INCUBATOR_RECONCILED = _door("incubation_platforms:reconciled", zh="与记录对账", en="reconciled with the record")
TENANT_ADMITTED = _door("incubator_tenants:admitted", zh="孵化平台入驻企业", en="tenants admitted to incubators")
TENANT_GRADUATED = _door("incubator_tenants:graduated", zh="孵化毕业企业", en="tenants graduated", way="out")
TENANT_LEFT = _door("incubator_tenants:left", zh="孵化期内离开企业", en="tenants that left early", way="out")
INCUBATOR_MARKET = _door("new_incubators:market", zh="市场新建", en="opened by the market")
INCUBATOR_POLICY = _door("new_incubators:policy", zh="政策新建", en="opened by policy")
OTC_LISTED = _door("otc_listed:listed", zh="新挂牌", en="newly listed")
OTC_DELISTED = _door("otc_listed:delisted", zh="摘牌", en="delisted", way="out")
OTC_CLOSED = _door("otc_listed:closed", zh="注销", en="closed", way="out")
OTC_RECONCILED = _door("otc_listed:reconciled", zh="与记录对账", en="reconciled with the record")
TALENT_RECRUITED = _door("high_end_talent:recruited", zh="引进", en="recruited")
TALENT_ARRIVED = _door("high_end_talent:arrived", zh="自行到来", en="arrived by themselves")
TALENT_LEFT = _door("high_end_talent:left", zh="离开", en="left", way="out")
SPECIALISED = _door("specialised_smes:titled", zh="新认定", en="newly titled")
SPECIALISED_EXPIRED = _door("specialised_smes:expired", zh="到期", en="expired", way="out")
SPECIALISED_CLOSED = _door("specialised_smes:closed", zh="注销", en="closed", way="out")
SPECIALISED_RECONCILED = _door("specialised_smes:reconciled", zh="与记录对账", en="reconciled with the record")
STATION_OPENED = _door("postdoc_stations:opened", zh="设站", en="opened")
STATION_CLOSED = _door("postdoc_stations:closed", zh="撤站", en="closed", way="out")
TRANSFER_RECOGNISED = _door("transfer_bodies:recognised", zh="新认定", en="newly recognised")
COLLABORATION_RECOGNISED = _door("collaboration_centres:recognised", zh="新认定", en="newly recognised")
PROJECT_WON = _door("tech_projects:won", zh="立项（全部领域）", en="won, in all fields")
PROJECT_SUPPORTED = _door("tech_projects:supported", zh="其中区里配套支持的项目", en="of these backed by the district")
PATENT_GRANTED = _door("patents:granted", zh="专利授权", en="patents granted")
PATENT_LAPSED = _door("patents:lapsed", zh="专利失效", en="patents lapsed", way="out")
PATENT_LEFT = _door("patents:left_with_firm", zh="随企业注销、迁出", en="gone with firms that closed or left", way="out")
PATENT_RECONCILED = _door("patents:reconciled", zh="与记录对账", en="reconciled with the record")
LOAN_APPLIED = _door("knowledge_loans:applied", zh="申请知识价值贷款", en="knowledge loans applied for")
LOAN_TAKEN_UP = _door("knowledge_loans:taken_up", zh="获批并接受", en="approved and taken up")
LOAN_PAID = _door("knowledge_loans:paid", zh="放款笔数", en="loans paid out")
LOAN_DEFAULTED = _door("knowledge_loans:defaulted", zh="逾期笔数", en="loans defaulted")
COMMERCIAL_PAID = _door("commercial_loans:paid", zh="放款笔数", en="paid out")
COMMERCIAL_DEFAULTED = _door("commercial_loans:defaulted", zh="逾期笔数", en="defaulted")
SEED_INVESTED = _door("seed_deals:invested", zh="种子基金项目", en="seed deals")
VENTURE_INVESTED = _door("venture_deals:invested", zh="创投项目", en="venture deals")
INDUSTRY_INVESTED = _door("industry_deals:invested", zh="产业基金项目", en="industry-fund deals")
COACHED_FIRMS = _door("coaching:coached", zh="辅导企业", en="firms coached")
SERVED_FIRMS = _door("ip_services:served", zh="知识产权服务企业", en="firms served with IP services")
SEED_UNPLACED = _door("seed_deals:unplaced", zh="没有去处、未拨付（万元）", en="without takers, not paid in (10k yuan)", way="stays")
INDUSTRY_UNPLACED = _door(
    "industry_deals:unplaced", zh="没有去处、未拨付（万元）", en="without takers, not paid in (10k yuan)", way="stays"
)
INSTITUTE_LANDED = _door("new_rd_institutes:landed", zh="引进落地", en="landed")
INSTITUTE_CONVERTED = _door("new_rd_institutes:converted", zh="法人化后认定", en="recognised after becoming a legal person")
BODY_CONVERTED = _door("institute_conversion:helped", zh="受助法人化机构", en="bodies helped to become legal persons")
HIGH_END_SET_UP = _door("high_end_platforms:set_up", zh="设立", en="set up")
HIGH_END_UPGRADED = _door("high_end_platforms:upgraded", zh="市级平台升级", en="municipal platforms that rose a tier")
HIGH_END_CLOSED = _door("high_end_platforms:host_closed", zh="依托企业注销", en="host closed", way="out")
TALENT_STAYED = _door("high_end_talent:stayed_on", zh="柔性人才转全职", en="part-time people who stayed full time")
VISIT_BEGUN = _door("flexible_talent:came", zh="到岗", en="came")
VISIT_ENDED = _door("flexible_talent:left", zh="期满离开", en="left when their term ended", way="out")
VISIT_STAYED = _door("flexible_talent:stayed_on", zh="转全职", en="stayed full time", way="out")
PILOT_UNPLACED = _door("pilot_bases:unplaced", zh="没有去处、未拨付（万元）", en="without takers, not spent (10k yuan)", way="stays")
CONSORTIUM_FOUNDED = _door("consortia:founded", zh="组建", en="founded")
CONSORTIUM_ENDED = _door("consortia:ended", zh="期满或龙头离开", en="over, or left by its leader", way="out")
CONSORTIUM_UNLED = _door("consortia:unled", zh="缺龙头或成员、未组建", en="not founded for want of a leader or members", way="stays")
GUARANTEE_APPLIED = _door("guaranteed_loans:applied", zh="申请担保贷款", en="guaranteed loans applied for")
GUARANTEE_PAID = _door("guaranteed_loans:paid", zh="放款笔数", en="paid out")
GUARANTEE_FIRST = _door("guaranteed_loans:first", zh="其中首贷", en="of these a firm's first loan")
GUARANTEE_DEFAULTED = _door("guaranteed_loans:defaulted", zh="逾期笔数", en="defaulted")
LANDED_BIG_DATA = _door("landings:big_data", zh="大数据智能化项目落地", en="landed, big data and intelligent technology")
LANDED_ENVIRONMENT = _door("landings:environment", zh="生态环保项目落地", en="landed, environmental protection")
LANDED_HEALTH = _door("landings:health", zh="大健康生物医药项目落地", en="landed, health and biomedicine")
LANDED_CULTURE = _door("landings:culture", zh="文化休闲旅游项目落地", en="landed, culture, leisure and tourism")
LANDED_TRADITIONAL = _door("landings:traditional", zh="传统产业项目落地", en="landed, traditional industry")
STARTUP_UNPLACED = _door("startup_support:unplaced", zh="没有去处、未拨付（万元）", en="without takers, not paid (10k yuan)", way="stays")

DOORS: tuple[str, ...] = tuple(DOOR)
N_DOORS = len(DOORS)
