"""What the literature says of levers, beside what the model measures: values with their source, none of which sets a rule by itself.

Each row is what a study or an office found of the thing itself: mostly of the firms treated, where a response is of the whole district.
Sign and order are to be compared, and the number only where `like` says that the model measures the same. `low`, `central` and `high`
are about the 5, 50 and 95 % points. Quality: A peer-reviewed, Chinese data; A-wp a working paper; B elsewhere; C official; D judgement;
the first letter grades the central value. Known at the end of 2020 or before.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from yidu.agents.entries import Text

Like = Literal["own_rd", "patents_granted", "loans_paid", "loan_size", "commercial_loans", "private_money", "landed"]
"""What the model measures in the same terms: `yidu.experiments.response.compute.LIKE`."""


class Known(NamedTuple):
    """One value of the literature.

    Attributes:
        levers: those that it belongs to.
        unit: of the three values.
        like: what the model measures in the same terms; None where it has nothing like it.
    """

    id: str
    levers: tuple[str, ...]
    meaning: Text
    unit: str
    low: float
    central: float
    high: float
    quality: str
    source: str
    like: Like | None = None


CREDIT = ("knowledge_loan_pool", "knowledge_loan_cover", "credit_guarantee")

LITERATURE: tuple[Known, ...] = (
    Known(
        "subsidy_additionality", ("rd_grant_rate",),
        Text("每一元公共资金带动的企业自有研发变化（当年）", "change in a firm's own R&D per public yuan, same year"),
        "yuan/yuan", -0.5, 0.0, 0.3, "B seen (centre: meta-analysis); A seen (low, who differs); D (high)",
        "Boeing 2016 Research Policy 45(9):1774-1789; Dimos & Pugh 2016 Research Policy 45(4):797-815", "own_rd",
    ),
    Known(
        "subsidy_saturation", ("rd_grant_rate",),
        Text("补助占研发的比例超过多少后开始挤出", "share of R&D subsidised above which extra subsidy crowds out"),
        "share of R&D", 0.05, 0.15, 0.3, "D (level); A seen (shape)", "Dai & Cheng 2015 TFSC 90(B):410-419",
    ),
    Known(
        "subsidy_misuse_share", ("rd_grant_rate",),
        Text("补助中没有用于研发的份额", "share of grant money not used for R&D"),
        "share", 0.2, 0.53, 0.6, "A-wp seen", "Boeing & Peters, ZEW DP 21-081 (Chinese firms, 2001-2011)",
    ),
    Known(
        "grant_effect_survival_patents_vc", ("rd_grant_rate", "seed_fund", "startup_support"),
        Text("小企业创新补助对存活、专利和创投的因果作用", "causal effect of a small-firm grant on survival, patenting, venture funding"),
        "change in probability", -0.02, 0.0, 0.05, "A seen",
        "Wang, Li & Furman 2017 Research Policy; Guo, Guo & Jiang 2016 Research Policy 45(6):1129-1144",
    ),
    Known(
        "hnte_real_response", ("certification_award",),
        Text("门槛附近企业因 15% 税率而生的研发对使用成本的弹性", "user-cost elasticity of R&D to the 15 % rate for firms at the notch"),
        "elasticity", 0.5, 1.14, 2.0, "A seen (earlier abstract of the paper)",
        "Chen, Liu, Suárez Serrato & Xu 2021 American Economic Review 111(7):2065-2100",
    ),
    Known(
        "hnte_patent_effect", ("certification_award",),
        Text("持有高企证书三年间发明专利的变化", "effect of holding the high-tech title on invention patents over three years"),
        "share change", -0.1, 0.0, 0.15, "D",
        "Liu et al. 2018 (positive); Chen, He & Kwan 2024 J Knowledge Economy (negative): signs read, sizes set",
    ),
    Known(
        "patent_subsidy_effect", ("ip_services",),
        Text("申请、授权资助政策对专利件数的作用", "effect of filing and grant subsidies on patent counts"),
        "share change", 0.1, 0.3, 0.4, "A seen", "Dang & Motohashi 2015 China Economic Review 35:137-155", "patents_granted",
    ),
    Known(
        "guarantee_effect_rd", CREDIT,
        Text("信用担保对借款企业研发的作用", "effect of a credit guarantee on the borrower's R&D"),
        "share change", 0.03, 0.076, 0.12, "A seen", "Yu, Peng, Shi & Yang 2022 Economic Analysis and Policy 75:624-636",
    ),
    Known(
        "guarantee_effect_tfp", CREDIT,
        Text("信用担保对借款企业生产率的作用", "effect of a credit guarantee on the borrower's productivity"),
        "share change", 0.02, 0.052, 0.08, "A seen", "Yu, Peng, Shi & Yang 2022 Economic Analysis and Policy 75:624-636",
    ),
    Known(
        "kv_loan_approval", ("knowledge_loan_pool",),
        Text("申请知识价值贷款的企业中放款的比例", "share of applicants for a knowledge loan that were paid"),
        "share", 0.31, 0.416, 0.74, "C seen", "district paper, 27 May 2020 (32 of 77)", "loans_paid",
    ),
    Known(
        "kv_loan_size", ("knowledge_loan_pool",),
        Text("每笔知识价值贷款", "a knowledge loan, on average"),
        "万元", 130.0, 175.0, 240.0, "C computed", "the district's plan; the city's reporting of 2019", "loan_size",
    ),
    Known(
        "loan_default", ("knowledge_loan_cover", "credit_guarantee"),
        Text("有担保的信用贷款每年违约率；补偿越宽越高", "yearly default of guaranteed loans; higher where cover is generous"),
        "1/yr", 0.01, 0.03, 0.08, "D", "direction: Lelarge, Sraer & Thesmar 2008/2010",
    ),
    Known(
        "kv_followon_commercial", ("knowledge_loan_pool", "commercial_loan_pool"),
        Text("每一元知识价值贷款带出的商业价值贷款（相关，不全是因果）", "commercial credit per yuan of knowledge loan (an association)"),
        "yuan/yuan", 0.0, 0.3, 0.68, "C computed", "the district's plan (0.30); the city's reporting", "commercial_loans",
    ),
    Known(
        "seed_money_vc_multiplier", ("seed_fund",),
        Text("得到首笔种子资金后获创投的机会为原来的几倍", "factor on the chance of venture capital after a first award"),
        "ratio", 1.0, 1.5, 2.0, "D (centre); B seen (high), A seen (low)", "Howell 2017 AER (doubling); Wang, Li & Furman 2017 (none)",
    ),
    Known(
        "gov_fund_crowd", ("industry_fund",),
        Text("每一元政府基金带来的社会资本", "private co-investment per yuan of government fund"),
        "yuan/yuan", -0.3, 0.2, 1.0, "D", "Colonnelli, Li & Liu 2024 JPE 132(1):248-294 (sign)", "private_money",
    ),
    Known(
        "vc_effect_productivity", ("vc_subsidy_rate", "industry_fund"),
        Text("创投进入后劳动生产率的变化；销售和研发无额外增长", "labour productivity after venture capital enters; none on sales or R&D"),
        "share change", 0.0, 0.1, 0.2, "D (size); A seen (sign, zero effect on sales growth and R&D)",
        "Guo & Jiang 2013 J Corporate Finance",
    ),
    Known(
        "incubator_hazard_ratio", ("incubator_openings", "incubator_support"),
        Text("毕业企业的退出风险与相似企业之比", "exit hazard of incubated firms after graduation, relative to matched firms"),
        "ratio", 0.85, 1.0, 1.25, "D (size); B seen (no survival gain)", "Schwartz 2013 J Technology Transfer 38(3):302-331",
    ),
    Known(
        "incubator_growth_bonus", ("incubator_openings", "incubator_support"),
        Text("在孵期间收入、用人每年多增", "extra growth of revenue and staff while incubated"),
        "log/yr", 0.0, 0.03, 0.08, "D", "Amezcua, working paper (sign); Sustainability 2022 14(21):14387 (inverted U)",
    ),
    Known(
        "uic_effect", ("joint_projects", "transfer_services", "institute_openings"),
        Text("与高校合作过的企业新产品销售和专利的变化", "new-product sales and patents with past university co-patents"),
        "share change", 0.05, 0.12, 0.25, "D (size); A seen (sign, moderators)",
        "Hsu, Hsu, Zhou & Zhou 2025 Management Science 71(6):5351-5375",
    ),
    Known(
        "consortium_effect", ("joint_projects", "consortia"),
        Text("参加资助联合体后目标领域专利的变化", "patenting in the target field from taking part in a sponsored consortium"),
        "share change", 0.0, 0.05, 0.12, "D", "Branstetter & Sakakibara 2002 AER 92(1):143-159",
    ),
    Known(
        "star_effect_unit", ("talent_recruitment", "talent_package", "flexible_talent"),
        Text("领军人才到来后所在单位产出的变化", "output of the receiving unit after a star arrives"),
        "share change", 0.0, 0.2, 0.54, "D (centre); B seen (0 for incumbents, 0.54 ceiling)",
        "Agrawal, McHale & Oettl, NBER 20012; Azoulay, Graff Zivin & Wang 2010 QJE 125(2):549-589",
    ),
    Known(
        "talent_policy_highgrowth", ("talent_recruitment", "talent_package"),
        Text("城市人才政策后高成长初创企业的变化", "high-growth start-ups after a city's talent policy"),
        "share change", 0.05, 0.147, 0.2, "A-wp seen", "Zhou, S., working paper (Chinese cities, staggered)",
    ),
    Known(
        "postdoc_station_skill", ("postdoc_support",),
        Text("设站后技能人才相对用工的变化", "relative employment of skilled labour after a postdoctoral station opens"),
        "share change", 0.03, 0.057, 0.08, "A seen", "Foreign Economics & Management (A-share firms 2011-2019)",
    ),
    Known(
        "contract_realisation", ("firms_attracted",),
        Text("签约资金到位的比例（按资金，不按项目）", "share of contracted investment put in place (of money, not of projects)"),
        "share", 0.15, 0.22, 0.35, "D", "the city's target: 3,200 of 16,000 (亿元)", "landed",
    ),
    Known(
        "large_plant_spillover", ("anchor_firms",),
        Text("大企业落户五年后周边企业生产率的变化", "productivity of incumbents five years after a very large plant opens nearby"),
        "share change", 0.0, 0.05, 0.12, "D (centre); B seen (high 0.12)", "Greenstone, Hornbeck & Moretti 2010 JPE 118(3):536-598",
    ),
)  # fmt: skip


def of_lever(lever: str) -> tuple[Known, ...]:
    """What the literature says of a lever."""
    return tuple(row for row in LITERATURE if lever in row.levers)
