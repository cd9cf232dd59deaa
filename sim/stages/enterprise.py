"""What an enterprise does in a quarter. Each stage writes on its own rows, the ledger and the doors only."""

import math

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import (
    NEVER,
    NOWHERE,
    age_growth,
    age_years,
    dividend,
    exit_hazard,
    giant_exit_hazard,
    growth,
    growth_spread,
    margin_before_rd,
    next_science_staff,
    next_staff,
    own_exit_hazard,
    support_helps,
)
from yidu.agents.fund import (
    BEFORE,
    COMMERCIAL,
    ENVIRONMENT_SEED,
    GUARANTEE,
    GUARANTEED,
    INDUSTRY,
    KNOWLEDGE,
    PAID,
    SEED,
    VENTURE,
    commercial_amount,
    credit_grade,
    credit_score,
    default_probability,
    first_hires,
    guaranteed_amount,
    industry_amount,
    knowledge_amount,
    knowledge_limit,
    may_be_guaranteed,
    may_have_seed,
    seed_amount,
    venture_amount,
)
from yidu.agents.incubator import longest_stay, passes_graduation, places_sought, search_rate, service_quality, tenant_bonus
from yidu.agents.institute import (
    HIGH_END,
    NEW_INSTITUTE,
    hosts_room,
    may_host_platform,
    may_host_station,
    partner_bonus,
    project_score,
    search_hazard,
)
from yidu.agents.luck import (
    ACTS,
    APPLIES_HNTE,
    ASKS_FUND,
    ASKS_GUARANTEE,
    ASKS_LOAN,
    ASKS_SEED,
    ASKS_VC,
    BACKED,
    CLOSES,
    COACHED,
    DEFAULTS,
    DELISTS,
    DOOR_ATTRACTED,
    DOOR_GIANT,
    FILES_AGAIN,
    FILES_FIRST,
    FOLLOWS_ON,
    FUND_AMOUNT,
    GAINS_BOARD,
    GIANT_RD,
    GRANTED,
    GROWTH,
    GUARANTEE_AMOUNT,
    JOINS_COACHED,
    LAPSED,
    LEARNS,
    LEAVES_PARTNER,
    LISTS,
    LOAN_AMOUNT,
    MOVES_OUT,
    OWN_IP,
    PASSES_HNTE,
    PROPOSES_PLATFORM,
    PROPOSES_STATION,
    RD_START,
    REGISTERS,
    RELABELS,
    SEED_AMOUNT,
    SEEKS_INCUBATOR,
    SEEKS_PARTNER,
    SEEKS_PROJECT,
    SERVED,
    SPECIALISES,
    VC_AMOUNT,
    WHICH_INCUBATOR,
    WHICH_PARTNER,
    drawn,
    happens,
    luck,
    normal,
    paired_id,
    poisson,
)
from yidu.agents.research import (
    adjusted,
    grant_response,
    lapse_rate,
    next_high_tech_share,
    next_intensity,
    next_knowledge,
    patent_applications,
    productivity_gain,
    pursuit,
    research_start_hazard,
    star_bonus,
    towards,
    wanted_rd,
)
from yidu.agents.statuses import (
    above_scale_line,
    applies_for_hnte,
    award_factor,
    certificate_appeal,
    certificate_valid,
    hnte_rd_line,
    is_national_tech_sme,
    may_be_specialised,
    may_list,
    may_register,
    meets_hnte_but_rd,
    passes_score,
    register_hazard,
    relabels,
    stays_above_scale,
)
from yidu.agents.taxes import is_small_low_profit, super_deduction, tax_due, tax_rate, user_cost
from yidu.sim import flows as door
from yidu.sim import ledger as line
from yidu.sim.stages.books import (
    back_in,
    borrowing,
    lucky,
    note,
    open_platforms,
    own_pace,
    pay,
    place,
    registered,
    researching,
    starting_up,
    yuan,
)
from yidu.sim.stages.focus import BACKED as BACKED_IN
from yidu.sim.stages.focus import COACHED as COACHED_IN
from yidu.sim.stages.focus import MARGIN, STAKED, keenness


@kernel
def in_incubator_bonus(w, f):
    """Extra growth of a tenant [log/yr]; nothing outside."""
    quality = service_quality(w.incubators[max(0, f.incubator)].quality, w.levers[w.district[0].row].incubator_support)
    return tenant_bonus(w.params[0].incubator_growth_bonus, quality) if f.incubator >= 0 else 0.0


@kernel
def guaranteed(f):
    """Whether a firm owes on a loan with a guarantor behind it [yes/no]."""
    return f.commercial_loan > 0.0 and f.borrowed == GUARANTEED


@kernel
def knowing(w, lo, hi):
    """List those on the roll that have a stock of knowledge; its gain, in ``w.scratch``, is nothing so far."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.scratch[i] = 0.0
        w.rows[count] = i
        count += int(w.firms[i].knowledge > 0.0)
    return count


@kernel
def grow(w, lo, hi):
    """Demand, own luck and what policy adds move revenue; staff follow."""
    d, p = w.district[0], w.params[0]
    plants = p.large_plant_spillover * 0.2 * min(1.0, d.anchors * d.scale / d.districts / 3.0)
    neighbours = 4.0 * p.local_spillover * d.knowledge_growth
    real = 1.0 - p.rd_relabel_share
    for i in w.rows[lo : borrowing(w, lo, hi)]:
        w.firms[i].knowledge_bad = 0.0
        w.firms[i].commercial_bad = 0.0
    for i in w.rows[lo : knowing(w, lo, hi)]:
        f = w.firms[i]
        w.scratch[i] = productivity_gain(p.rd_productivity_elast, f.knowledge, next_knowledge(f.knowledge, f.rd * real, 0.0))
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        expected = p.growth_mean + w.demand[d.row, f.sector] + age_growth(age_years(f.birth_q, d.quarter))
        expected += in_incubator_bonus(w, f)
        if f.knowledge_loan > 0.0 or guaranteed(f):
            expected += 0.5 * p.guarantee_effect_tfp
        if f.vc_q != NEVER and d.quarter - f.vc_q < 8:
            expected += 0.5 * p.vc_effect_productivity
        if f.talents > 0:
            expected += 0.1 * star_bonus(f.talents, p.star_effect)
        expected += plants
        expected += neighbours
        spread = growth_spread(f.revenue, p.growth_sd, p.growth_size_exponent)
        g = growth(0.25 * expected + w.scratch[i], spread, drawn(w.words[i], GROWTH))
        factor = math.exp(g)
        f.revenue = min(3.0e6, max(5.0, f.revenue * factor))
        f.staff = next_staff(f.staff, factor)
        f.sales_year += 0.25 * f.revenue


@kernel
def own_tax_rate(w, f):
    """Income tax rate of a firm this year [share]; pillar industry counts as encouraged (D)."""
    d = w.district[0]
    yearly_profit = f.revenue * margin_before_rd(f.quality, f.intensity) - f.rd
    small = is_small_low_profit(f.staff, yearly_profit)
    encouraged = (f.pillar == 1) & (f.high_tech_share >= 0.60)
    return tax_rate(certificate_valid(f.hnte_q, d.quarter), encouraged, small, w.environment[d.row].small_tax)


@kernel
def own_super_deduction(w, f):
    """Super-deduction a firm takes up this year [share]; a firm that knows of none of it takes none."""
    env = w.environment[w.district[0].row]
    known = super_deduction(f.industry == 1, f.sme_title == 1, env.super_general, env.super_tech_sme, env.super_manufacturing)
    return known if f.aware != 0 else 0.0


@kernel
def in_consortium(w, f):
    """Whether a firm is in a consortium at work [yes/no]."""
    return f.consortium > 0 and w.institutes[max(0, f.consortium - 1)].alive == 1


@kernel
def research_bonus(w, f):
    """What partner, project or consortium, stars and people who work there part time add to a firm's research [share]."""
    d, p = w.district[0], w.params[0]
    bonus = star_bonus(f.talents, p.star_effect)
    if f.visitors > 0:
        bonus += numbers.FLEXIBLE_PART * star_bonus(f.visitors, p.star_effect)
    if f.partner >= 0:
        bonus += partner_bonus(p.uic_effect, f.science_staff, f.staff)
    if f.project_year == d.year or in_consortium(w, f):
        bonus += p.consortium_effect
    return bonus


@kernel
def rd_record_end(w):
    """The last year whose R&D is on record under the reading drawn: to it, the record's drift applies [year]."""
    vintage = w.known[0].rd_expenditure_vintage
    return vintage if vintage > 0.0 else 2020.0


@kernel
def mature(w, f):
    """A year's work of a firm that does research towards what the certificate asks for: its products are renewed, sooner with a
    partner where there are pilot bases; one of the register also raises R&D and hires; a holder keeps what it has. Rights come by
    themselves (``invent``).
    """
    p = w.params[0]
    line = hnte_rd_line(f.sales_year)
    renewal = p.product_renewal
    if f.partner >= 0:
        renewal *= 1.0 + w.district[0].pilot_reach * partner_bonus(p.uic_effect, f.science_staff, f.staff)
    f.high_tech_share = next_high_tech_share(f.high_tech_share, renewal, f.intensity, line)
    if f.register_q != NEVER:
        step = pursuit(p.criteria_pursuit, certificate_appeal(own_tax_rate(w, f), f.sales_year), f.quality)
        f.intensity = towards(f.intensity, numbers.AIMS_ABOVE_LINE * line, step)
        hired = 1.0 if certificate_valid(f.hnte_q, w.district[0].quarter) else step
        f.science_staff = towards(f.science_staff, numbers.AIMS_ABOVE_LINE * numbers.HNTE_STAFF_SHARE * f.staff, hired)


@kernel
def choose_rd(w, lo, hi):
    """R&D follows the norm, its user cost, grants, loans and cash; knowledge and science staff follow R&D."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    recorded = d.year <= rd_record_end(w)
    drift = p.rd_drift_record if recorded else p.rd_drift_after
    common = math.exp(0.25 * drift)
    drive, rate, turned = w.environment[d.row].registration_drive, p.research_start_rate, p.transformation_drive
    for i in w.rows[lo : lucky(w, lo, hi, RD_START, 0.26 * research_start_hazard(rate, drive, turned, 2.0, True))]:
        f = w.firms[i]
        hazard = research_start_hazard(rate, drive, turned, 1.0 + f.aware, f.incubator >= 0)
        if happens(drawn(w.words[i], RD_START), hazard) and f.intensity <= 0.0 and f.giant == 0:
            f.intensity = 0.5 * p.rd_intensity_sme
            f.high_tech_share = max(f.high_tech_share, 0.4)
            f.science_staff = max(f.science_staff, 0.05 * f.staff)
    for i in w.rows[lo : researching(w, lo, hi)]:
        f = w.firms[i]
        drifted = common
        if f.giant > 0:
            shock = normal(luck(d.run_key, 4 * d.row, f.id, GIANT_RD))
            own = p.giant_rd_shock_sd * shock + (p.giant_rd_premium if recorded else 0.0)
            drifted = math.exp(0.25 * (drift + own))
        kept_to = hnte_rd_line(f.sales_1) if certificate_valid(f.hnte_q, d.quarter) and f.giant == 0 else 0.0
        f.intensity = next_intensity(f.intensity, drifted, kept_to)
        rate = own_tax_rate(w, f)
        profitable = margin_before_rd(f.quality, f.intensity) > f.intensity
        deduction = own_super_deduction(w, f)
        ratio = 1.0
        if deduction > 0.0:
            ratio = user_cost(rate, deduction, profitable) / user_cost(rate, 0.5, profitable)
        elasticity = 0.1 * p.rd_usercost_elast if f.state_owned == 1 else p.rd_usercost_elast
        loan_effect = p.guarantee_effect_rd if f.knowledge_loan > 0.0 or guaranteed(f) else 0.0
        constrained = f.cash < 2500.0 * f.rd and f.giant == 0
        wanted = wanted_rd(f.intensity, f.revenue, ratio, elasticity, loan_effect, constrained)
        grant = 0.0
        if f.register_q != NEVER:
            grant = lever.rd_grant_rate * f.rd
            public = grant + (numbers.PROJECT_AMOUNT if f.project_year == d.year else 0.0)
            if in_consortium(w, f):
                public += numbers.PROJECT_AMOUNT / numbers.CONSORTIUM_SHARERS
            wanted += grant_response(public, f.rd, p.subsidy_additionality, p.subsidy_saturation, p.subsidy_misuse_share)
            paid = yuan(0.25 * grant)
            f.cash += paid
            pay(w.books, line.RD_GRANT, paid)
        before = f.rd
        f.rd = max(0.0, adjusted(f.rd, wanted, 0.6))
        f.rd_year += 0.25 * f.rd
        f.knowledge = next_knowledge(f.knowledge, f.rd * (1.0 - p.rd_relabel_share), research_bonus(w, f))
        skill = 0.25 * p.postdoc_station_skill if f.postdoc_q != NEVER and d.quarter - f.postdoc_q < 4 else 0.0
        f.science_staff = next_science_staff(f.science_staff, f.staff, before, f.rd, skill)
        if d.season == 3 and f.giant == 0:
            mature(w, f)


@kernel
def operate(w, lo, hi):
    """Sales, costs, R&D and tax pass through the firm's account, and start-up support into it; owners fill a hole and take out a
    surplus.
    """
    d = w.district[0]
    all_sales, all_costs, all_spent, all_tax, all_taken, all_helped = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    help_ = yuan(0.25 * d.startup_each)
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        sales = math.floor(2500.0 * f.revenue)
        spent = math.floor(2500.0 * f.rd)
        profit = math.floor(sales * margin_before_rd(f.quality, f.intensity))
        tax = math.floor(tax_due(own_tax_rate(w, f), profit, spent, own_super_deduction(w, f)))
        costs = sales - profit
        f.cash += sales - costs - spent - tax
        if help_ > 0.0 and starting_up(f, d.quarter):
            f.cash += help_
            all_helped += help_
        all_sales += sales
        all_costs += costs
        all_spent += spent
        all_tax += tax
        if f.cash < 0.0:
            pay(w.books, line.OWNER_CAPITAL, -f.cash)
            f.cash = 0.0
        taken = dividend(f.cash, sales)
        f.cash -= taken
        all_taken += taken
    pay(w.books, line.SALES, all_sales)
    pay(w.books, line.COSTS, all_costs)
    pay(w.books, line.RD_SPENDING, all_spent)
    pay(w.books, line.TAX, all_tax)
    pay(w.books, line.DIVIDENDS, all_taken)
    pay(w.books, line.STARTUP_SUPPORT, all_helped)


@kernel
def inventing(w, lo, hi):
    """List those on the roll that do research or hold patents."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.intensity > 0.0) | (f.patents != 0))
    return count


@kernel
def invent(w, lo, hi):
    """Patents are granted and lapse; other rights are filed; IP services help."""
    d, p = w.district[0], w.params[0]
    env = w.environment[d.row]
    for i in w.rows[lo : inventing(w, lo, hi)]:
        f = w.firms[i]
        key = w.words[i]
        certified = certificate_valid(f.hnte_q, d.quarter)
        if f.intensity > 0.0 and f.served_year != d.year and drawn(key, SERVED) < d.serve_chance:
            f.served_year = d.year
            pay(w.books, line.IP_SERVICES, yuan(numbers.SERVICE_COST))
            note(w.books, door.SERVED_FIRMS, 1.0)
            if drawn(key, FILES_FIRST) < p.ip_service_effect:
                f.other_ip += 1
        served = f.served_year == d.year
        if f.intensity > 0.0:
            factor = (1.0 + p.patent_subsidy_effect * env.filing_subsidy) * (1.0 + research_bonus(w, f))
            factor *= 1.0 + (p.hnte_patent_effect if certified else 0.0)
            if served:
                factor *= 1.0 + 0.5 * p.ip_service_effect
            lagged = (0.6 * f.rd_1 + 0.3 * f.rd_2 + 0.1 * f.rd_3) * (1.0 - p.rd_relabel_share)
            filed = patent_applications(lagged, p.patent_productivity, p.patent_rd_elast, factor, f.quality)
            granted = min(2000, poisson(0.25 * filed * p.patent_grant_share, drawn(key, GRANTED)))
            if granted > 0:
                f.patents += granted
                note(w.books, door.PATENT_GRANTED, granted)
            f.other_ip = min(20000, f.other_ip + poisson(0.12 + 0.1 * filed, drawn(key, OWN_IP)))
        lapsed = min(f.patents, poisson(0.25 * lapse_rate(p.patent_lapse, certified, served) * f.patents, drawn(key, LAPSED)))
        if lapsed > 0:
            f.patents -= lapsed
            note(w.books, door.PATENT_LAPSED, lapsed)


@kernel
def join_register(w, f, how):
    """A firm enters the register, through a door, and is paid the first-entry award."""
    d, p = w.district[0], w.params[0]
    f.register_q = d.quarter
    f.aware = 1
    note(w.books, how, 1.0)
    award = yuan(w.levers[d.row].register_award)
    f.cash += award
    pay(w.books, line.REGISTER_AWARD, award)
    if f.above_scale == 1:
        note(w.books, door.SCALE_REGISTERED, 1.0)
    if d.push > 1.0 and how == door.REGISTERED:
        f.quality -= p.effort_quality_cost * min(max(1.0, w.levers[d.row].annual_assessment), d.push - 1.0)


@kernel
def to_be_told(w, lo, hi):
    """Who could enter the register is seen anew, the struck off apart; list those on the roll off it, and unaware or able."""
    d = w.district[0]
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        rights = f.patents + f.other_ip
        able = may_register(max(f.rd_1, f.rd_year), rights, f.science_staff, f.staff) & ((f.intensity > 0.0) | (rights > 0))
        able = able & back_in(f, d.quarter)
        f.eligible = 1 if able else 0
        w.rows[count] = i
        count += int((f.register_q == NEVER) & ((f.aware == 0) | able))
    return count


@kernel
def learn(w, lo, hi):
    """Firms come to know of the register, 高企 and the deductions: by word of mouth, the drive, an incubator, coaching."""
    d, p = w.district[0], w.params[0]
    drive = w.environment[d.row].registration_drive
    for i in w.rows[lo : to_be_told(w, lo, hi)]:
        f = w.firms[i]
        key = w.words[i]
        if f.aware == 0:
            hazard = p.awareness_diffusion * (1.0 + drive) + (0.3 if f.incubator >= 0 else 0.0)
            if happens(drawn(key, LEARNS), hazard):
                f.aware = 1
        reachable = (f.aware == 0 and f.intensity > 0.0) or f.eligible == 1
        if reachable and f.coached_year != d.year and drawn(key, COACHED) < w.reached[COACHED_IN, f.sector]:
            best = 1.0 - w.reached[MARGIN, f.sector]
            f.coached_year = d.year
            pay(w.books, line.COACHING, yuan(numbers.COACHING_COST * p.coaching_cost_ratio / best))
            note(w.books, door.COACHED_FIRMS, 1.0)
            if drawn(key, ACTS) < p.coaching_effect * best:
                f.aware = 1
                if f.eligible == 1 and drawn(key, JOINS_COACHED) < 0.5:
                    join_register(w, f, door.REGISTERED_COACHED)
                    f.quality -= p.effort_quality_cost * w.reached[MARGIN, f.sector]


@kernel
def hazard_of_registering(w, incubated, needs_credit):
    """Yearly hazard that an aware, eligible firm registers this quarter [1/yr]."""
    d, p = w.district[0], w.params[0]
    lever, env = w.levers[d.row], w.environment[d.row]
    return register_hazard(
        p.register_rate, env.registration_drive, p.drive_strength, lever.register_award, p.award_response,
        incubated, p.incubator_register_boost, needs_credit, d.push,
    )  # fmt: skip


@kernel
def candidates(w, lo, hi):
    """List those on the roll that could enter the register and know of it."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.register_q == NEVER) & (f.aware != 0) & (f.eligible != 0))
    return count


@kernel
def register(w, lo, hi):
    """Aware, eligible firms enter the municipal register at a hazard that the drive, awards and effort raise."""
    d = w.district[0]
    lever = w.levers[d.row]
    lent = lever.knowledge_loan_pool > 0.0
    alone, helped, short_alone, short_helped = (
        hazard_of_registering(w, False, False), hazard_of_registering(w, True, False),
        hazard_of_registering(w, False, True), hazard_of_registering(w, True, True),
    )  # fmt: skip
    for i in w.rows[lo : candidates(w, lo, hi)]:
        f = w.firms[i]
        if lent & (f.cash < 1250.0 * f.revenue):
            hazard = short_helped if f.incubator >= 0 else short_alone
        else:
            hazard = helped if f.incubator >= 0 else alone
        if happens(drawn(w.words[i], REGISTERS), hazard * max(1.0, own_pace(d, f))):
            attracted = DOOR_ATTRACTED <= f.door <= DOOR_GIANT
            how = door.REGISTERED_ATTRACTED if attracted else door.REGISTERED
            join_register(w, f, door.REGISTERED_INCUBATED if f.incubator >= 0 else how)


@kernel
def three_year_ratio(f):
    """Reported R&D over sales of this and the two years before [share]."""
    sales = f.sales_year + f.sales_1 + f.sales_2
    return (f.rd_year + f.rd_1 + f.rd_2) / sales if sales > 0.0 else 0.0


@kernel
def certify(w, lo, hi):
    """In the last quarter: 国家科技型中小企业 of the year, 高企 applications and renewals, 专精特新 titles."""
    d, p = w.district[0], w.params[0]
    if d.season != 3:
        return
    lever, env = w.levers[d.row], w.environment[d.row]
    national = env.specialised_regime > 0.5
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.firms[i].sme_title = 0
    for i in w.rows[lo : registered(w, lo, hi)]:
        f = w.firms[i]
        key = w.words[i]
        coached = 1.0 + numbers.COACHED_FILE_MORE * (1.0 - w.reached[MARGIN, f.sector])
        rights = f.patents + f.other_ip
        age = age_years(f.birth_q, d.quarter)
        need = hnte_rd_line(f.sales_year)
        ratio = three_year_ratio(f)
        if relabels(ratio, need, p.relabel_near_line, drawn(key, RELABELS)) and f.giant == 0:
            f.rd_year += 1.001 * (need - ratio) * (f.sales_year + f.sales_1 + f.sales_2)
            ratio = need
        meets = ratio >= need and meets_hnte_but_rd(age, rights, f.science_staff, f.staff, f.high_tech_share)
        expiring = f.hnte_q != NEVER and d.quarter - f.hnte_q >= numbers.CERTIFICATE_QUARTERS
        if expiring:
            note(w.books, door.FILED_DUE, 1.0)
            files = meets and drawn(key, FILES_AGAIN) < p.hnte_renewal_rate
            if files:
                note(w.books, door.FILED_AGAIN, 1.0)
            if files and passes_score(p.hnte_pass_rate + 0.15, f.quality, drawn(key, PASSES_HNTE)):
                f.hnte_q = d.quarter
                note(w.books, door.RENEWED, 1.0)
            else:
                f.hnte_q = NEVER
                note(w.books, door.EXPIRED, 1.0)
        elif f.hnte_q == NEVER and meets and back_in(f, d.quarter):
            applies = applies_for_hnte(
                f.aware == 1,
                p.hnte_apply_rate * d.hnte_pace,
                certificate_appeal(own_tax_rate(w, f), f.sales_year),
                lever.certification_award,
                p.award_response,
                d.hnte_push * (coached if f.coached_year == d.year else 1.0),
                drawn(key, APPLIES_HNTE),
            )
            if applies:
                note(w.books, door.FILED_FIRST, 1.0)
            if applies and passes_score(p.hnte_pass_rate, f.quality, drawn(key, PASSES_HNTE)):
                f.hnte_q = d.quarter
                award = yuan(lever.certification_award)
                f.cash += award
                pay(w.books, line.CERTIFICATION_AWARD, award)
                note(w.books, door.CERTIFIED, 1.0)
        certified = certificate_valid(f.hnte_q, d.quarter)
        title = is_national_tech_sme(
            d.year, f.staff, f.sales_year, f.science_staff, f.rd_year, f.patents, f.other_ip, certified, f.platforms > 0
        )
        f.sme_title = 1 if title else 0
        fit = may_be_specialised(national, age, f.rd_year, f.sales_year, f.staff, certified)
        if f.specialised_q != NEVER and d.quarter - f.specialised_q >= 12:
            if fit and drawn(key, SPECIALISES) < 0.9:
                f.specialised_q = d.quarter
            else:
                f.specialised_q = NEVER
                note(w.books, door.SPECIALISED_EXPIRED, 1.0)
        elif f.specialised_q == NEVER and fit and f.giant == 0:
            if drawn(key, SPECIALISES) < p.specialised_rate * (coached if f.coached_year == d.year else 1.0):
                f.specialised_q = d.quarter
                note(w.books, door.SPECIALISED, 1.0)


@kernel
def list_shares(w, lo, hi):
    """Listings on the 重庆OTC board, a few delistings, and the rare step up to 新三板 or the main board (D)."""
    d = w.district[0]
    for i in w.rows[lo : registered(w, lo, hi)]:
        f = w.firms[i]
        key = w.words[i]
        if f.otc_q == NEVER:
            if may_list(True, f.sales_1, age_years(f.birth_q, d.quarter)) and drawn(key, LISTS) < d.list_chance:
                f.otc_q = d.quarter
                f.board = max(1, f.board)
                award = yuan(w.levers[d.row].listing_award)
                f.cash += award
                pay(w.books, line.LISTING_AWARD, award)
                note(w.books, door.OTC_LISTED, 1.0)
        elif happens(drawn(key, DELISTS), 0.02):
            f.otc_q = NEVER
            f.board = 0 if f.board == 1 else f.board
            note(w.books, door.OTC_DELISTED, 1.0)
        if f.sales_1 > 3000.0 and f.board < 2 and happens(drawn(key, GAINS_BOARD), 0.01 if f.sales_1 < 100000.0 else 0.03):
            f.board = 3 if f.sales_1 >= 100000.0 else 2


@kernel
def apply_to_funds(w, lo, hi):
    """A firm asks at most one fund this quarter: seed money, a knowledge loan, a commercial loan, equity, a venture round, a guaranteed
    loan.
    """
    ask_for_seed_or_knowledge_loan(w, lo, hi)
    ask_for_commercial_loan(w, lo, hi)
    ask_for_equity(w, lo, hi)
    ask_for_guaranteed_loan(w, lo, hi)


@kernel
def asking_nothing(w, lo, hi):
    """Last quarter's requests are over; list those on the roll that are on the register."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        f.request = 0
        w.rows[count] = i
        count += int(f.register_q != NEVER)
    return count


@kernel
def ask_for_seed_or_knowledge_loan(w, lo, hi):
    """Firms of the register ask for seed money, or else for a loan on their knowledge."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    cheaper = 1.0 + 0.15 * lever.interest_subsidy
    for i in w.rows[lo : asking_nothing(w, lo, hi)]:
        f = w.firms[i]
        if f.giant > 0:
            continue
        key = w.words[i]
        age = age_years(f.birth_q, d.quarter)
        short = f.cash < 1250.0 * f.revenue
        if f.seed_q == NEVER and may_have_seed(True, age, d.year) and happens(drawn(key, ASKS_SEED), 0.5):
            f.request = 1 + (ENVIRONMENT_SEED if f.sector == 1 else SEED)
            f.asked = seed_amount(f.sector == 1, drawn(key, SEED_AMOUNT))
            continue
        if f.knowledge_loan == 0.0 and lever.knowledge_loan_pool > 0.0:
            rate = p.loan_application_rate * d.loan_pace * cheaper * (1.3 if short else 0.8)
            if happens(drawn(key, ASKS_LOAN), rate):
                grade = credit_grade(own_credit_score(w, f))
                f.request = 1 + KNOWLEDGE
                f.asked = knowledge_amount(p.kv_loan_size, knowledge_limit(grade, d.year), f.revenue, drawn(key, LOAN_AMOUNT))
                note(w.books, door.LOAN_APPLIED, 1.0)


@kernel
def ask_for_commercial_loan(w, lo, hi):
    """Firms of some size that ask for nothing yet ask for a loan on their business, readier while one on their knowledge runs."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    if lever.commercial_loan_pool <= 0.0:
        return
    usual = 0.5 * p.commercial_application_rate * d.commercial_pace * (1.0 + 0.15 * lever.interest_subsidy)
    for i in w.rows[lo : lucky(w, lo, hi, FOLLOWS_ON, 0.26 * (1.3 * usual + max(0.0, p.kv_followon_commercial)))]:
        f = w.firms[i]
        key = w.words[i]
        rate = usual * (1.3 if f.cash < 1250.0 * f.revenue else 0.8)
        rate += p.kv_followon_commercial if f.knowledge_loan > 0.0 else 0.0
        may_ask = (f.giant <= 0) & (f.request == 0) & (f.commercial_loan == 0.0) & (f.revenue > 200.0)
        if happens(drawn(key, FOLLOWS_ON), rate if may_ask else 0.0):
            f.request = 1 + COMMERCIAL
            f.asked = commercial_amount(f.revenue, drawn(key, LOAN_AMOUNT))


@kernel
def ask_for_equity(w, lo, hi):
    """Firms of the register that ask for nothing yet ask the industry fund or a venture fund."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    for i in w.rows[lo : registered(w, lo, hi)]:
        f = w.firms[i]
        if f.giant > 0 or f.request != 0 or f.vc_q != NEVER and d.quarter - f.vc_q < 8:
            continue
        key = w.words[i]
        if f.revenue > numbers.STAKE_FROM and drawn(key, ASKS_FUND) < w.reached[STAKED, f.sector]:
            f.request = 1 + INDUSTRY
            f.asked = industry_amount(f.revenue, drawn(key, FUND_AMOUNT))
            continue
        rate = p.vc_deal_rate * math.exp(0.5 * f.quality) * (1.0 + 3.0 * lever.vc_subsidy_rate)
        if f.seed_q != NEVER:
            rate *= p.seed_vc_multiplier
        if happens(drawn(key, ASKS_VC), rate):
            f.request = 1 + VENTURE
            f.asked = venture_amount(f.revenue, drawn(key, VC_AMOUNT))


@kernel
def ask_for_guaranteed_loan(w, lo, hi):
    """Firms that owe nothing, ask for nothing yet and are unknown to banks ask for a loan with a guarantor behind it."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    if lever.credit_guarantee <= 0.0:
        return
    usual = p.loan_application_rate * (1.0 + 0.15 * lever.interest_subsidy)
    for i in w.rows[lo : lucky(w, lo, hi, ASKS_GUARANTEE, 0.26 * 1.3 * usual)]:
        f = w.firms[i]
        if f.giant > 0 or f.request != 0 or f.knowledge_loan + f.commercial_loan > 0.0:
            continue
        if not may_be_guaranteed(f.intensity > 0.0 or f.register_q != NEVER, f.patents, f.borrowed > 0, f.revenue):
            continue
        if happens(drawn(w.words[i], ASKS_GUARANTEE), usual * (1.3 if f.cash < 1250.0 * f.revenue else 0.8)):
            f.request = 1 + GUARANTEE
            f.asked = guaranteed_amount(f.revenue, drawn(w.words[i], GUARANTEE_AMOUNT))
            note(w.books, door.GUARANTEE_APPLIED, 1.0)


@kernel
def own_credit_score(w, f):
    """Credit score of a firm [points]."""
    certified = certificate_valid(f.hnte_q, w.district[0].quarter)
    return credit_score(f.rd_1, f.patents, f.other_ip, f.talents, certified, f.quality)


@kernel
def own_default(w, f, cover):
    """Default probability of a firm [share/yr] under a cover."""
    d, p = w.district[0], w.params[0]
    grade = credit_grade(own_credit_score(w, f))
    short = f.cash < 500.0 * f.revenue
    return default_probability(p.loan_default, age_years(f.birth_q, d.quarter), short, grade, cover, p.default_cover_response)


@kernel
def collect_from_funds(w, lo, hi):
    """The applicant updates itself from the fund's verdict."""
    d = w.district[0]
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        if f.request == 0 or w.verdict[i] != PAID:
            continue
        fund = f.request - 1
        f.cash += f.asked
        if fund == KNOWLEDGE:
            f.knowledge_loan = f.asked
            f.knowledge_left = numbers.KNOWLEDGE_TERM
            f.borrowed = max(BEFORE, f.borrowed)
            pay(w.books, line.KNOWLEDGE_LOAN, f.asked)
        elif fund == COMMERCIAL:
            f.commercial_loan = f.asked
            f.commercial_left = numbers.COMMERCIAL_TERM
            f.borrowed = BEFORE
            pay(w.books, line.COMMERCIAL_LOAN, f.asked)
        elif fund == SEED or fund == ENVIRONMENT_SEED:
            f.seed_q = d.quarter
            hired = first_hires(f.asked)
            f.staff = min(60000.0, f.staff + hired)
            f.science_staff += 0.5 * hired
            pay(w.books, line.SEED_INVESTMENT, f.asked)
            note(w.books, door.SEED_INVESTED, 1.0)
        elif fund == INDUSTRY:
            f.vc_q = d.quarter
            pay(w.books, line.INDUSTRY_INVESTMENT, f.asked)
            note(w.books, door.INDUSTRY_INVESTED, 1.0)
        elif fund == VENTURE:
            f.vc_q = d.quarter
            pay(w.books, line.VENTURE_INVESTMENT, f.asked)
            note(w.books, door.VENTURE_INVESTED, 1.0)
        elif fund == GUARANTEE:
            f.commercial_loan = f.asked
            f.commercial_left = numbers.GUARANTEE_TERM
            if f.borrowed == 0:
                note(w.books, door.GUARANTEE_FIRST, 1.0)
            f.borrowed = GUARANTEED
            pay(w.books, line.GUARANTEED_LOAN, f.asked)


@kernel
def service_loans(w, lo, hi):
    """Interest, instalments and default, on the firm's own loans; the fund and the bank settle from what is marked."""
    d = w.district[0]
    lever = w.levers[d.row]
    rate = w.environment[d.row].lending_rate
    for i in w.rows[lo : borrowing(w, lo, hi)]:
        f = w.firms[i]
        if f.knowledge_loan + f.commercial_loan == 0.0:
            continue
        key = w.words[i]
        interest = math.floor(0.25 * rate * f.knowledge_loan)
        commercial_interest = math.floor(0.25 * (rate + 0.004) * f.commercial_loan)
        helped = math.floor(min(1.0, 0.01 * lever.interest_subsidy / (rate + 0.004)) * (interest + commercial_interest))
        f.cash += helped - interest - commercial_interest
        pay(w.books, line.INTEREST_SUBSIDY, helped)
        pay(w.books, line.KNOWLEDGE_INTEREST, interest)
        pay(w.books, line.GUARANTEED_INTEREST if guaranteed(f) else line.COMMERCIAL_INTEREST, commercial_interest)
        if guaranteed(f):
            fee = math.floor(0.25 * numbers.GUARANTEE_FEE * f.commercial_loan)
            f.cash -= fee
            pay(w.books, line.GUARANTEE_FEES, fee)
        p_default = own_default(w, f, lever.knowledge_loan_cover if f.knowledge_loan > 0.0 else 0.8)
        if happens(drawn(key, DEFAULTS), p_default):
            mark_bad(w, f)
        else:
            if f.knowledge_loan > 0.0:
                part = math.floor(f.knowledge_loan / max(1, f.knowledge_left))
                f.knowledge_loan -= part
                f.knowledge_left -= 1
                f.cash -= part
                pay(w.books, line.KNOWLEDGE_REPAYMENT, part)
            if f.commercial_loan > 0.0:
                part = math.floor(f.commercial_loan / max(1, f.commercial_left))
                f.commercial_loan -= part
                f.commercial_left -= 1
                f.cash -= part
                pay(w.books, line.GUARANTEED_REPAYMENT if f.borrowed == GUARANTEED else line.COMMERCIAL_REPAYMENT, part)
        if f.cash < 0.0:
            pay(w.books, line.OWNER_CAPITAL, -f.cash)
            f.cash = 0.0


@kernel
def mark_bad(w, f):
    """Whatever is outstanding goes bad and leaves the firm's books."""
    if f.knowledge_loan > 0.0:
        note(w.books, door.LOAN_DEFAULTED, 1.0)
    if f.commercial_loan > 0.0:
        note(w.books, door.GUARANTEE_DEFAULTED if guaranteed(f) else door.COMMERCIAL_DEFAULTED, 1.0)
    f.knowledge_bad += f.knowledge_loan
    f.commercial_bad += f.commercial_loan
    f.knowledge_loan = 0.0
    f.commercial_loan = 0.0


@kernel
def appeal_of_incubator(inc, f, u):
    """Appeal of an incubator to a firm [points]: its field, its level, and a draw of the two."""
    return (0.7 if inc.sector == f.sector else 0.0) + 0.3 * inc.level + 3.0 * u


@kernel
def looking_round(w, lo, hi, rate):
    """Last quarter's requests to incubators are over; list those on the roll whose draw may lead to another at ``rate`` [1/yr]."""
    count, likely = lo, 0.26 * rate
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.firms[i].incubator_asked = 0
        w.rows[count] = i
        count += int(drawn(w.words[i], SEEKS_INCUBATOR) < likely)
    return count


@kernel
def apply_to_incubators(w, lo, hi):
    """Firms under two years old may ask one incubator for a place: the one that appeals most to them."""
    d = w.district[0]
    rate = search_rate(open_platforms(w)) * places_sought(w.levers[d.row].startup_support / d.districts)
    for i in w.rows[lo : looking_round(w, lo, hi, rate)]:
        f = w.firms[i]
        if d.quarter - f.birth_q > 8 or f.incubator >= 0 or f.giant > 0:
            continue
        if happens(drawn(w.words[i], SEEKS_INCUBATOR), rate):
            best = -1e9
            for k in range(d.n_incubators):
                inc = w.incubators[k]
                if inc.alive == 1 and inc.occupancy < inc.capacity and appeal_of_incubator(inc, f, 1.0) > best:
                    u = luck(d.run_key, d.quarter, paired_id(f.id, inc.id), WHICH_INCUBATOR)
                    appeal = appeal_of_incubator(inc, f, u)
                    if appeal > best:
                        best = appeal
                        f.incubator_asked = k + 1


@kernel
def move_in_or_graduate(w, lo, hi):
    """Collect the incubator's verdict; tenants graduate when they pass two of four tests, or leave when time is up."""
    d = w.district[0]
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        if f.incubator_asked == 0 and (d.season != 3 or f.incubator < 0):
            continue
        if f.incubator < 0:
            if f.incubator_asked > 0 and w.verdict[i] == PAID:
                f.incubator = f.incubator_asked - 1
                note(w.books, door.TENANT_ADMITTED, 1.0)
            f.incubator_asked = 0
            continue
        f.incubator_asked = 0
        if d.season != 3:
            continue
        titled = (certificate_valid(f.hnte_q, d.quarter) or f.sme_title == 1) and f.patents + f.other_ip > 0
        equity = f.vc_q != NEVER or f.seed_q != NEVER and f.cash > 5.0e6
        passed = passes_graduation(titled, equity, f.sales_year > 1000.0 and f.sales_1 > 1000.0, f.otc_q != NEVER)
        alive = w.incubators[f.incubator].alive == 1
        if passed:
            f.incubator_asked = -1 - f.incubator
            f.incubator = NOWHERE
            note(w.books, door.TENANT_GRADUATED, 1.0)
        elif not alive or d.quarter - f.birth_q > longest_stay(f.sector) + 8:
            f.incubator = NOWHERE
            note(w.books, door.TENANT_LEFT, 1.0)


@kernel
def appeal_of_partner(inst, f, u):
    """Appeal of an institute to a firm [points]: its field, whether it is of the district, and a draw of the two."""
    local = inst.kind == NEW_INSTITUTE or inst.kind == HIGH_END
    return (1.5 if inst.sector == f.sector else 0.0) + (0.7 if local else 0.0) + 3.0 * u


@kernel
def seek_partner(w, lo, hi):
    """In the first quarter, research firms without a partner look for one in their field; some drop theirs."""
    d, p = w.district[0], w.params[0]
    if d.season != 0:
        return
    chance_to_seek = 1.0 - math.exp(-search_hazard(p.partner_search, d.contacts / d.scale, d.seekers))
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.firms[i].partner_asked = 0
    for i in w.rows[lo : researching(w, lo, hi)]:
        f = w.firms[i]
        key = w.words[i]
        if f.partner >= 0:
            if drawn(key, LEAVES_PARTNER) < 0.15 or w.institutes[f.partner].alive == 0:
                f.partner = NOWHERE
            continue
        if drawn(key, SEEKS_PARTNER) < chance_to_seek:
            best = -1e9
            for k in range(d.n_institutes):
                inst = w.institutes[k]
                if inst.alive == 1 and inst.capacity > inst.partners and appeal_of_partner(inst, f, 1.0) > best:
                    u = luck(d.run_key, d.quarter, paired_id(f.id, inst.id), WHICH_PARTNER)
                    appeal = appeal_of_partner(inst, f, u)
                    if appeal > best:
                        best = appeal
                        f.partner_asked = k + 1


@kernel
def meet_partner(w, lo, hi):
    """Collect the institute's verdict."""
    if w.district[0].season != 0:
        return
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        if f.partner_asked > 0 and f.partner < 0 and w.verdict[i] == PAID:
            f.partner = f.partner_asked - 1


@kernel
def proposing_nothing(w, lo, hi):
    """Last quarter's proposals are over; list those on the roll that are on the register."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        f.proposal = 0
        w.rows[count] = i
        count += int(f.register_q != NEVER)
    return count


@kernel
def propose(w, lo, hi):
    """Projects in the first quarter; platforms and postdoctoral stations in the third."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    able = proposing_nothing(w, lo, hi)
    if d.season != 0 and d.season != 2:
        return
    for i in w.rows[lo:able]:
        f = w.firms[i]
        if f.rd <= 0.0:
            continue
        key = w.words[i]
        certified = certificate_valid(f.hnte_q, d.quarter)
        if d.season == 0:
            if drawn(key, SEEKS_PROJECT) < keenness(f, certified):
                backed = drawn(key, BACKED) < w.reached[BACKED_IN, f.sector]
                f.proposal = 4 if backed else 3
                f.asked = project_score(f.science_staff, f.partner >= 0, f.platforms, backed, drawn(key, WHICH_PARTNER))
        elif d.season == 2:
            if f.platforms < hosts_room(f.giant) and may_host_platform(f.sales_1, f.industry == 1, f.rd_1, f.science_staff):
                award = d.platform_pace * award_factor(p.award_response, lever.platform_award, 20.0)
                if back_in(f, d.quarter) and drawn(key, PROPOSES_PLATFORM) < min(0.95, p.platform_apply_rate * award * math.sqrt(d.push)):
                    f.proposal = 1
                    continue
            if f.postdoc_q == NEVER and may_host_station(f.platforms, f.giant, f.science_staff, f.partner >= 0, certified):
                help_ = award_factor(p.award_response, lever.postdoc_support, 20.0)
                if drawn(key, PROPOSES_STATION) < min(0.95, p.postdoc_rate * help_):
                    f.proposal = 2


@kernel
def collect_recognition(w, lo, hi):
    """Collect high-end talent hosted, full time and part time, and the verdict on a project, platform or station."""
    d = w.district[0]
    lever = w.levers[d.row]
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        f.talents = min(100, w.tally[i])
        f.visitors = int(min(100.0, w.scratch[i]))
        if d.season == 0 and in_consortium(w, f):
            amount = yuan(numbers.PROJECT_AMOUNT / numbers.CONSORTIUM_SHARERS)
            own = math.floor(numbers.PROJECT_DISTRICT_SHARE * amount)
            f.cash += amount
            pay(w.books, line.CONSORTIUM_DISTRICT, own)
            pay(w.books, line.CONSORTIUM_CITY, amount - own)
        if f.proposal == 0 or w.verdict[i] == 0:
            continue
        if w.verdict[i] <= 2:
            amount = yuan(numbers.PROJECT_AMOUNT)
            own = yuan(numbers.PROJECT_AMOUNT * numbers.PROJECT_DISTRICT_SHARE) if w.verdict[i] == 2 else 0.0
            f.project_year = d.year
            f.cash += amount
            pay(w.books, line.PROJECT_DISTRICT, own)
            pay(w.books, line.PROJECT_CITY, amount - own)
        elif w.verdict[i] == 3:
            f.platforms += 1
            award = yuan(lever.platform_award)
            f.cash += award
            pay(w.books, line.PLATFORM_AWARD, award)
        else:
            f.postdoc_q = d.quarter
            award = yuan(lever.postdoc_support)
            f.cash += award
            pay(w.books, line.POSTDOC_SUPPORT, award)


@kernel
def worst_hazard(w):
    """A yearly hazard of closing that no firm passes, giants and those in default apart [1/yr]."""
    p = w.params[0]
    base = max(p.hazard_age_0, p.hazard_age_1, p.hazard_age_2, p.hazard_age_3_6, p.hazard_age_7plus)
    hazard = base * max(1.0, p.register_exit_ratio) * max(1.0, p.incubator_hazard_ratio)
    hazard += max(0.0, -p.grant_effect_survival) * (1.0 + support_helps(w.district[0].startup_each))
    return 1.5 * hazard


@kernel
def endangered(w, lo, hi, usual, rare):
    """List those on the roll that may close or move out this quarter: giants, debtors, and whose draws are below the highest chances
    there are; whatever their age and condition, the others stay.
    """
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        w.rows[count] = i
        special = (f.giant > 0) | ((f.knowledge_left | f.commercial_left) != 0)
        count += int(special | (drawn(w.words[i], CLOSES) < usual) | (drawn(w.words[i], MOVES_OUT) < rare))
    return count


@kernel
def close_or_continue(w, lo, hi):
    """Firms close by age and condition, a few move out; loans are repaid from what is left, the rest goes bad."""
    d, p = w.district[0], w.params[0]
    env = w.environment[d.row]
    pulled = 0.006 * math.exp(0.7 * env.city_pull)
    for i in w.rows[lo : endangered(w, lo, hi, 0.25 * worst_hazard(w), 0.25 * pulled)]:
        f = w.firms[i]
        key = w.words[i]
        on_register = f.register_q != NEVER
        certified = certificate_valid(f.hnte_q, d.quarter)
        moving = 0.0
        if 0 < f.giant <= w.giants.size and d.season == 0 and w.giants[f.giant - 1].leaves == d.year:
            leave_district(w, f, True)
            continue
        if f.giant > 0:
            named = f.giant <= w.giants.size
            hazard = giant_exit_hazard(w.giants[f.giant - 1].leave_rate if named else 0.01, env.giant_leave, named, d.year)
        else:
            base = exit_hazard(
                age_years(f.birth_q, d.quarter), p.hazard_age_0, p.hazard_age_1, p.hazard_age_2, p.hazard_age_3_6, p.hazard_age_7plus
            )
            seeded = f.seed_q != NEVER and d.quarter - f.seed_q < 12
            hazard = own_exit_hazard(
                base,
                on_register,
                certified,
                p.register_exit_ratio,
                f.incubator >= 0,
                p.incubator_hazard_ratio,
                seeded,
                p.grant_effect_survival,
                support_helps(d.startup_each) if starting_up(f, d.quarter) else 0.0,
            )
            if f.knowledge_bad + f.commercial_bad > 0.0:
                hazard += 2.0
            elif f.cash <= 0.0:
                hazard *= 1.5
            moving = pulled
        closes = happens(drawn(key, CLOSES), hazard)
        leaves = not closes and happens(drawn(key, MOVES_OUT), moving)
        if closes or leaves:
            leave_district(w, f, leaves)


@kernel
def leave_district(w, f, moved):
    """A firm leaves every stock it is counted in, through the door it takes; its account is closed."""
    d = w.district[0]
    part = min(f.cash, f.knowledge_loan)
    f.cash -= part
    f.knowledge_loan -= part
    pay(w.books, line.KNOWLEDGE_REPAYMENT, part)
    part = min(f.cash, f.commercial_loan)
    f.cash -= part
    f.commercial_loan -= part
    pay(w.books, line.GUARANTEED_REPAYMENT if f.borrowed == GUARANTEED else line.COMMERCIAL_REPAYMENT, part)
    mark_bad(w, f)
    pay(w.books, line.LIQUIDATION, f.cash)
    f.cash = 0.0
    f.alive = 0
    f.exit_q = d.quarter
    note(w.books, door.MOVED_OUT if moved else door.CLOSED, 1.0)
    if f.register_q != NEVER:
        note(w.books, door.REGISTER_MOVED if moved else door.REGISTER_CLOSED, 1.0)
        if f.above_scale == 1:
            note(w.books, door.SCALE_CLOSED, 1.0)
    if certificate_valid(f.hnte_q, d.quarter):
        note(w.books, door.HNTE_MOVED if moved else door.HNTE_CLOSED, 1.0)
    if f.otc_q != NEVER:
        note(w.books, door.OTC_CLOSED, 1.0)
    if f.specialised_q != NEVER:
        note(w.books, door.SPECIALISED_CLOSED, 1.0)
    note(w.books, door.PATENT_LEFT, f.patents)
    if f.incubator >= 0:
        note(w.books, door.TENANT_LEFT, 1.0)


@kernel
def close_year(w, lo, hi):
    """In the last quarter: the 规上 review, and the year's sales and R&D move into the record."""
    d = w.district[0]
    if d.season != 3:
        return
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        need = above_scale_line(f.sector, f.industry)
        was = f.above_scale == 1
        now = stays_above_scale(was, f.crossed == 1, f.sales_year, need)
        f.above_scale = 1 if now else 0
        f.crossed = 1 if f.sales_year >= need else 0
        if f.register_q != NEVER and now and not was:
            note(w.books, door.SCALE_CROSSED, 1.0)
        if f.register_q != NEVER and was and not now:
            note(w.books, door.SCALE_FELL, 1.0)
        f.rd_3, f.rd_2, f.rd_1, f.rd_year = f.rd_2, f.rd_1, f.rd_year, 0.0
        f.sales_3, f.sales_2, f.sales_1, f.sales_year = f.sales_2, f.sales_1, f.sales_year, 0.0
