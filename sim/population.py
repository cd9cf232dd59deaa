"""The starting district: a population at the end of 2015 that matches the known counts exactly."""

import math

import numpy as np

from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER, NOWHERE
from yidu.agents.focus import focus_weight, leans_nowhere
from yidu.agents.fund import N_FUNDS
from yidu.agents.incubator import ACCELERATOR, DISTRICT_LEVEL, INCUBATOR_KIND, MAKERSPACE, MUNICIPAL, PARK
from yidu.agents.institute import HIGH_END, HOSTED, NEW_INSTITUTE, STATION, UNIVERSITY, hosts_room
from yidu.agents.luck import (  # fmt: skip
    AWARE,
    BORN,
    CASH,
    DIGITAL,
    DISTRICT,
    DOOR_START,
    ENTERPRISE,
    ENVIRONMENT,
    FUND,
    GDP_START,
    HIGH_TECH_CLASS,
    HIGH_TECH_SHARE,
    INCUBATOR,
    INDUSTRY,
    INSTITUTE,
    INTENSITY,
    OTHER_IP,
    PATH,
    PATH_LEVEL,
    PERSON_QUALITY,
    PLACE,
    QUALITY,
    RD_DOER,
    SCIENCE,
    SECTOR,
    SHOCK_YEAR,
    SIZE,
    STAFF,
    STATUS_RANK,
    STRATEGIC,
    TALENT,
    UNRECORDED,
    VINTAGE,
    agent_id,
    luck,
    normal,
    poisson,
    whole,
)
from yidu.agents.research import science_share
from yidu.agents.statistics import surveyed_rd
from yidu.agents.statuses import above_scale_line, hnte_rd_line, may_be_specialised, may_register
from yidu.agents.talent import PRESENT, host_appeal
from yidu.sim.levers import FIRST_YEAR
from yidu.sim.world import N_SECTORS, START_QUARTER, World

SCALE_HNTE, SCALE_REGISTER, SMALL_HNTE, SMALL_REGISTER, UNREGISTERED = 0, 1, 2, 3, 4  # classes of the starting firms


@kernel
def chosen_sector(w, u):
    """Sector of a firm by the pack's shares [0..7]."""
    total = 0.0
    for s in range(N_SECTORS):
        total += w.sectors[s].share
        if u < total:
            return s
    return N_SECTORS - 1


@kernel
def own_sector(w, ident):
    """Sector of whoever comes by itself [0..7]: as firms are spread."""
    return chosen_sector(w, luck(w.district[0].run_key, 0, ident, SECTOR))


@kernel
def weight_of(lever, s):
    """Weight of a sector under a year's levers [ratio]."""
    return focus_weight(s, lever.focus_big_data, lever.focus_environment, lever.focus_health, lever.focus_culture, lever.focus_traditional)


@kernel
def leans(lever):
    """Whether the district leans to some sectors under a year's levers [yes/no]."""
    return not leans_nowhere(
        lever.focus_big_data, lever.focus_environment, lever.focus_health, lever.focus_culture, lever.focus_traditional
    )


@kernel
def sought_sector(w, ident, row):
    """Sector of whom the district seeks under the levers of a year's row [0..7]: by the pack's shares times its weights.

    Who would come as firms are spread comes all the same, if its sector weighs as much as the mean; of the others a part is
    passed over, and as many come of the sectors that weigh more.
    """
    u = luck(w.district[0].run_key, 0, ident, SECTOR)
    s, lever = chosen_sector(w, u), w.levers[row]
    if not leans(lever):
        return s
    mean, all_shares, before = 0.0, 0.0, 0.0
    for k in range(N_SECTORS):
        mean += w.sectors[k].share * weight_of(lever, k)
        all_shares += w.sectors[k].share
        before += w.sectors[k].share if k < s else 0.0
    mean /= all_shares
    kept = weight_of(lever, s) / mean if mean > 0.0 else 1.0
    v = (u - before) / max(1e-9, w.sectors[s].share)  # where in its sector's part the draw lies: itself a draw
    if v < kept:
        return s
    v = (v - kept) / (1.0 - kept)
    above = 0.0
    for k in range(N_SECTORS):
        above += w.sectors[k].share * max(0.0, weight_of(lever, k) - mean)
    total, last = 0.0, s
    for k in range(N_SECTORS):
        more = w.sectors[k].share * max(0.0, weight_of(lever, k) - mean)
        total += more
        last = k if more > 0.0 else last
        if v * above < total:
            return k
    return last


@kernel
def chosen_place(w, u):
    """Park or street of a firm by the pack's shares [row]."""
    for k in range(w.places.size):
        if u < w.places[k]:
            return k
    return w.places.size - 1


@kernel
def clear_dates(firm):
    """No status, no date, no partner."""
    firm.exit_q = NEVER
    firm.register_q = NEVER
    firm.hnte_q = NEVER
    firm.specialised_q = NEVER
    firm.otc_q = NEVER
    firm.postdoc_q = NEVER
    firm.vc_q = NEVER
    firm.seed_q = NEVER
    firm.incubator = NOWHERE
    firm.partner = NOWHERE
    firm.coached_year = NEVER
    firm.served_year = NEVER
    firm.project_year = NEVER


@kernel
def give_identity(w, firm, ident, birth_q, s):
    """Id, place, industry classes and hidden quality of any new firm of sector ``s``."""
    key = w.district[0].run_key
    firm.id = ident
    firm.birth_q = birth_q
    firm.alive = 1
    firm.sector = s
    sector = w.sectors[s]
    firm.pillar = sector.pillar
    firm.industry = 1 if luck(key, 0, ident, INDUSTRY) < sector.industry_share else 0
    firm.strategic = 1 if firm.industry == 1 and luck(key, 0, ident, STRATEGIC) < sector.strategic else 0
    firm.high_tech_class = 1 if luck(key, 0, ident, HIGH_TECH_CLASS) < sector.high_tech else 0
    firm.digital = 1 if luck(key, 0, ident, DIGITAL) < sector.digital else 0
    firm.place = chosen_place(w, luck(key, 0, ident, PLACE))
    firm.quality = normal(luck(key, 0, ident, QUALITY))


@kernel
def give_size(w, firm, revenue):
    """Staff, science staff and cash in keeping with revenue [万元/yr] and R&D."""
    key = w.district[0].run_key
    p = w.params[0]
    firm.revenue = revenue
    firm.staff = max(3.0, revenue / (60.0 * math.exp(0.4 * normal(luck(key, 0, firm.id, STAFF)))))
    share = 0.01
    if firm.intensity > 0.0:
        share = science_share(p.science_staff_share, firm.intensity, p.rd_intensity_sme, normal(luck(key, 0, firm.id, SCIENCE)))
    firm.science_staff = share * firm.staff
    firm.cash = math.floor(10000.0 * revenue * 0.15 * (0.3 + luck(key, 0, firm.id, CASH)))


@kernel
def give_history(w, firm, past_growth):
    """R&D, its stock and three past years, as if the firm had grown at ``past_growth`` [log/yr]: the total of the last year lies half a
    year's growth below the rate at its end.
    """
    p = w.params[0]
    firm.rd = firm.intensity * firm.revenue
    firm.knowledge = firm.rd * (1.0 - p.rd_relabel_share) / (0.15 + max(0.02, past_growth))
    step = math.exp(-past_growth)
    firm.rd_1 = firm.rd * math.exp(-0.5 * past_growth)
    firm.rd_2 = firm.rd_1 * step
    firm.rd_3 = firm.rd_2 * step
    firm.sales_1 = firm.revenue
    firm.sales_2 = firm.sales_1 * math.exp(-0.06)
    firm.sales_3 = firm.sales_2 * math.exp(-0.06)


@kernel
def intensity_of(w, ident, revenue):
    """R&D over revenue a research-doing firm would choose [share]; larger firms a little less (D)."""
    z = normal(luck(w.district[0].run_key, 0, ident, INTENSITY))
    return min(0.4, w.params[0].rd_intensity_sme * math.exp(0.5 * z - 0.08 * math.log(max(20.0, revenue) / 1000.0)))


@kernel
def revenue_of(w, ident, median_factor, line, side):
    """Revenue of a pool firm [万元/yr]: lognormal, on the asked side of the 规上 line (1 above, -1 below, 0 any)."""
    key = w.district[0].run_key
    p = w.params[0]
    for attempt in range(24):
        z = normal(luck(key, -attempt, ident, SIZE))
        revenue = min(200000.0, max(20.0, median_factor * p.firm_size_median * math.exp(p.firm_size_sigma * z)))
        if side == 0 or (side > 0 and revenue >= line) or (side < 0 and revenue < line):
            return revenue
    return 1.3 * line if side > 0 else 0.5 * line


@kernel
def make_giant(w, firm, number, ident, quarter):
    """Give a row the attributes of a named giant, within the pack's ranges."""
    key = w.district[0].run_key
    g = w.giants[number]
    firm.id = ident
    firm.birth_q = quarter - 40
    firm.alive = 1
    firm.giant = number + 1
    firm.sector = g.sector
    firm.pillar = w.sectors[g.sector].pillar
    firm.industry = g.industry
    firm.strategic = g.strategic
    firm.high_tech_class = g.high_tech
    firm.digital = g.digital
    firm.state_owned = g.state_owned
    firm.place = chosen_place(w, luck(key, 0, ident, PLACE))
    firm.quality = 0.5 + 0.5 * normal(luck(key, 0, ident, QUALITY))
    revenue = math.exp(math.log(g.revenue_low) + luck(key, 0, ident, SIZE) * (math.log(g.revenue_high) - math.log(g.revenue_low)))
    firm.intensity = g.rd_low + luck(key, 0, ident, INTENSITY) * (g.rd_high - g.rd_low)
    firm.high_tech_share = 0.6 + 0.4 * luck(key, 0, ident, HIGH_TECH_SHARE)
    firm.other_ip = 10 + poisson(20.0, luck(key, 0, ident, OTHER_IP))
    give_size(w, firm, revenue)
    firm.staff = g.staff_low + luck(key, 0, ident, STAFF) * (g.staff_high - g.staff_low)
    firm.science_staff = firm.staff * min(0.6, max(0.11, 6.0 * firm.intensity))
    give_history(w, firm, 0.1)
    firm.aware = 1
    firm.register_q = quarter
    firm.hnte_q = quarter - 4 * (quarter % 3)
    firm.above_scale = 1
    firm.crossed = 1


@kernel
def class_of(row, giants, scale_hnte, scale_register, hnte, register):
    """Which class a starting row belongs to, so that every known count comes out exact."""
    if row < max(scale_hnte, giants):
        return SCALE_HNTE
    if row < scale_register:
        return SCALE_REGISTER
    if row < scale_register + hnte - scale_hnte:
        return SMALL_HNTE
    if row < register:
        return SMALL_REGISTER
    return UNREGISTERED


@kernel
def make_starting_firm(w, firm, row, group):
    """One firm of the end of 2015, with attributes that its known statuses imply."""
    key = w.district[0].run_key
    p = w.params[0]
    ident = agent_id(ENTERPRISE, DOOR_START, START_QUARTER, row)
    age = min(25.0, max(0.1, -8.0 * math.log(luck(key, 0, ident, BORN))))
    if group != UNREGISTERED:
        age = max(1.5, age)
    give_identity(w, firm, ident, START_QUARTER - int(4.0 * age), own_sector(w, ident))
    line = above_scale_line(firm.sector, firm.industry)
    side = 0
    if group == SCALE_HNTE or group == SCALE_REGISTER:
        side = 1
    elif (group == SMALL_HNTE or group == SMALL_REGISTER) and w.known[0].tech_enterprises_above_scale_2015 > 0.0:
        side = -1  # where the record does not say how many are above scale, they may be on either side
    revenue = revenue_of(w, ident, 1.0, line, side)
    certified = group == SCALE_HNTE or group == SMALL_HNTE
    if group != UNREGISTERED or luck(key, 0, ident, RD_DOER) < p.rd_doer_share:
        firm.intensity = intensity_of(w, ident, revenue)
        firm.high_tech_share = 0.3 + 0.7 * luck(key, 0, ident, HIGH_TECH_SHARE)
        firm.other_ip = poisson(1.2, luck(key, 0, ident, OTHER_IP))
    else:
        firm.other_ip = poisson(0.15, luck(key, 0, ident, OTHER_IP))
        firm.high_tech_share = 0.3 * luck(key, 0, ident, HIGH_TECH_SHARE)
    if certified:
        firm.intensity = max(firm.intensity, 1.1 * hnte_rd_line(revenue))
        firm.high_tech_share = 0.6 + 0.4 * luck(key, 0, ident, HIGH_TECH_SHARE)
        firm.other_ip += 4
    elif group == SMALL_REGISTER or group == SCALE_REGISTER:
        firm.other_ip += 1
    give_size(w, firm, revenue)
    if certified:
        firm.science_staff = max(firm.science_staff, 0.12 * firm.staff)
        firm.hnte_q = START_QUARTER - 4 * int(3.0 * luck(key, 0, ident, VINTAGE))
    give_history(w, firm, 0.08)
    firm.crossed = 1 if revenue >= line else 0
    firm.above_scale = firm.crossed
    if group != UNREGISTERED:
        firm.register_q = START_QUARTER - int(8.0 * luck(key, 0, ident, STATUS_RANK))
        firm.aware = 1
    else:
        firm.aware = 1 if luck(key, 0, ident, AWARE) < p.awareness_2015 else 0
    able = may_register(firm.rd_1, firm.patents + firm.other_ip, firm.science_staff, firm.staff)
    firm.eligible = 1 if able else 0


@kernel
def spread_patents(w, total):
    """Share out ``total`` live patents over living firms by their research, exact to the last one [patents]."""
    n = w.district[0].n_firms
    weight = 0.0
    for i in range(n):
        f = w.firms[i]
        w.scratch[i] = 0.0
        if f.alive == 1 and f.knowledge > 0.0:
            w.scratch[i] = math.exp(0.6 * math.log(f.knowledge / 100.0 + 0.05) + 0.5 * f.quality)
            weight += w.scratch[i]
    running, given = 0.0, 0
    for i in range(n):
        if w.scratch[i] > 0.0:
            running += total * w.scratch[i] / weight
            upto = int(math.floor(running + 0.5))
            w.firms[i].patents = upto - given
            given = upto


@kernel
def surveyed_total(w):
    """Reported R&D of the living that reaches the survey, of the last year [万元/yr]."""
    total = 0.0
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        if f.alive == 1:
            total += surveyed_rd(f.rd_1, f.above_scale == 1, f.giant, w.params[0].survey_coverage)
    return total


@kernel
def scale_research(w, i, factor):
    """Scale the research of one firm, its past and its staff to match."""
    f = w.firms[i]
    f.intensity = min(0.6, f.intensity * factor)
    f.rd *= factor
    f.rd_year *= factor
    f.rd_1 *= factor
    f.rd_2 *= factor
    f.rd_3 *= factor
    f.knowledge *= factor


@kernel
def match_research(w):
    """Meet the published R&D of 2015 under the reading drawn: the giants absorb what they can, then everyone but
    those whom a 高企 line holds up."""
    d = w.district[0]
    wanted = w.known[0].rd_share_of_gdp_2015 * 0.01 * d.gdp_2015 * 10000.0 / d.scale
    if not wanted > 0.0:
        return
    firms_wanted = wanted * (1.0 - w.params[0].other_rd_share)
    giants = 0.0
    for i in range(d.n_firms):
        if w.firms[i].alive == 1 and w.firms[i].giant > 0:
            giants += w.firms[i].rd_1
    others = surveyed_total(w) - giants
    if giants > 0.0:
        factor = min(3.0, max(0.25, (firms_wanted - others) / giants))
        for i in range(d.n_firms):
            if w.firms[i].giant > 0:
                scale_research(w, i, factor)
    for _ in range(12):
        total = surveyed_total(w)
        if total <= 0.0 or abs(total - firms_wanted) < 0.002 * firms_wanted:
            break
        factor = firms_wanted / total
        for i in range(d.n_firms):
            if w.firms[i].intensity > 0.0:
                floor = 0.0
                if w.firms[i].hnte_q != NEVER and w.firms[i].giant == 0:
                    floor = 1.02 * hnte_rd_line(w.firms[i].revenue) * w.firms[i].revenue / max(1e-9, w.firms[i].rd_1)
                scale_research(w, i, max(factor, min(1.0, floor)))


@kernel
def start_economy(w):
    """GDP and population of the record, and the background they imply."""
    d = w.district[0]
    known = w.known[0]
    u = luck(d.run_key, 0, agent_id(DISTRICT, DOOR_START, 0, 0), GDP_START)
    d.gdp_2015 = known.gdp_start_low + u * (known.gdp_start_high - known.gdp_start_low)
    d.gdp = d.gdp_2015
    population = known.population_2020
    for y in range(5, 0, -1):
        population *= math.exp(-w.environment[y].population_growth)
    d.population = population
    d.population_precensus = population * precensus_ratio(w)


@kernel
def precensus_ratio(w):
    """The population used before the census over the census-consistent one of the same year [share]."""
    known = w.known[0]
    population = known.population_2020
    for y in range(5, int(known.population_precensus_year) - FIRST_YEAR, -1):
        population *= math.exp(-w.environment[y].population_growth)
    return known.population_precensus / population


@kernel
def add_body(w, kind, host, nth):
    """A station at a firm, or an institute of its own (``host`` below zero), there since before the end of 2015."""
    d = w.district[0]
    row = d.n_institutes
    if row >= w.institutes.size:
        d.overflow = 1
        return
    inst = w.institutes[row]
    inst.id = agent_id(INSTITUTE, DOOR_START, START_QUARTER, 2000 + 100 * kind + nth)
    inst.kind = kind
    inst.host = host
    inst.sector = w.firms[host].sector if host >= 0 else chosen_sector(w, luck(d.run_key, 0, inst.id, SECTOR))
    inst.birth_q = START_QUARTER
    inst.researchers = 10.0 if host >= 0 else 40.0
    inst.capacity = 0 if host >= 0 else 10
    inst.quality = 1.0
    inst.alive = 1
    d.n_institutes = row + 1


@kernel
def unrecorded(w, drawn, kind):
    """A number of 2015 that no record has, in agents: the amount drawn of it, by luck rounded up or down."""
    d = w.district[0]
    return whole(drawn / d.scale, luck(d.run_key, 0, agent_id(DISTRICT, DOOR_START, START_QUARTER, kind), UNRECORDED))


@kernel
def next_host(w, ready):
    """The firm marked ``ready`` in ``w.tally`` that does most research [row], -1 of none; its mark is taken off."""
    most, row = 0.0, NOWHERE
    for i in range(w.district[0].n_firms):
        if w.tally[i] == ready and w.firms[i].rd > most:
            most, row = w.firms[i].rd, np.int64(i)
    if row >= 0:
        w.tally[row] = 0
    return row


@kernel
def start_stations(w):
    """Stations of 2015 (``stations_2015``, D): at register firms with a platform and at giants, first at those that do most research."""
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        w.tally[i] = int((f.register_q != NEVER) & ((f.platforms > 0) | (f.giant > 0)))
    for k in range(unrecorded(w, w.params[0].stations_2015, STATION)):
        host = next_host(w, 1)
        if host >= 0:
            w.firms[host].postdoc_q = START_QUARTER - 8
            add_body(w, STATION, host, k)


@kernel
def start_titles(w):
    """专精特新 of 2015 (``specialised_2015``, D), of the last three years: at small register firms that meet the city's criteria."""
    d = w.district[0]
    for i in range(d.n_firms):
        f = w.firms[i]
        fit = may_be_specialised(False, 0.25 * (START_QUARTER - f.birth_q), f.rd_1, f.sales_1, f.staff, f.hnte_q != NEVER)
        w.tally[i] = int(fit & (f.register_q != NEVER) & (f.giant == 0))
    for _ in range(unrecorded(w, w.params[0].specialised_2015, 100)):
        holder = next_host(w, 1)
        if holder >= 0:
            f = w.firms[holder]
            f.specialised_q = START_QUARTER - 4 * int(3.0 * luck(d.run_key, 1, f.id, VINTAGE))


@kernel
def add_platform(w, host, quarter, nth):
    """A recognised platform hosted by a firm, as one more row of institutes; returns whether there was room."""
    d = w.district[0]
    row = d.n_institutes
    if row >= w.institutes.size:
        d.overflow = 1
        return False
    inst = w.institutes[row]
    inst.id = agent_id(INSTITUTE, DOOR_START, quarter, 1000 + nth)
    inst.kind = HOSTED
    inst.host = host
    inst.sector = w.firms[host].sector
    inst.birth_q = quarter
    inst.researchers = 10.0
    inst.quality = 1.0
    inst.alive = 1
    d.n_institutes = row + 1
    w.firms[host].platforms += 1
    return True


@kernel
def known_count(value, scale):
    """A known count in agents, -1 where the record is silent."""
    return int(value / scale + 0.5) if value > 0.0 else -1


@kernel
def start_institutes(w):
    """Ten university groups outside the district, of whose time it has a share, and the platforms known in 2015: new-type institutes and
    high-end platforms as drawn (``institutes_2015``, ``high_end_2015``, D), the others hosted by the largest researchers.
    """
    d = w.district[0]
    for k in range(10):
        inst = w.institutes[k]
        inst.id = agent_id(INSTITUTE, DOOR_START, START_QUARTER, k)
        inst.kind = UNIVERSITY
        inst.sector = k if k < N_SECTORS else -1
        inst.host = NOWHERE
        inst.birth_q = -100
        inst.researchers = 60.0
        inst.capacity = max(1, int(12.0 * d.districts / d.scale + 0.5))
        inst.quality = 1.0
        inst.alive = 1
    d.n_institutes = 10
    wanted = known_count(w.known[0].rd_platforms_2015, d.scale)
    institutes, high_end = unrecorded(w, w.params[0].institutes_2015, NEW_INSTITUTE), unrecorded(w, w.params[0].high_end_2015, HIGH_END)
    for k in range(institutes):
        add_body(w, NEW_INSTITUTE, NOWHERE, k)
    for k in range(high_end):
        add_body(w, HIGH_END, NOWHERE, k)
    given = institutes + high_end
    for layer in range(6):
        for i in range(d.n_firms):
            f = w.firms[i]
            if given < wanted and f.register_q != NEVER and f.platforms == layer and layer < hosts_room(f.giant):
                if layer > 0 or f.giant > 0 or f.above_scale == 1:
                    if add_platform(w, i, START_QUARTER, given):
                        given += 1
    for i in range(d.n_firms):
        if given < wanted and w.firms[i].rd > 0.0 and w.firms[i].platforms == 0:
            if add_platform(w, i, START_QUARTER, given):
                given += 1


@kernel
def start_incubators(w):
    """Seven a district, as in 大渡口 in 2015 (大渡口府办发〔2015〕71号: a nursery, three incubators, three accelerator parks, 140 tenants);
    levels D.
    """
    d = w.district[0]
    many = max(1, int(7.0 * d.districts / d.scale + 0.5))
    for n in range(many):
        inc = w.incubators[n]
        k = n % 7
        inc.id = agent_id(INCUBATOR, DOOR_START, START_QUARTER, n)
        inc.kind = MAKERSPACE if k == 0 else (INCUBATOR_KIND if k < 4 else (PARK if k == 4 else ACCELERATOR))
        inc.level = MUNICIPAL if k in (1, 2, 4) else DISTRICT_LEVEL
        inc.sector = -1 if k % 2 == 0 else k % 3
        inc.capacity = 40
        inc.quality = 0.8 + 0.4 * luck(d.run_key, 0, inc.id, QUALITY)
        inc.birth_q = START_QUARTER - 8
        inc.titled_q = START_QUARTER if inc.level > 0 else NEVER
        inc.alive = 1
    d.n_incubators = many
    tenants = 0
    for i in range(d.n_firms):
        f = w.firms[i]
        if tenants < 20 * many and f.alive == 1 and f.giant == 0 and START_QUARTER - f.birth_q <= 8 and f.revenue < 3000.0:
            f.incubator = tenants % many
            w.incubators[tenants % many].occupancy += 1
            tenants += 1


@kernel
def start_people(w):
    """The high-end talent of 2015 (``talent_2015``, D), each at the firm that appeals to them most."""
    d = w.district[0]
    n = int(w.params[0].talent_2015 / d.scale + 0.5)
    for k in range(n):
        person = w.people[k]
        person.id = agent_id(TALENT, DOOR_START, START_QUARTER, k)
        person.quality = normal(luck(d.run_key, 0, person.id, PERSON_QUALITY))
        person.sector = chosen_sector(w, luck(d.run_key, 0, person.id, SECTOR))
        person.status = PRESENT
        person.arrival_q = START_QUARTER
        person.leave_q = NEVER
        person.package = 30.0
        person.paid = 300000.0
        person.alive = 1
        person.host = best_host(w, person, hosts(w))
        if person.host >= 0:
            w.firms[person.host].talents += 1
    d.n_people = n


@kernel
def may_host(f):
    """Whether a firm does research enough for a person to consider it."""
    return (f.alive != 0) & (f.rd >= 30.0) & (f.register_q != NEVER)


@kernel
def appeal_at(person, f, u):
    """Appeal of a firm to a person [points], at a given draw of the two."""
    return host_appeal(f.science_staff, f.sector == person.sector, f.platforms, f.postdoc_q != NEVER, f.hnte_q != NEVER, u)


@kernel
def host_score(w, person, i):
    """Appeal of firm ``i`` to a person [points]; far below zero where it does no research."""
    f = w.firms[i]
    if not may_host(f):
        return -1e9
    pair = f.id ^ (person.id >> 1)
    return appeal_at(person, f, luck(w.district[0].run_key, person.arrival_q, pair, STATUS_RANK))


@kernel
def hosts(w):
    """List the firms that a person would consider, in ``w.rows``; returns how many."""
    count = 0
    for i in range(w.district[0].n_firms):
        w.rows[count] = i
        count += int(may_host(w.firms[i]))
    return count


@kernel
def best_host(w, person, listed):
    """Of the first ``listed`` of ``w.rows`` (``hosts``), the firm that appeals most to a person [row], -1 of none. Who could not
    win by any draw draws none.
    """
    best, row = -1e8, NOWHERE
    for i in w.rows[:listed]:
        if appeal_at(person, w.firms[i], 1.0) > best:
            score = host_score(w, person, np.int64(i))
            if score > best:
                best, row = score, np.int64(i)
    return row


@kernel
def start_background(w):
    """What lies outside the modelled firms: GDP, industry, digital value added; firms' own part is subtracted."""
    d = w.district[0]
    modelled, strategic, industry = 0.0, 0.0, 0.0
    for i in range(d.n_firms):
        f = w.firms[i]
        modelled += f.revenue * w.sectors[f.sector].value_added_ratio
        if f.industry == 1 and f.above_scale == 1:
            industry += f.revenue
            if f.strategic == 1:
                strategic += f.revenue
    modelled *= 0.0001 * d.scale
    industry *= 0.0001 * d.scale
    strategic *= 0.0001 * d.scale
    d.value_added_counted = min(1.0, 0.8 * d.gdp / max(1e-9, modelled))
    d.background_gdp = d.gdp - d.value_added_counted * modelled
    output = max(1.1 * d.gdp_2015, industry * 1.3)
    d.strategic_industry = max(0.0, 0.01 * w.params[0].strategic_share_2015 * output - strategic)
    d.ordinary_industry = max(0.1 * output, output - d.strategic_industry - industry)
    d.high_tech_industry = 0.12 * output
    d.digital_background = 0.03 * d.gdp_2015
    d.digital_counted = 1.0
    d.high_tech_counted = 1.0


@kernel
def synthesise(w):
    """A district of the end of 2015, from this run's own parameters, readings and luck. Arrays must be cleared."""
    d = w.district[0]
    known = w.known[0]
    d.quarter, d.year, d.season, d.row = START_QUARTER, FIRST_YEAR, 3, 0
    d.push, d.hnte_push = 1.0, 1.0
    d.register_pace, d.scale_pace, d.hnte_pace, d.platform_pace, d.title_pace, d.otc_pace = 1.0, 1.0, 1.0, 1.0, 1.0, 1.0
    d.loan_pace, d.commercial_pace, d.project_pace = 1.0, 1.0, 1.0
    start_economy(w)
    n = min(w.firms.size, int(w.params[0].pool_size / d.scale))
    giants = 0
    for g in range(w.giants.size):
        if w.giants[g].arrives <= FIRST_YEAR:
            giants += 1
    scale_hnte = max(0, known_count(known.high_tech_enterprises_above_scale_2015, d.scale))
    scale_register = max(0, known_count(known.tech_enterprises_above_scale_2015, d.scale))
    hnte = max(0, known_count(known.high_tech_enterprises_2015, d.scale))
    register = max(0, known_count(known.tech_enterprises_2015, d.scale))
    row = 0
    for g in range(w.giants.size):
        if w.giants[g].arrives <= FIRST_YEAR:
            clear_dates(w.firms[row])
            make_giant(w, w.firms[row], g, agent_id(ENTERPRISE, DOOR_START, START_QUARTER, 900000 + g), START_QUARTER)
            row += 1
    for i in range(row, n):
        clear_dates(w.firms[i])
        make_starting_firm(w, w.firms[i], i, class_of(i, giants, scale_hnte, scale_register, hnte, register))
    d.n_firms = n
    d.start_firms = n
    match_research(w)
    if known.patents_per_10k_2015 > 0.0:
        spread_patents(w, int(known.patents_per_10k_2015 * d.population_precensus / d.scale + 0.5))
    for f in range(N_FUNDS):
        w.funds[f].id = agent_id(FUND, DOOR_START, START_QUARTER, f)
        w.funds[f].kind = f
        w.funds[f].alive = 1
    d.fund_committed = 0.35 * w.params[0].fund_scale_2020 * 10000.0 / d.scale
    start_institutes(w)
    start_stations(w)
    start_titles(w)
    start_incubators(w)
    start_people(w)
    start_background(w)


@kernel
def draw_environment(
    w, table, path, shift, record_sd, persistent_sd, sd, rho, low, high, shock, sd_scale, sector_sd, shock_probability, forced_shock_year
):
    """This run's environment: values by year of every field, mean reverting after the record.

    ``table`` is ``w.environment`` seen as float64 [years, fields]; the other arrays are [fields] or [fields, years].
    """  # fmt: skip
    key = w.district[0].environment_key
    n_years, n_fields = table.shape
    shocked = -1
    if forced_shock_year > 0:
        shocked = forced_shock_year - FIRST_YEAR
    elif shock_probability > 0.0:
        for y in range(6, n_years):
            u = luck(key, 4 * y, agent_id(DISTRICT, 0, 0, 1), SHOCK_YEAR)
            if shocked < 0 and u < shock_probability:
                shocked = y
    for k in range(n_fields):
        ident = agent_id(ENVIRONMENT, 0, 0, k)
        level = persistent_sd[k] * sd_scale * normal(luck(key, 0, ident, PATH_LEVEL))
        before = 0.0
        for y in range(n_years):
            z = normal(luck(key, 4 * y, ident, PATH))
            if y <= 5:
                value = path[k, y] + record_sd[k] * z
                before = 0.0
            else:
                before = rho[k] * before + sd[k] * sd_scale * z
                value = path[k, y] + shift[k] + level + before
                if y == shocked:
                    value += shock[k]
            table[y, k] = min(high[k], max(low[k], value))
    for y in range(n_years):
        for s in range(N_SECTORS):
            z = normal(luck(key, 4 * y, agent_id(ENVIRONMENT, 1, 0, s), PATH))
            w.demand[y, s] = w.environment[y].sector_demand + sector_sd * z


def clear(w: World) -> None:
    """Zero every table of a world before the next run is synthesised into it."""
    used = {"firms": w.district[0].n_firms, "institutes": w.district[0].n_institutes, "people": w.district[0].n_people}
    for name in ("firms", "incubators", "institutes", "funds", "people", "district"):
        table = getattr(w, name).view(np.ndarray)
        table[: used.get(name, table.size)].view(np.uint8)[:] = 0
    for array in (w.ledger, w.flows, w.indicators, w.adjusted, w.reached, w.verdict, w.scratch, w.tally, w.inbox, w.inbox_start):
        array[:] = 0
