"""What the district does in a quarter: who arrives, what is counted, who is recognised, what is published."""

import math

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER, NOWHERE, founded_more, founding_rate
from yidu.agents.fund import INDUSTRY, fund_condition, industry_amount
from yidu.agents.incubator import DISTRICT_LEVEL, INCUBATOR_KIND, MAKERSPACE, MUNICIPAL, OTHER_PARK, capacity_of, founding_factor
from yidu.agents.institute import (
    COLLABORATION_CENTRE,
    CONSORTIUM,
    HIGH_END,
    HOSTED,
    NEW_INSTITUTE,
    STATION,
    TRANSFER,
    centres_with_consortia,
    converted_researchers,
    pilot_contacts,
    pilot_reach,
    project_score,
    upgrade_chance,
    upgrade_merit,
)
from yidu.agents.luck import (  # fmt: skip
    ANCHOR_LANDS,
    ARRIVES,
    BIRTHS,
    CAPACITY,
    COLLABORATION,
    CONVERTS,
    DISTRICT,
    DOOR_ANCHOR,
    DOOR_ATTRACTED,
    DOOR_FLEXIBLE,
    DOOR_FOUNDED,
    DOOR_GIANT,
    DOOR_MARKET,
    DOOR_POLICY,
    DOOR_RECRUITED,
    DOOR_SPIN_OFF,
    ENTERPRISE,
    FLEXES,
    FOUNDS_CONSORTIA,
    FUND_AMOUNT,
    GIANT_ARRIVES,
    HIGH_PLATFORM,
    HIGH_TECH_SHARE,
    INCUBATOR,
    INSTITUTE,
    INSTITUTE_LANDS,
    JOINS_CONSORTIUM,
    LANDS,
    LANDS_WHEN,
    OPENS_MARKET,
    OPENS_POLICY,
    OTHER_IP,
    OUT_FOR,
    PERSON_QUALITY,
    PUBLICATION,
    QUALITY,
    RD_DOER,
    REGISTERS,
    RISES,
    SECTOR,
    SPIN_OFF,
    TALENT,
    TRANSFER_BODY,
    agent_id,
    happens,
    hosted_id,
    luck,
    normal,
    poisson,
    whole,
)
from yidu.agents.statistics import published_rd, surveyed_rd
from yidu.agents.statuses import award_factor, beyond_the_best, certificate_valid, coverage, is_high_growth, is_large_or_medium, may_list
from yidu.agents.talent import CANDIDATE, PRESENT, VISITING
from yidu.sim import flows as door
from yidu.sim import indicators as ind
from yidu.sim import ledger as line
from yidu.sim.levers import FIRST_YEAR
from yidu.sim.population import (  # fmt: skip
    clear_dates,
    give_history,
    give_identity,
    give_size,
    intensity_of,
    make_giant,
    own_sector,
    precensus_ratio,
    revenue_of,
    sought_sector,
)
from yidu.sim.stages.books import call_roll, note, open_platforms, own_pace, pay, rank_rows, starting_up, take_words, yuan
from yidu.sim.stages.enterprise import in_consortium, join_register
from yidu.sim.stages.focus import reach_sectors

TO_FUNDS, TO_INCUBATORS, TO_INSTITUTES = 0, 1, 2  # whose mail is sorted


@kernel
def district_luck(w, decision):
    """The district's own draw for one decision of the quarter [share]."""
    d = w.district[0]
    return luck(d.run_key, d.quarter, agent_id(DISTRICT, 0, 0, 0), decision)


@kernel
def free_firm(w):
    """The next unused row of firms, -1 when the table is full (and the run is then refused)."""
    d = w.district[0]
    row = d.n_firms
    if row >= w.firms.size:
        d.overflow = 1
        return -1
    d.n_firms = row + 1
    clear_dates(w.firms[row])
    return row


@kernel
def never_counted(w, f):
    """Whether a firm is one too many of those that would register, in a run whose register, of its size, grew faster than the record's."""
    d = w.district[0]
    return luck(d.run_key, 0, f.id, OUT_FOR) > own_pace(d, f)


@kernel
def found(w, ident, how, median_factor, rd_chance, sector):
    """A new firm of a sector comes through a door; returns its row or -1."""
    row = free_firm(w)
    if row < 0:
        return -1
    d = w.district[0]
    f = w.firms[row]
    give_identity(w, f, ident, d.quarter, sector)
    f.door = how
    revenue = revenue_of(w, ident, median_factor, 0.0, 0)
    if luck(d.run_key, 0, ident, RD_DOER) < rd_chance:
        f.intensity = 1.3 * intensity_of(w, ident, revenue)
        f.high_tech_share = 0.3 + 0.7 * luck(d.run_key, 0, ident, HIGH_TECH_SHARE)
        f.other_ip = poisson(0.8, luck(d.run_key, 0, ident, OTHER_IP))
    else:
        f.high_tech_share = 0.3 * luck(d.run_key, 0, ident, HIGH_TECH_SHARE)
    give_size(w, f, revenue)
    give_history(w, f, 0.1)
    f.rd_1 = f.rd_2 = f.rd_3 = 0.0
    f.sales_1 = f.sales_2 = f.sales_3 = 0.0
    if never_counted(w, f):
        f.out_for = numbers.OUT_LEAST + numbers.OUT_SPREAD
    pay(w.books, line.OWNER_CAPITAL, f.cash)
    return row


@kernel
def found_firms(w):
    """The market founds firms: ``entry_rate`` of the starting pool a year, more with the years, where incubators are many and under
    start-up support.
    """
    d, p = w.district[0], w.params[0]
    rate = founding_rate(p.entry_rate, p.entry_growth, float(d.row) - 1.0) * founding_factor(open_platforms(w))
    rate *= founded_more(w.levers[d.row].startup_support / d.districts)
    births = poisson(0.25 * rate * d.start_firms, district_luck(w, BIRTHS))
    for k in range(births):
        ident = agent_id(ENTERPRISE, DOOR_FOUNDED, d.quarter, k)
        if found(w, ident, DOOR_FOUNDED, 0.30, 0.8 * p.rd_doer_share, own_sector(w, ident)) >= 0:
            note(w.books, door.FOUNDED, 1.0)


@kernel
def take_stake(w, f):
    """The industry fund takes a stake in a firm of some size that lands, the condition of its coming, where it has the money."""
    d = w.district[0]
    fund = w.funds[INDUSTRY]
    amount = industry_amount(f.revenue, luck(d.run_key, 0, f.id, FUND_AMOUNT))
    if f.revenue <= numbers.STAKE_FROM or fund.cash < amount:
        return
    fund.cash -= amount
    fund.paid += 1
    fund.lent += amount
    f.cash += amount
    f.vc_q = d.quarter
    pay(w.books, line.INDUSTRY_INVESTMENT, amount)
    note(w.books, door.INDUSTRY_INVESTED, 1.0)


@kernel
def settle_in(w, f):
    """A signed project that lands: it may bring a stake of the fund, and half of those with research are science firms where they come
    from and enter the register at once (operators are rewarded for just these, 大渡口府办发〔2020〕12号 S; the share D).
    """
    take_stake(w, f)
    if f.intensity > 0.0:
        f.other_ip = max(1, f.other_ip)
        if f.out_for == 0 and luck(w.district[0].run_key, 0, f.id, REGISTERS) < numbers.LANDED_REGISTER:
            f.eligible = 1
            join_register(w, f, door.REGISTERED_ATTRACTED)


@kernel
def note_landing(w, f):
    """Count a project that landed by its industry."""
    note(w.books, door.LANDED_BIG_DATA + min(int(f.sector), 4), 1.0)  # the four pillars, then traditional industry


@kernel
def land_attracted(w):
    """Signed projects land one to three years later, a share of them, not all with research (C/D), of the sectors then sought."""
    d, p = w.district[0], w.params[0]
    for y in range(max(0, d.row - 4), d.row + 1):
        signed = whole(w.levers[y].firms_attracted / d.scale, luck(d.run_key, 4 * y, agent_id(DISTRICT, 0, 0, 0), LANDS))
        condition = fund_condition(w.levers[y].industry_fund / d.districts)
        odds = min(1.0, p.contract_realisation * condition * math.exp(-0.3 * w.environment[y].city_pull))
        for k in range(signed):
            ident = agent_id(ENTERPRISE, DOOR_ATTRACTED, 4 * y, k)
            when = 4 * y + 4 + int(8.0 * luck(d.run_key, 0, ident, LANDS_WHEN))
            if when == d.quarter and luck(d.run_key, 0, ident, LANDS) < odds:
                row = found(w, ident, DOOR_ATTRACTED, 1.2, p.attracted_rd_share, sought_sector(w, ident, y))
                if row >= 0:
                    w.firms[row].birth_q = d.quarter - 8
                    w.firms[row].aware = 1
                    note(w.books, door.ATTRACTED, 1.0)
                    note_landing(w, w.firms[row])
                    settle_in(w, w.firms[row])
        large = whole(w.levers[y].anchor_firms / d.scale, luck(d.run_key, 4 * y, agent_id(DISTRICT, 0, 0, 0), ANCHOR_LANDS))
        for k in range(large):
            ident = agent_id(ENTERPRISE, DOOR_ANCHOR, 4 * y, k)
            if 4 * y + 4 + int(8.0 * luck(d.run_key, 0, ident, LANDS_WHEN)) == d.quarter:
                row = land_anchor(w, ident, DOOR_ANCHOR, sought_sector(w, ident, y))
                if row >= 0:
                    note_landing(w, w.firms[row])
                    w.firms[row].cash += yuan(numbers.ANCHOR_CONDITION)
                    pay(w.books, line.ANCHOR_CONDITIONS, yuan(numbers.ANCHOR_CONDITION))
                    take_stake(w, w.firms[row])
    if d.season == 0:
        pay(w.books, line.ATTRACTION, yuan(numbers.ATTRACTION_COST * w.levers[d.row].firms_attracted / d.scale))


@kernel
def land_anchor(w, ident, how, sector):
    """A large firm of a sector arrives: 2 to 15 亿元 of revenue, 2 to 4 % of it research (D); its output is part of GDP. Returns its
    row or -1.
    """
    d = w.district[0]
    row = found(w, ident, how, 1.0, 1.0, sector)
    if row < 0:
        return -1
    f = w.firms[row]
    f.revenue = 20000.0 * math.exp(2.0 * luck(d.run_key, 0, ident, QUALITY))
    f.intensity = 0.02 + 0.02 * luck(d.run_key, 0, ident, HIGH_TECH_SHARE)
    f.staff = f.revenue / 100.0
    f.science_staff = 0.12 * f.staff
    f.rd = 0.5 * f.intensity * f.revenue
    f.knowledge = 2.0 * f.rd
    f.birth_q = d.quarter - 20
    f.aware = 1
    f.out_for = 0
    f.other_ip = 5
    f.giant = 100
    d.anchors += 1.0
    note(w.books, door.ATTRACTED, 1.0)
    return row


@kernel
def giants_arrive(w):
    """Named giants arrive in their year; a few unnamed ones come without policy (``giant_arrival``)."""
    d = w.district[0]
    for g in range(w.giants.size):
        if w.giants[g].arrives == d.year and w.giants[g].arrives > FIRST_YEAR and d.season == 1:
            row = free_firm(w)
            if row >= 0:
                make_giant(w, w.firms[row], g, agent_id(ENTERPRISE, DOOR_GIANT, d.quarter, g), d.quarter)
                w.firms[row].above_scale = 0
                w.firms[row].hnte_q = NEVER
                w.firms[row].door = DOOR_GIANT
                pay(w.books, line.OWNER_CAPITAL, w.firms[row].cash)
                note(w.books, door.ATTRACTED, 1.0)
                note(w.books, door.REGISTERED_ATTRACTED, 1.0)
    arriving = poisson(0.25 * w.environment[d.row].giant_arrival / d.scale, district_luck(w, GIANT_ARRIVES))
    for k in range(arriving):
        ident = agent_id(ENTERPRISE, DOOR_GIANT, d.quarter, 100 + k)
        land_anchor(w, ident, DOOR_GIANT, own_sector(w, ident))


@kernel
def open_incubators(w):
    """New platforms: by policy in the second quarter, by the market in any (``incubator_market_rate``)."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    by_market = poisson(0.25 * p.incubator_market_rate / d.scale, district_luck(w, OPENS_MARKET))
    by_policy = whole(lever.incubator_openings / d.scale, district_luck(w, OPENS_POLICY)) if d.season == 1 else 0
    for k in range(by_market + by_policy):
        row = d.n_incubators
        if row >= w.incubators.size:
            d.overflow = 1
            return
        inc = w.incubators[row]
        policy = k >= by_market
        ordinal = k - by_market if policy else k
        inc.id = agent_id(INCUBATOR, DOOR_POLICY if policy else DOOR_MARKET, d.quarter, ordinal)
        u = luck(d.run_key, 0, inc.id, CAPACITY)
        inc.kind = MAKERSPACE if luck(d.run_key, 0, inc.id, SECTOR) < 0.6 else INCUBATOR_KIND
        inc.level = DISTRICT_LEVEL
        inc.capacity = capacity_of(inc.kind, u)
        inc.sector = int(4.0 * luck(d.run_key, 0, inc.id, HIGH_TECH_SHARE)) if u > 0.5 else -1
        inc.quality = 0.8 + 0.4 * luck(d.run_key, 0, inc.id, QUALITY)
        inc.birth_q = d.quarter
        inc.titled_q = NEVER
        inc.alive = 1
        d.n_incubators = row + 1
        if d.year > 2020:
            d.incubators_since_2021 += 1.0
        if policy:
            note(w.books, door.INCUBATOR_POLICY, 1.0)
            pay(w.books, line.INCUBATOR_OPENING, yuan(numbers.START_UP))
        else:
            note(w.books, door.INCUBATOR_MARKET, 1.0)


@kernel
def new_institute(w, ident, kind, sector, host):
    """One more row of institutes; returns it or -1."""
    d = w.district[0]
    row = d.n_institutes
    if row >= w.institutes.size:
        d.overflow = 1
        return -1
    inst = w.institutes[row]
    inst.id = ident
    inst.kind = kind
    inst.sector = sector
    inst.host = host
    inst.birth_q = d.quarter
    inst.researchers = 10.0 if host >= 0 else 40.0
    inst.capacity = 0 if host >= 0 else 10
    inst.quality = 1.0
    inst.alive = 1
    d.n_institutes = row + 1
    return row


@kernel
def convert_bodies(w):
    """Own research bodies of 规上 firms that have run for a year become legal persons, those with most people first; the district helps
    as many as it has set, or as there are.
    """
    d = w.district[0]
    helped = whole(w.levers[d.row].institute_conversion / d.scale, district_luck(w, CONVERTS))
    count = 0
    for k in range(d.n_institutes):
        inst = w.institutes[k]
        if inst.alive == 0 or inst.kind != HOSTED or inst.legal_q > 0 or d.quarter - inst.birth_q < numbers.CONVERSION_AFTER:
            continue
        f = w.firms[inst.host]
        if f.alive == 1 and f.above_scale == 1:
            w.scratch[k] = converted_researchers(f.science_staff, f.platforms)
            w.tally[count] = k
            count += 1
    rank_rows(w.tally, w.scratch, w.institutes, count)
    for j in range(min(helped, count)):
        inst = w.institutes[w.tally[j]]
        inst.legal_q = d.quarter
        inst.researchers = w.scratch[w.tally[j]]
        note(w.books, door.BODY_CONVERTED, 1.0)
        pay(w.books, line.INSTITUTE_CONVERSION, yuan(numbers.CONVERSION_COST))


@kernel
def run_pilot_bases(w):
    """Pilot bases serve the firms that have a partner, with no more money than these have use for; the rest is not spent."""
    d = w.district[0]
    yearly = w.levers[d.row].pilot_bases
    d.pilot_reach, d.pilot_contacts = 0.0, 0.0
    if yearly <= 0.0:
        return
    partnered = 0
    for i in range(d.n_firms):
        partnered += int((w.firms[i].alive == 1) & (w.firms[i].partner >= 0) & (w.firms[i].giant == 0))
    planned = yuan(0.25 * yearly / d.scale)
    spent = min(planned, yuan(0.25 * numbers.PILOT_MOST * partnered))
    pay(w.books, line.PILOT_BASES, spent)
    note(w.books, door.PILOT_UNPLACED, math.floor(0.0001 * (planned - spent)))
    a_year = 0.0004 * spent
    d.pilot_reach = pilot_reach(a_year / max(1, partnered))
    d.pilot_contacts = d.districts * pilot_contacts(a_year * d.scale / d.districts)


@kernel
def land_institutes(w):
    """新型研发机构 sought may fail to land; 高端平台, 协同创新中心 and 转移机构 are won or recognised, rarely (D)."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    if d.season == 1:
        sought = whole(lever.institute_openings / d.scale, district_luck(w, INSTITUTE_LANDS))
        for k in range(sought):
            ident = agent_id(INSTITUTE, DOOR_POLICY, d.quarter, k)
            if luck(d.run_key, d.quarter, ident, INSTITUTE_LANDS) < p.institute_landing:
                if new_institute(w, ident, NEW_INSTITUTE, own_sector(w, ident), NOWHERE) >= 0:
                    note(w.books, door.PLATFORM_INSTITUTE, 1.0)
                    note(w.books, door.INSTITUTE_LANDED, 1.0)
                    pay(w.books, line.INSTITUTE_CONSTRUCTION, yuan(numbers.CONSTRUCTION))
        if lever.institute_conversion > 0.0:
            convert_bodies(w)
    contacts = lever.transfer_services + d.pilot_contacts
    d.contacts = contacts
    pay(w.books, line.TRANSFER_SERVICES, yuan(0.25 * numbers.CONTACT_COST * lever.transfer_services / d.scale))
    if d.season != 2 or d.year <= 2018:
        return
    partnered = 0.0
    for i in range(d.n_firms):
        if w.firms[i].alive == 1 and w.firms[i].partner >= 0:
            partnered += 1.0
    pull = math.exp(-0.5 * w.environment[d.row].city_pull)
    rate = p.high_platform_rate / d.scale * (1.0 + 0.5 * lever.institute_openings / d.districts) * pull
    for k in range(poisson(rate, district_luck(w, HIGH_PLATFORM))):
        if new_institute(w, agent_id(INSTITUTE, DOOR_MARKET, d.quarter, k), HIGH_END, k % 3, NOWHERE) >= 0:
            note(w.books, door.PLATFORM_HIGH_END, 1.0)
            note(w.books, door.HIGH_END_SET_UP, 1.0)
    if d.year <= 2020:
        return
    busy = min(2.0, partnered * d.scale / d.districts / 25.0)
    rate = p.collaboration_rate / d.scale * busy * (1.0 + 0.02 * lever.joint_projects / d.districts)
    running = 0
    for k in range(d.n_institutes):
        running += int((w.institutes[k].alive == 1) & (w.institutes[k].kind == CONSORTIUM))
    rate *= centres_with_consortia(running * d.scale / d.districts)
    for k in range(poisson(rate, district_luck(w, COLLABORATION))):
        if new_institute(w, agent_id(INSTITUTE, DOOR_MARKET, d.quarter, 100 + k), COLLABORATION_CENTRE, k % 3, NOWHERE) >= 0:
            note(w.books, door.COLLABORATION_RECOGNISED, 1.0)
    rate = d.districts * (1.0 - math.exp(-0.5 * contacts / d.districts / p.transfer_threshold))
    for k in range(poisson(rate / d.scale, district_luck(w, TRANSFER_BODY))):
        if new_institute(w, agent_id(INSTITUTE, DOOR_MARKET, d.quarter, 200 + k), TRANSFER, -1, NOWHERE) >= 0:
            note(w.books, door.TRANSFER_RECOGNISED, 1.0)


@kernel
def spin_off_firms(w):
    """New institutes spin off firms, three in ten years each (D)."""
    d = w.district[0]
    for k in range(d.n_institutes):
        inst = w.institutes[k]
        if inst.alive == 1 and (inst.kind == NEW_INSTITUTE or inst.kind == HIGH_END):
            if happens(luck(d.run_key, d.quarter, inst.id, SPIN_OFF), 0.3):
                ident = hosted_id(ENTERPRISE, d.quarter, inst.id, 0)
                row = found(w, ident, DOOR_SPIN_OFF, 0.3, 1.0, own_sector(w, ident))
                if row >= 0:
                    w.firms[row].other_ip += 2
                    w.firms[row].aware = 1
                    note(w.books, door.SPUN_OFF, 1.0)


@kernel
def new_person(w, ident, how, package):
    """A candidate considers the district."""
    d = w.district[0]
    row = d.n_people
    if row >= w.people.size:
        d.overflow = 1
        return
    person = w.people[row]
    person.id = ident
    person.quality = normal(luck(d.run_key, 0, ident, PERSON_QUALITY))
    person.sector = sought_sector(w, ident, d.row) if how == DOOR_RECRUITED else own_sector(w, ident)
    person.host = NOWHERE
    person.status = CANDIDATE
    person.door = how
    person.package = package
    person.paid = 0.0
    person.arrival_q = d.quarter
    person.leave_q = NEVER
    person.alive = 1
    d.n_people = row + 1


@kernel
def people_arrive(w):
    """People hear of the district: by offers (a quarter of the year's each season) and on their own."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    year_key = agent_id(DISTRICT, 0, 4 * d.row, 1)
    offers = whole(lever.talent_recruitment / d.scale, luck(d.run_key, 4 * d.row, year_key, ARRIVES))
    for k in range(offers):
        if k % 4 == d.season:
            new_person(w, agent_id(TALENT, DOOR_RECRUITED, 4 * d.row, k), DOOR_RECRUITED, lever.talent_package)
            pay(w.books, line.TALENT_SEARCH, yuan(numbers.OFFER_COST))
    if lever.flexible_talent > 0.0:
        for k in range(whole(lever.flexible_talent / d.scale, luck(d.run_key, 4 * d.row, year_key, FLEXES))):
            if k % 4 == d.season:
                new_person(w, agent_id(TALENT, DOOR_FLEXIBLE, 4 * d.row, k), DOOR_FLEXIBLE, 0.0)
    mean = 0.25 * p.talent_arrival / d.scale * math.exp(-0.5 * w.environment[d.row].city_pull)
    for k in range(poisson(mean, district_luck(w, ARRIVES))):
        new_person(w, agent_id(TALENT, DOOR_MARKET, d.quarter, k), DOOR_MARKET, lever.talent_package)


@kernel
def open_quarter(w, lo, hi):
    """The calendar turns, and whoever arrives this quarter arrives."""
    d = w.district[0]
    d.quarter += 1
    d.season = d.quarter % 4
    d.row = d.quarter // 4
    d.year = FIRST_YEAR + d.row
    giants_arrive(w)
    found_firms(w)
    land_attracted(w)
    open_incubators(w)
    run_pilot_bases(w)
    land_institutes(w)
    spin_off_firms(w)
    people_arrive(w)


@kernel
def open_roll(w, lo, hi):
    """Whoever arrives has arrived: the roll of firms alive is called, and each takes its luck of the quarter."""
    call_roll(w)
    take_words(w)


@kernel
def close_roll(w, lo, hi):
    """Whoever closes has closed: the roll is called again."""
    call_roll(w)


@kernel
def missing_share(task, done, opening):
    """Part of the year's own task still to do [share]; the task is the government's, not a target of the plan."""
    return min(1.0, max(0.0, task - done) / max(1.0, task - opening))


@kernel
def share_support(w):
    """Start-up support for each young firm this year: evenly, no more than a rent; what finds no taker is not paid, and counted."""
    d = w.district[0]
    money = w.levers[d.row].startup_support / d.scale
    d.startup_each = 0.0
    if money <= 0.0:
        return
    young = 0
    for i in w.roll[: d.n_roll]:
        young += int(starting_up(w.firms[i], d.quarter))
    d.startup_each = min(numbers.STARTUP_MOST, money / max(1, young))
    left = yuan(0.25 * money) - young * yuan(0.25 * d.startup_each)
    note(w.books, door.STARTUP_UNPLACED, math.floor(0.0001 * max(0.0, left)))


@kernel
def take_stock(w, lo, hi):
    """Count who is where, set the year's own task, and spread each service over those it could reach."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    registered, certified, unaware, able, unserved, seekers, eligible = 0, 0, 0, 0, 0, 0, 0
    knowledge = 0.0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        on_register, research = f.register_q != NEVER, f.intensity > 0.0
        knowledge += f.knowledge
        registered += int(on_register)
        certified += int(on_register & certificate_valid(f.hnte_q, d.quarter))
        able += int((f.otc_q == NEVER) & may_list(on_register, f.sales_1, (d.quarter - f.birth_q) * 0.25))
        eligible += int((f.register_q == NEVER) & (f.eligible == 1))
        unaware += int(research & (f.aware == 0))
        unserved += int(research & (f.served_year != d.year))
        seekers += int(research & (f.partner < 0))
    d.knowledge_growth = math.log((knowledge + 1.0) / (d.knowledge + 1.0)) if d.knowledge > 0.0 else 0.0
    d.knowledge = knowledge
    d.register_count, d.hnte_count, d.otc_able = registered, certified, able
    d.unaware, d.unserved, d.seekers = unaware, unserved, seekers
    if d.season == 0:
        d.register_opening, d.hnte_opening = registered, certified
        d.register_task = registered * (1.0 + p.task_growth)
        d.hnte_task = certified * (1.0 + p.task_growth)
    d.push, d.hnte_push = 1.0, 1.0
    if p.effort_on > 0.5 and d.season >= 2:
        due = p.effort_strength * lever.annual_assessment * (1.0 if d.season == 3 else 0.4)
        d.push = 1.0 + due * missing_share(d.register_task, registered, d.register_opening)
        d.hnte_push = 1.0 + due * missing_share(d.hnte_task, certified, d.hnte_opening)
    reach = unaware + 0.5 * eligible
    covered = coverage(lever.enterprise_coaching * d.push / d.scale, reach)
    d.coach_chance = 0.25 * covered
    d.coach_margin = beyond_the_best(covered, p.coaching_saturation)
    d.serve_chance = min(1.0, 0.25 * lever.ip_services / d.scale / max(1.0, unserved))
    award = award_factor(p.award_response, lever.listing_award, 30.0)
    d.list_chance = min(0.5, 0.25 * p.otc_rate * d.otc_pace * award / d.scale / max(1.0, able)) if d.year >= 2016 else 0.0
    d.back_chance = min(1.0, lever.joint_projects / d.scale / max(1.0, 0.35 * registered))
    reach_sectors(w)
    share_support(w)
    stronger = max(0.0, lever.annual_assessment - 1.0) * d.districts
    pay(w.books, line.ASSESSMENT, yuan(0.25 * numbers.ASSESSMENT_COST * stronger / d.scale))


@kernel
def asked_by(f, to):
    """Whom a firm asks this quarter [1 + row]; not above zero: nobody."""
    if to == TO_FUNDS:
        return int(f.request)
    return int(f.partner_asked) if to == TO_INSTITUTES else int(f.incubator_asked)


@kernel
def member_of(f, to):
    """Whose member a firm is [row]; below zero: nobody's, as every firm's of a fund."""
    if to == TO_FUNDS:
        return NOWHERE
    return int(f.partner) if to == TO_INSTITUTES else int(f.incubator)


@kernel
def sort_mail(w, addressees, to):
    """Members per addressee (``tally``) and applicants sorted by addressee (``inbox``), in row order."""
    d = w.district[0]
    for k in range(addressees + 1):
        w.inbox_start[k] = 0
        w.tally[k] = 0
    count = 0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        w.rows[count] = i
        count += int((member_of(f, to) >= 0) | (asked_by(f, to) > 0))
    asking = 0
    for i in w.rows[:count]:
        f = w.firms[i]
        member, asked = member_of(f, to), asked_by(f, to)
        if member >= 0:
            w.tally[member] += 1
        elif asked > 0:
            w.inbox_start[asked] += 1
            w.rows[asking] = i  # what is left of the list: those who ask
            asking += 1
    for k in range(addressees):
        w.inbox_start[k + 1] += w.inbox_start[k]
        w.scratch[k] = 0.0
    for i in w.rows[:asking]:
        to_whom = asked_by(w.firms[i], to) - 1
        w.inbox[w.inbox_start[to_whom] + int(w.scratch[to_whom])] = i
        w.scratch[to_whom] += 1.0


@kernel
def sort_fund_mail(w, lo, hi):
    """Applicants sorted by the fund they asked."""
    sort_mail(w, w.funds.size, TO_FUNDS)


@kernel
def sort_incubator_mail(w, lo, hi):
    """Tenants per incubator, and applicants sorted by the incubator they asked."""
    sort_mail(w, w.district[0].n_incubators, TO_INCUBATORS)


@kernel
def sort_partner_mail(w, lo, hi):
    """Firms per institute, and applicants sorted by the institute they asked."""
    if w.district[0].season == 0:
        sort_mail(w, w.district[0].n_institutes, TO_INSTITUTES)


@kernel
def count_people(w, lo, hi):
    """High-end talent by host, and people who work there part time, for the hosts to collect."""
    d = w.district[0]
    for i in range(d.n_firms):
        w.tally[i] = 0
        w.scratch[i] = 0.0
    for k in range(d.n_people):
        if w.people[k].status == PRESENT and w.people[k].host >= 0:
            w.tally[w.people[k].host] += 1
        elif w.people[k].status == VISITING:
            w.scratch[w.people[k].host] += 1.0


@kernel
def count_tenants(w, lo, hi):
    """Tenants and this quarter's graduates by incubator, for the incubators to collect."""
    d = w.district[0]
    for k in range(d.n_incubators):
        w.tally[k] = 0
        w.scratch[k] = 0.0
    count = 0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.incubator >= 0) | (f.incubator_asked < 0))
    for i in w.rows[:count]:
        f = w.firms[i]
        if f.incubator >= 0:
            w.tally[f.incubator] += 1
        else:
            w.scratch[-1 - f.incubator_asked] += 1.0


@kernel
def projects_in_reach(applicants):
    """Applications that meet the city's means [projects]: one for one up to forty, then by the root, for the city's
    projects do not grow with one district's applicants (D). One that the district backs counts for two.
    """
    return 1.0 * applicants if applicants <= 40.0 else math.sqrt(40.0 * applicants)


@kernel
def raise_platforms(w):
    """Good municipal platforms become national or high-end ones; the award goes to the firm that hosts them."""
    d, p = w.district[0], w.params[0]
    award = w.levers[d.row].platform_upgrade
    rate = p.high_platform_rate / d.districts
    for k in range(d.n_institutes):
        inst = w.institutes[k]
        if inst.alive == 0 or inst.kind != HOSTED or w.firms[inst.host].alive == 0:
            continue
        f = w.firms[inst.host]
        merit = upgrade_merit(d.quarter - inst.birth_q, f.science_staff, d.year - f.project_year < 3)
        if luck(d.run_key, d.quarter, inst.id, RISES) < upgrade_chance(rate, p.award_response, award, merit):
            inst.kind = HIGH_END
            inst.researchers = max(inst.researchers, numbers.HIGH_END_STAFF)
            f.cash += yuan(award)
            pay(w.books, line.PLATFORM_UPGRADE, yuan(award))
            note(w.books, door.HIGH_END_UPGRADED, 1.0)


@kernel
def leads(w, row):
    """Consortia at work that a firm leads [consortia]."""
    led = 0
    for k in range(w.district[0].n_institutes):
        inst = w.institutes[k]
        led += int((inst.alive == 1) & (inst.kind == CONSORTIUM) & (inst.host == row))
    return led


@kernel
def next_leader(w):
    """The giant that leads the next consortium [row]: of those that lead fewest, the one with most R&D; -1 where none is free. Who was
    found to be without members has a mark in ``w.tally``.
    """
    fewest, most, leader = numbers.CONSORTIA_OF_A_GIANT, 0.0, np.int64(NOWHERE)
    for i in w.roll[: w.district[0].n_roll]:
        f = w.firms[i]
        if f.giant > 0 and f.rd > 0.0 and f.register_q != NEVER and w.tally[i] == 0:
            led = leads(w, np.int64(i))
            if led < fewest or (led == fewest and led < numbers.CONSORTIA_OF_A_GIANT and f.rd > most):
                fewest, most, leader = led, f.rd, np.int64(i)
    return leader


@kernel
def willing(w, leader):
    """List register firms of the leader's sector that do research and are in no consortium, the likeliest to win projects first, in
    ``w.inbox``; returns how many.
    """
    d = w.district[0]
    count = 0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        if f.sector == w.firms[leader].sector and f.giant == 0 and f.register_q != NEVER and f.rd > 0.0 and not in_consortium(w, f):
            u = luck(d.run_key, d.quarter, f.id, JOINS_CONSORTIUM)
            w.scratch[i] = project_score(f.science_staff, f.partner >= 0, f.platforms, False, u)
            w.inbox[count] = i
            count += 1
    rank_rows(w.inbox, w.scratch, w.firms, count)
    return count


@kernel
def institute_to_join(w, sector):
    """The institute that joins a consortium [row]: with room for partners, of the sector where there is one, the largest; -1 of none."""
    largest, chosen = 0.0, NOWHERE
    for k in range(w.district[0].n_institutes):
        inst = w.institutes[k]
        size = inst.researchers * (10.0 if inst.sector == sector else 1.0)
        if inst.alive == 1 and inst.capacity > inst.partners and size > largest:
            largest, chosen = size, k
    return chosen


@kernel
def found_consortia(w):
    """Giants lead consortia of their sector, as many as are to be founded or find a leader and members; each wins a project the district
    backs, and its institute works with those members that have no partner, as far as it has room.
    """
    d = w.district[0]
    wanted = whole(w.levers[d.row].consortia / d.scale, district_luck(w, FOUNDS_CONSORTIA))
    for i in w.roll[: d.n_roll]:
        w.tally[i] = 0
    founded = 0
    while founded < wanted:
        leader = next_leader(w)
        if leader < 0:
            break
        count = willing(w, leader)
        if count < numbers.CONSORTIUM_LEAST:
            w.tally[leader] = 1
            continue
        f = w.firms[leader]
        row = new_institute(w, hosted_id(INSTITUTE, d.quarter, f.id, 8 + founded), CONSORTIUM, f.sector, leader)
        if row < 0:
            return
        founded += 1
        f.consortium = row + 1
        institute = institute_to_join(w, f.sector)
        for j in range(min(count, numbers.CONSORTIUM_MEMBERS)):
            member = w.firms[w.inbox[j]]
            member.consortium = row + 1
            if institute >= 0 and member.partner < 0 and w.institutes[institute].partners < w.institutes[institute].capacity:
                member.partner = institute
                w.institutes[institute].partners += 1
                w.institutes[institute].projects += 1
        note(w.books, door.CONSORTIUM_FOUNDED, 1.0)
        win_project(w, f, True)
    note(w.books, door.CONSORTIUM_UNLED, wanted - founded)


@kernel
def win_project(w, f, backed):
    """A project won is counted, with its firm's field."""
    d = w.district[0]
    d.joint_projects_won += d.scale
    note(w.books, door.PROJECT_WON, 1.0)
    if backed:
        note(w.books, door.PROJECT_SUPPORTED, 1.0)
    if d.year > 2020 and f.pillar == 1:
        d.tech_projects += d.scale


@kernel
def recognise(w, lo, hi):
    """Projects won (first quarter), platforms and stations recognised (third): verdicts on this quarter's proposals.

    ``verdict`` is 1 for a project paid by the city, 2 for one the district backs, 3 a platform, 4 a station.
    """
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    if d.season == 2 and lever.platform_upgrade > 0.0:
        raise_platforms(w)
    if d.season == 0 and lever.consortia > 0.0:
        found_consortia(w)
    count, sought = 0, 0.0
    for i in w.roll[: d.n_roll]:
        w.verdict[i] = 0
        f = w.firms[i]
        if f.proposal == 0:
            continue
        if f.proposal == 3 or f.proposal == 4:
            w.inbox[count] = i
            w.scratch[i] = f.asked
            count += 1
            sought += 1.0 + (numbers.BACKED_COUNTS if f.proposal == 4 else 0.0)
        elif f.proposal == 1:
            ident = hosted_id(INSTITUTE, d.quarter, f.id, 0)
            if new_institute(w, ident, HOSTED, f.sector, i) >= 0:
                w.verdict[i] = 3
                note(w.books, door.PLATFORM_RECOGNISED, 1.0)
        elif f.proposal == 2:
            ident = hosted_id(INSTITUTE, d.quarter, f.id, 1)
            if new_institute(w, ident, STATION, f.sector, i) >= 0:
                w.verdict[i] = 4
                note(w.books, door.STATION_OPENED, 1.0)
    if count == 0:
        return
    reach = d.districts * projects_in_reach(sought * d.scale / d.districts)
    quota = int(p.project_win_rate * d.project_pace * reach / d.scale + 0.5)
    rank_rows(w.inbox, w.scratch, w.firms, count)
    for k in range(min(quota, count)):
        i = w.inbox[k]
        backed = w.firms[i].proposal == 4
        w.verdict[i] = 2 if backed else 1
        win_project(w, w.firms[i], backed)


@kernel
def recorded_growth(known, year, before):
    """Growth of GDP in a year of the record [log] from the level ``before`` [亿元]: to the next figure known, evenly."""
    figures = (known.gdp_2016, known.gdp_2017, known.gdp_2018, known.gdp_2019, known.gdp_2020)
    for ahead in range(year - 2016, 5):
        if figures[ahead] > 0.0:
            return math.log(figures[ahead] / before) / (ahead - (year - 2016) + 1)
    return 0.0


@kernel
def grow_background(w):
    """Background GDP, industry and digital value added after a year; the record's own GDP to 2020."""
    d, p = w.district[0], w.params[0]
    known = w.known[0]
    modelled = 0.0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        modelled += f.revenue * w.sectors[f.sector].value_added_ratio
    modelled *= 0.0001 * d.scale
    growth = w.environment[d.row].gdp_growth
    if d.year <= 2020:
        growth = recorded_growth(known, d.year, d.gdp)
        d.gdp = d.gdp * math.exp(growth)
        d.value_added_counted = min(1.0, 0.8 * d.gdp / max(1e-9, modelled))
        d.background_gdp = d.gdp - d.value_added_counted * modelled
    else:
        d.background_gdp = d.background_gdp * math.exp(growth)
        d.gdp = d.background_gdp + d.value_added_counted * modelled
    d.ordinary_industry *= math.exp(growth)
    d.strategic_industry *= math.exp(growth + p.strategic_growth_gap)
    d.high_tech_industry *= math.exp(growth + p.strategic_growth_gap)
    d.digital_background *= math.exp(growth)
    d.population *= math.exp(w.environment[d.row].population_growth)
    if d.year == 2020:
        d.population = known.population_2020
    d.population_precensus = d.population * precensus_ratio(w)


@kernel
def end_year(w, lo, hi):
    """Background and population move a year on, in the last quarter."""
    if w.district[0].season == 3:
        grow_background(w)


@kernel
def mean_growth(now, base, years):
    """Mean yearly growth [%/yr]."""
    if base <= 0.0 or now <= 0.0:
        return math.nan
    return 100.0 * (math.exp(math.log(now / base) / years) - 1.0)


@kernel
def publish(w, lo, hi):
    """Every indicator of the year, as the statisticians would publish it, in the last quarter."""
    d, p = w.district[0], w.params[0]
    if d.season != 3:
        return
    out = w.indicators[d.row]
    for k in range(out.size):
        out[k] = 0.0
    surveyed, real, industry, strategic, high_tech_output, digital = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    pillars, makers, hosting, sizeable, active = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        surveyed += surveyed_rd(f.rd_1, f.above_scale == 1, f.giant, p.survey_coverage)
        real += f.rd_1 * (1.0 - p.rd_relabel_share)
        certified = certificate_valid(f.hnte_q, d.quarter)
        if f.register_q != NEVER:
            out[ind.TECH] += 1.0
            out[ind.NEW_THIRD_BOARD] += int(f.board == 2)
            out[ind.MAIN_BOARD] += int(f.board == 3)
            if f.above_scale == 1:
                out[ind.TECH_SCALE] += 1.0
        elif f.eligible == 1:
            out[ind.ELIGIBLE] += 1.0
        age = (d.quarter - f.birth_q) * 0.25
        if is_high_growth(f.register_q != NEVER, age, f.sales_1, f.sales_2, f.sales_3, f.rd_1):
            out[ind.HIGH_GROWTH_FIRMS] += 1.0
        if certified:
            out[ind.HIGH_TECH] += 1.0
            out[ind.HIGH_TECH_RECOGNISED] += int(d.quarter - f.hnte_q < 4)
            if f.above_scale == 1:
                out[ind.HIGH_TECH_SCALE] += 1.0
        if f.otc_q != NEVER:
            out[ind.OTC] += 1.0
        if f.specialised_q != NEVER:
            out[ind.SPECIALISED_SMES] += 1.0
        out[ind.PATENTS] += f.patents
        out[ind.SCIENCE_STAFF] += f.science_staff
        out[ind.JOBS] += f.staff
        value_added = f.revenue * w.sectors[f.sector].value_added_ratio
        if f.digital == 1:
            digital += value_added
        if f.pillar == 1:
            pillars += value_added
        if f.industry == 1 and is_large_or_medium(f.staff, f.sales_1):
            sizeable += 1.0
            active += int(f.rd_1 > 0.0)
        if f.industry == 1 and f.above_scale == 1:
            makers += 1.0
            hosting += int(f.platforms > 0)
            industry += f.sales_1
            if f.strategic == 1:
                strategic += f.sales_1
            if f.high_tech_class == 1:
                high_tech_output += f.sales_1
    for k in range(d.n_institutes):
        inst = w.institutes[k]
        if inst.alive == 0:
            continue
        if inst.kind == HOSTED or inst.kind == NEW_INSTITUTE or inst.kind == HIGH_END:
            out[ind.RD_PLATFORMS] += 1.0
        if inst.kind == NEW_INSTITUTE:
            out[ind.NEW_INSTITUTES] += 1.0
        elif inst.kind == HIGH_END:
            out[ind.HIGH_END_PLATFORMS] += 1.0
        elif inst.kind == STATION:
            out[ind.STATIONS] += 1.0
        elif inst.kind == TRANSFER:
            out[ind.TRANSFER_BODIES] += 1.0
        elif inst.kind == COLLABORATION_CENTRE:
            out[ind.COLLABORATION_CENTRES] += 1.0
    for k in range(d.n_incubators):
        inc = w.incubators[k]
        if inc.alive == 1 and inc.level >= MUNICIPAL:
            out[ind.INCUBATION_16] += 1.0
            if inc.kind != OTHER_PARK:
                out[ind.INCUBATION] += 1.0
    for k in range(d.n_people):
        if w.people[k].status == PRESENT:
            out[ind.TALENT] += 1.0
    counted = (
        ind.TECH, ind.TECH_SCALE, ind.ELIGIBLE, ind.HIGH_TECH, ind.HIGH_TECH_SCALE, ind.OTC, ind.SPECIALISED_SMES, ind.TALENT,
        ind.PATENTS, ind.SCIENCE_STAFF, ind.JOBS, ind.RD_PLATFORMS, ind.NEW_INSTITUTES, ind.HIGH_END_PLATFORMS, ind.STATIONS,
        ind.TRANSFER_BODIES, ind.COLLABORATION_CENTRES, ind.INCUBATION, ind.INCUBATION_16,
        ind.HIGH_TECH_RECOGNISED, ind.HIGH_GROWTH_FIRMS, ind.NEW_THIRD_BOARD, ind.MAIN_BOARD,
    )  # fmt: skip
    for k in counted:
        out[k] *= d.scale
    noise = math.exp(p.publication_error * normal(luck(d.run_key, 4 * d.row, agent_id(DISTRICT, 0, 0, 2), PUBLICATION)))
    out[ind.RD_EXPENDITURE] = 0.0001 * d.scale * published_rd(surveyed, p.other_rd_share, noise)
    out[ind.RD_REAL] = 0.0001 * d.scale * real
    out[ind.GDP] = d.gdp
    out[ind.POPULATION] = d.population
    total = industry * 0.0001 * d.scale + d.ordinary_industry + d.strategic_industry
    out[ind.STRATEGIC_SHARE] = 100.0 * (strategic * 0.0001 * d.scale + d.strategic_industry) / total
    out[ind.HIGH_TECH_OUTPUT] = 100.0 * min(1.0, (high_tech_output * 0.0001 * d.scale * d.high_tech_counted + d.high_tech_industry) / total)
    out[ind.DIGITAL_SHARE] = 100.0 * (digital * 0.0001 * d.scale * d.digital_counted + d.digital_background) / d.gdp
    out[ind.PILLAR_SHARE] = 100.0 * pillars * 0.0001 * d.scale * d.value_added_counted / d.gdp
    out[ind.RESEARCH_BODY_SHARE] = 100.0 * hosting / makers if makers > 0.0 else math.nan
    out[ind.RESEARCH_ACTIVE_SHARE] = 100.0 * active / sizeable if sizeable > 0.0 else math.nan
    if d.year < 2017:
        out[ind.HIGH_GROWTH_FIRMS] = math.nan  # before that, two years back lie before the first
    out[ind.KNOWLEDGE_LOANS] = (w.funds[0].lent + d.loan_base) * 1e-8 * d.scale
    out[ind.COMMERCIAL_TOTAL] = w.funds[1].lent * 1e-8 * d.scale
    out[ind.LOAN_FIRMS] = w.funds[0].paid * d.scale
    out[ind.COMMERCIAL_FIRMS] = w.funds[1].paid * d.scale
    out[ind.SEED_DEALS] = (w.funds[2].paid + w.funds[3].paid) * d.scale
    out[ind.SEED_TOTAL] = (w.funds[2].lent + w.funds[3].lent) * 0.0001 * d.scale
    out[ind.FUND_SCALE] = d.fund_committed * 0.0001 * d.scale
    out[ind.TECH_PROJECTS] = d.tech_projects
    out[ind.PROJECTS_WON] = d.joint_projects_won
    out[ind.NEW_INCUBATORS] = d.incubators_since_2021 * d.scale
    derive(w, d.row)


@kernel
def derive(w, row):
    """Indicators that follow from others of the same and earlier years."""
    d = w.district[0]
    out = w.indicators[row]
    year = FIRST_YEAR + row
    out[ind.RD_SHARE] = 100.0 * out[ind.RD_EXPENDITURE] / out[ind.GDP]
    out[ind.PATENTS_PER_10K] = out[ind.PATENTS] / out[ind.POPULATION]
    out[ind.PATENTS_PRECENSUS] = out[ind.PATENTS] / (out[ind.POPULATION] * precensus_ratio(w))
    out[ind.RD_GROWTH] = math.nan
    out[ind.RD_GROWTH_2019] = math.nan
    if year > 2020:
        out[ind.RD_GROWTH] = mean_growth(out[ind.RD_EXPENDITURE], w.indicators[5, ind.RD_EXPENDITURE], year - 2020.0)
        out[ind.RD_GROWTH_2019] = mean_growth(out[ind.RD_EXPENDITURE], w.indicators[4, ind.RD_EXPENDITURE], year - 2019.0)
    out[ind.CERTIFIED_OF_LARGE] = 100.0 * out[ind.HIGH_TECH_SCALE] / max(1.0, out[ind.TECH_SCALE])
    public, levered = 0.0, 0.0
    for q in range(4 * row, 4 * row + 4):
        for k in line.DISTRICT_LINES:
            public += w.ledger[q, k]
        for k in line.LEVERED_LINES:
            levered += w.ledger[q, k]
    out[ind.PUBLIC_MONEY] = public * 0.0001 * d.scale
    out[ind.LEVERED_MONEY] = levered * 0.0001 * d.scale
    out[ind.PUBLIC_TOTAL] = out[ind.PUBLIC_MONEY] + (w.indicators[row - 1, ind.PUBLIC_TOTAL] if year > 2021 else 0.0)
    if year <= 2020:
        out[ind.PUBLIC_TOTAL] = 0.0
