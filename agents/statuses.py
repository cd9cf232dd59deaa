"""What each status of a firm requires. Criteria act only in the years they were in force."""

import math

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.enterprise import NEVER
from yidu.agents.numbers import CERTIFICATE_QUARTERS, SME_TEXT
from yidu.agents.scales import points_for, up_to

SME_SINCE = SME_TEXT.since
SOFTWARE, CULTURE = 0, 3  # sector numbers of 大数据智能化 and 文化休闲旅游


@rule
def above_scale_line(sector, industry):
    """规上 revenue line [万元/yr] of a firm's kind of business (S, statistical norm; mapping to sectors D)."""
    if industry:
        return numbers.SCALE_LINE_INDUSTRY
    if sector == CULTURE:
        return numbers.SCALE_LINE_CULTURE
    if sector == SOFTWARE:
        return numbers.SCALE_LINE_SOFTWARE
    return numbers.SCALE_LINE_SERVICES


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
    return ((rd > 0.0) & (rights > 0)) | (science_staff >= numbers.REGISTER_STAFF_SHARE * staff)


@rule
def coverage(served, reachable):
    """Part of those whom a service could reach that it reaches in a year [share]."""
    return min(1.0, served / max(1.0, reachable))


@rule
def beyond_the_best(covered, half):
    """How far a service has gone beyond those whom it helps most [share]: a half once it covers ``half`` in a year
    (``coaching_saturation``, D). It helps by so much less, and who is hard to find costs more, by 1 over what is left.
    """
    return covered / (covered + half)


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
        hazard *= numbers.REGISTER_FOR_CREDIT
    return hazard * push


@rule
def staff_points(share):
    """国家科技型中小企业, science staff item [points of 20] (国科发政〔2017〕115号 art. 7, K)."""
    return points_for(numbers.SME_STAFF_POINTS, share)


@rule
def rd_points(share):
    """国家科技型中小企业, R&D over sales item [points of 50] (K)."""
    return points_for(numbers.SME_RD_POINTS, share)


@rule
def ip_points(patents, other_ip):
    """国家科技型中小企业, achievements item [points of 30]: one class-I right 30, class-II 6 each to 24 (K)."""
    if patents > 0:
        return numbers.SME_PATENT_POINTS
    return numbers.SME_RIGHT_POINTS * min(numbers.SME_RIGHTS, other_ip)


@rule
def is_national_tech_sme(year, staff, sales, science_staff, rd, patents, other_ip, certified, hosts_platform):
    """国家科技型中小企业 for the year [yes/no] (国科发政〔2017〕115号): from 2017, at most 500 staff and 2 亿元 of sales, 60 points
    with the staff item above zero, or directly by 高企 certificate or provincial platform.
    """
    if year < SME_SINCE or staff > numbers.SME_STAFF or sales > numbers.SME_SALES or sales <= 0.0:
        return False
    if certified or hosts_platform:
        return True
    people = staff_points(science_staff / max(1.0, staff))
    return people > 0.0 and people + rd_points(rd / sales) + ip_points(patents, other_ip) >= numbers.SME_PASSES


@rule
def hnte_rd_line(sales_last_year):
    """高企: R&D over sales of three years needed [share] by last year's sales [万元] (国科发火〔2016〕32号, S)."""
    return up_to(numbers.HNTE_RD_LINES, sales_last_year)


@rule
def meets_hnte_but_rd(age, rights, science_staff, staff, high_tech_share):
    """高企 criteria other than R&D [yes/no]: a year old, core IP, science staff 10 %, high-tech revenue 60 % (S)."""
    staffed = science_staff >= numbers.HNTE_STAFF_SHARE * staff
    return age >= numbers.HNTE_AGE and rights > 0 and staffed and high_tech_share >= numbers.HNTE_REVENUE_SHARE


@rule
def relabels(rd_ratio, line, willingness, u):
    """Whether a firm within a third below the line reports other expense as R&D to reach it [yes/no].

    Bunching: Chen, Liu, Suárez Serrato and Xu 2021 (A); the share that does so is ``relabel_near_line`` (D).
    """
    return rd_ratio < line and rd_ratio >= numbers.RELABELS_FROM * line and u < willingness


@rule
def certificate_appeal(rate_without, revenue):
    """How much a certificate is worth seeking [ratio]: with what it saves in tax. Small low-profit firms and encouraged
    industries, which pay 15 % anyway or less, save little (S, X); the size of the effect is judgement (D).
    """
    saved = max(0.0, rate_without - numbers.REDUCED_TAX_RATE)
    return numbers.APPEAL_BASE + numbers.APPEAL_OF_TAX * saved + numbers.APPEAL_OF_SIZE * min(3.0, revenue / 2000.0)


@rule
def applies_for_hnte(aware, rate, appeal, award, award_response, push, u):
    """Whether a firm meeting the criteria files this year [yes/no] (D); ``award`` in 万元 per new certificate."""
    return aware and u < min(0.98, rate * appeal * (1.0 + award_response * math.log1p(award)) * push)


@rule
def passes_score(pass_rate, quality, u):
    """Whether the innovation score tops 70 [yes/no]: ``hnte_pass_rate``, better firms a little likelier (D)."""
    return u < min(0.99, max(0.05, pass_rate + numbers.QUALITY_AT_REVIEW * quality))


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
        enough = rd >= numbers.SPECIALISED_RD and rd >= numbers.SPECIALISED_RD_SHARE * sales and sales >= numbers.SPECIALISED_SALES
        return age >= numbers.SPECIALISED_AGE and enough and (certified or rd >= numbers.SPECIALISED_SCORE_SHARE * sales)
    enough = rd >= numbers.SPECIALISED_CITY_RD and sales >= numbers.SPECIALISED_CITY_SALES
    return age >= numbers.SPECIALISED_CITY_AGE and enough and staff <= numbers.SPECIALISED_CITY_STAFF


@rule
def is_large_or_medium(staff, sales):
    """大中型 by the statistical classes of industry [yes/no] (国统字〔2017〕213号, K): 300 staff and 2,000 万元 of sales at least."""
    return (staff >= numbers.MEDIUM_STAFF) & (sales >= numbers.MEDIUM_SALES)


@rule
def is_high_growth(registered, age, sales, sales_before, sales_two_before, rd):
    """高成长性科技企业 [yes/no] (D: the city's text was not found): a register firm up to fifteen years old whose sales grew 20 % a year
    over two years from 1,000 万元 or more, and in the last of them, with R&D of 2.5 % (practice of the national zones, which look at
    three years; rows keep two).
    """
    grown = (sales >= (1.0 + numbers.HIGH_GROWTH) * (1.0 + numbers.HIGH_GROWTH) * sales_two_before) & (sales > sales_before)
    based = (sales_two_before >= numbers.HIGH_GROWTH_SALES) & (rd >= numbers.HIGH_GROWTH_RD * sales)
    return registered & (age <= numbers.HIGH_GROWTH_AGE) & grown & based


@rule
def may_list(registered, sales, age):
    """重庆OTC科创板: register firms with 500 万元 of revenue and two years (D; joint-stock reform is a precondition)."""
    return registered & (sales >= numbers.OTC_SALES) & (age >= numbers.OTC_AGE)
