"""What each status of a firm requires. Criteria act only in the years they were in force."""

import math

from agents.compiled import rule
from agents.enterprise import NEVER

CERTIFICATE_QUARTERS = 12  # 高企: three years, then a fresh application (国科发火〔2016〕32号 art. 12, K)
CULTURE = 3  # sector number of 文化休闲旅游


@rule
def above_scale_line(sector, industry):
    """规上 revenue line [万元/yr]: industry 2,000; culture and leisure 500; technical and other services 1,000;
    software and information services 2,000 (S, statistical norm; mapping to sectors D).
    """
    if industry:
        return 2000.0
    if sector == CULTURE:
        return 500.0
    if sector == 0:
        return 2000.0
    return 1000.0


@rule
def stays_above_scale(above, crossed_last_year, sales, line):
    """Whether a firm is on the 规上 list at year end: entry a year after crossing (D), dropped at review (K)."""
    if above:
        return sales >= line
    return crossed_last_year and sales >= line


@rule
def may_register(rd, rights, science_staff, staff):
    """Eligibility for the municipal register 科技型企业 (D: the entry text was not found).

    Some R&D in the last year with a live right, or science staff of a tenth or more. Weaker than 国家科技型中小企业.
    """
    return ((rd > 0.0) & (rights > 0)) | (science_staff >= 0.10 * staff)


@rule
def register_hazard(rate, drive, drive_strength, award, award_response, incubated, incubator_boost, needs_credit, push):
    """Yearly hazard that an aware, eligible firm registers [1/yr] (D).

    ``drive`` is the city-wide registration drive (0 none, 1 that of 2018-2020), ``award`` the first-entry award
    [万元], ``needs_credit`` whether a loan gated by the register is wanted and open, ``push`` the year-end effort.
    """
    hazard = rate * (1.0 + (drive_strength - 1.0) * drive)
    hazard *= 1.0 + award_response * math.log1p(award)
    if incubated:
        hazard *= incubator_boost
    if needs_credit:
        hazard *= 1.2
    return hazard * push


@rule
def staff_points(share):
    """国家科技型中小企业, science staff item [points of 20] (国科发政〔2017〕115号 art. 7, K)."""
    if share >= 0.30:
        return 20.0
    if share >= 0.25:
        return 16.0
    if share >= 0.20:
        return 12.0
    if share >= 0.15:
        return 8.0
    if share >= 0.10:
        return 4.0
    return 0.0


@rule
def rd_points(share):
    """国家科技型中小企业, R&D over sales item [points of 50] (K)."""
    if share >= 0.06:
        return 50.0
    if share >= 0.05:
        return 40.0
    if share >= 0.04:
        return 30.0
    if share >= 0.03:
        return 20.0
    if share >= 0.02:
        return 10.0
    return 0.0


@rule
def ip_points(patents, other_ip):
    """国家科技型中小企业, achievements item [points of 30]: one class-I right 30, class-II 6 each to 24 (K)."""
    if patents > 0:
        return 30.0
    return 6.0 * min(4, other_ip)


@rule
def is_national_tech_sme(year, staff, sales, science_staff, rd, patents, other_ip, certified, hosts_platform):
    """国家科技型中小企业 for the year [yes/no] (国科发政〔2017〕115号): from 2017, at most 500 staff and 2 亿元 of sales, 60 points
    with the staff item above zero, or directly by 高企 certificate or provincial platform.
    """
    if year < 2017 or staff > 500.0 or sales > 20000.0 or sales <= 0.0:
        return False
    if certified or hosts_platform:
        return True
    people = staff_points(science_staff / max(1.0, staff))
    return people > 0.0 and people + rd_points(rd / sales) + ip_points(patents, other_ip) >= 60.0


@rule
def hnte_rd_line(sales_last_year):
    """高企: R&D over sales of three years needed [share] by last year's sales [万元] (国科发火〔2016〕32号, S)."""
    if sales_last_year <= 5000.0:
        return 0.05
    if sales_last_year <= 20000.0:
        return 0.04
    return 0.03


@rule
def meets_hnte_but_rd(age, rights, science_staff, staff, high_tech_share):
    """高企 criteria other than R&D [yes/no]: a year old, core IP, science staff 10 %, high-tech revenue 60 % (S)."""
    return age >= 1.0 and rights > 0 and science_staff >= 0.10 * staff and high_tech_share >= 0.60


@rule
def relabels(rd_ratio, line, willingness, u):
    """Whether a firm within a third below the line reports other expense as R&D to reach it [yes/no].

    Bunching: Chen, Liu, Suárez Serrato and Xu 2021 (A); the share that does so is ``relabel_near_line`` (D).
    """
    return rd_ratio < line and rd_ratio >= 0.667 * line and u < willingness


@rule
def certificate_appeal(rate_without, revenue):
    """How much a certificate is worth seeking [ratio]: with what it saves in tax. Small low-profit firms and encouraged
    industries, which pay 15 % anyway or less, save little (S, X); the size of the effect is judgement (D).
    """
    saved = max(0.0, rate_without - 0.15)
    return 0.6 + 6.0 * saved + 0.1 * min(3.0, revenue / 2000.0)


@rule
def applies_for_hnte(aware, rate, appeal, award, award_response, push, u):
    """Whether a firm meeting the criteria files this year [yes/no] (D); ``award`` in 万元 per new certificate."""
    return aware and u < min(0.98, rate * appeal * (1.0 + award_response * math.log1p(award)) * push)


@rule
def passes_score(pass_rate, quality, u):
    """Whether the innovation score tops 70 [yes/no]: ``hnte_pass_rate``, better firms a little likelier (D)."""
    return u < min(0.99, max(0.05, pass_rate + 0.06 * quality))


@rule
def award_factor(response, award, usual):
    """How much likelier firms are to ask under an award than under the usual one [ratio] (D); both in 万元."""
    return (1.0 + response * math.log1p(award)) / (1.0 + response * math.log1p(usual))


@rule
def certificate_valid(hnte_q, quarter):
    """Whether a 高企 certificate issued in ``hnte_q`` still counts [yes/no]: twelve quarters."""
    return hnte_q != NEVER and quarter - hnte_q < CERTIFICATE_QUARTERS


@rule
def may_be_specialised(national, age, rd, sales, staff, certified):
    """专精特新 criteria [yes/no].

    From 2022 the national text (工信部企业〔2022〕63号, S): two years in the niche, R&D 100 万元 and 3 % of revenue, revenue 1,000 万元,
    and a score of 60 (taken as held by 高企 or R&D of 5 %, D). Before, the city's own list (渝中小企〔2018〕8号) asked for a small
    firm with some R&D; its numbers were not found (D).
    """
    if national:
        return age >= 2.0 and rd >= 100.0 and rd >= 0.03 * sales and sales >= 1000.0 and (certified or rd >= 0.05 * sales)
    return age >= 2.0 and rd >= 20.0 and sales >= 500.0 and staff <= 1000.0


@rule
def may_list(registered, sales, age):
    """重庆OTC科创板: register firms with 500 万元 of revenue and two years (D; joint-stock reform is a precondition)."""
    return registered & (sales >= 500.0) & (age >= 2.0)
