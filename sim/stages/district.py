"""What the district does in a quarter: who arrives, what is counted, who is recognised, what is published."""

import math

from agents.compiled import kernel
from agents.enterprise import NEVER, NOWHERE
from agents.incubator import (
    DISTRICT_LEVEL,
    INCUBATOR_KIND,
    MAKERSPACE,
    MUNICIPAL,
    OTHER_PARK,
    capacity_of,
)
from agents.institute import (
    COLLABORATION_CENTRE,
    HIGH_END,
    HOSTED,
    NEW_INSTITUTE,
    STATION,
    TRANSFER,
)
from agents.luck import (
    ANCHOR_LANDS,
    ARRIVES,
    BIRTHS,
    CAPACITY,
    COLLABORATION,
    DISTRICT,
    DOOR_ANCHOR,
    DOOR_ATTRACTED,
    DOOR_FOUNDED,
    DOOR_GIANT,
    DOOR_MARKET,
    DOOR_POLICY,
    DOOR_RECRUITED,
    DOOR_SPIN_OFF,
    ENTERPRISE,
    GIANT_ARRIVES,
    HIGH_PLATFORM,
    HIGH_TECH_SHARE,
    INCUBATOR,
    INSTITUTE,
    INSTITUTE_LANDS,
    LANDS,
    LANDS_WHEN,
    OPENS_MARKET,
    OPENS_POLICY,
    OTHER_IP,
    PERSON_QUALITY,
    PUBLICATION,
    QUALITY,
    RD_DOER,
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
)  # fmt: skip
from agents.statistics import published_rd, surveyed_rd
from agents.statuses import award_factor, certificate_valid, may_list
from agents.talent import CANDIDATE, PRESENT
from sim import flows as door
from sim import indicators as ind
from sim import ledger as line
from sim.levers import FIRST_YEAR
from sim.population import (
    chosen_sector,
    clear_dates,
    give_history,
    give_identity,
    give_size,
    intensity_of,
    make_giant,
    precensus_ratio,
    revenue_of,
)  # fmt: skip
from sim.stages.books import call_roll, note, pay, rank_rows, take_words, yuan

ATTRACTION_COST = 20.0  # 万元 a signed project: services and rent (D)
ANCHOR_CONDITION = 1500.0  # 万元 an anchor: land and fund conditions borne by the district (D)
OFFER_COST = 2.0  # 万元 an offer to a person (D)
CONTACT_COST = 0.5  # 万元 a brokered contact (D)
COACHING_COST, SERVICE_COST = 1.0, 2.0  # 万元 a firm (D)
START_UP = 50.0  # 万元 to open a platform by policy (D)
CONSTRUCTION = 400.0  # 万元 for a new institute: 25 % of 1,600 (share S, size D)
PROJECT_AMOUNT = 76.0  # 万元 a project won (P, X)
PROJECT_DISTRICT_SHARE = 0.3  # of a backed project (D)

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
def found(w, ident, how, median_factor, rd_chance):
    """A new firm comes through a door; returns its row or -1."""
    row = free_firm(w)
    if row < 0:
        return -1
    d = w.district[0]
    f = w.firms[row]
    give_identity(w, f, ident, d.quarter)
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
    pay(w.books, line.OWNER_CAPITAL, f.cash)
    return row


@kernel
def found_firms(w):
    """The market founds firms: ``entry_rate`` of the starting pool a year."""
    d, p = w.district[0], w.params[0]
    births = poisson(0.25 * p.entry_rate * d.start_firms, district_luck(w, BIRTHS))
    for k in range(births):
        ident = agent_id(ENTERPRISE, DOOR_FOUNDED, d.quarter, k)
        if found(w, ident, DOOR_FOUNDED, 0.30, 0.8 * p.rd_doer_share) >= 0:
            note(w.books, door.FOUNDED, 1.0)


@kernel
def land_attracted(w):
    """Signed projects land one to three years later, a share of them, not all with research (C/D)."""
    d, p = w.district[0], w.params[0]
    for y in range(max(0, d.row - 4), d.row + 1):
        signed = whole(w.levers[y].firms_attracted / d.scale, luck(d.run_key, 4 * y, agent_id(DISTRICT, 0, 0, 0), LANDS))
        odds = p.contract_realisation * math.exp(-0.3 * w.environment[y].city_pull)
        for k in range(signed):
            ident = agent_id(ENTERPRISE, DOOR_ATTRACTED, 4 * y, k)
            when = 4 * y + 4 + int(8.0 * luck(d.run_key, 0, ident, LANDS_WHEN))
            if when == d.quarter and luck(d.run_key, 0, ident, LANDS) < odds:
                row = found(w, ident, DOOR_ATTRACTED, 1.2, p.attracted_rd_share)
                if row >= 0:
                    w.firms[row].birth_q = d.quarter - 8
                    w.firms[row].aware = 1
                    note(w.books, door.ATTRACTED, 1.0)
        large = whole(w.levers[y].anchor_firms / d.scale, luck(d.run_key, 4 * y, agent_id(DISTRICT, 0, 0, 0), ANCHOR_LANDS))
        for k in range(large):
            ident = agent_id(ENTERPRISE, DOOR_ANCHOR, 4 * y, k)
            if 4 * y + 4 + int(8.0 * luck(d.run_key, 0, ident, LANDS_WHEN)) == d.quarter:
                row = land_anchor(w, ident, DOOR_ANCHOR)
                if row >= 0:
                    w.firms[row].cash += yuan(ANCHOR_CONDITION)
                    pay(w.books, line.ANCHOR_CONDITIONS, yuan(ANCHOR_CONDITION))
    if d.season == 0:
        pay(w.books, line.ATTRACTION, yuan(ATTRACTION_COST * w.levers[d.row].firms_attracted / d.scale))


@kernel
def land_anchor(w, ident, how):
    """A large firm arrives: 2 to 15 亿元 of revenue, 2 to 4 % of it research (D); its output is part of GDP. Returns its row or -1."""
    d = w.district[0]
    row = found(w, ident, how, 1.0, 1.0)
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
        land_anchor(w, agent_id(ENTERPRISE, DOOR_GIANT, d.quarter, 100 + k), DOOR_GIANT)


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
            pay(w.books, line.INCUBATOR_OPENING, yuan(START_UP))
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
def land_institutes(w):
    """新型研发机构 sought may fail to land; 高端平台, 协同创新中心 and 转移机构 are won or recognised, rarely (D)."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    if d.season == 1:
        sought = whole(lever.institute_openings / d.scale, district_luck(w, INSTITUTE_LANDS))
        for k in range(sought):
            ident = agent_id(INSTITUTE, DOOR_POLICY, d.quarter, k)
            if luck(d.run_key, d.quarter, ident, INSTITUTE_LANDS) < p.institute_landing:
                if new_institute(w, ident, NEW_INSTITUTE, chosen_sector(w, luck(d.run_key, 0, ident, SECTOR)), NOWHERE) >= 0:
                    note(w.books, door.PLATFORM_INSTITUTE, 1.0)
                    pay(w.books, line.INSTITUTE_CONSTRUCTION, yuan(CONSTRUCTION))
    contacts = lever.transfer_services
    d.contacts = contacts
    pay(w.books, line.TRANSFER_SERVICES, yuan(0.25 * CONTACT_COST * contacts / d.scale))
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
    if d.year <= 2020:
        return
    busy = min(2.0, partnered * d.scale / d.districts / 25.0)
    rate = p.collaboration_rate / d.scale * busy * (1.0 + 0.02 * lever.joint_projects / d.districts)
    for k in range(poisson(rate, district_luck(w, COLLABORATION))):
        if new_institute(w, agent_id(INSTITUTE, DOOR_MARKET, d.quarter, 100 + k), COLLABORATION_CENTRE, k % 3, NOWHERE) >= 0:
            note(w.books, door.COLLABORATION_RECOGNISED, 1.0)
    rate = 0.5 * d.districts * min(2.0, contacts / d.districts / p.transfer_threshold)
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
                row = found(w, hosted_id(ENTERPRISE, d.quarter, inst.id, 0), DOOR_SPIN_OFF, 0.3, 1.0)
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
    person.sector = chosen_sector(w, luck(d.run_key, 0, ident, SECTOR))
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
            pay(w.books, line.TALENT_SEARCH, yuan(OFFER_COST))
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
        due = p.effort_strength * (1.0 if d.season == 3 else 0.4)
        d.push = 1.0 + due * missing_share(d.register_task, registered, d.register_opening)
        d.hnte_push = 1.0 + due * missing_share(d.hnte_task, certified, d.hnte_opening)
    reach = unaware + 0.5 * eligible
    d.coach_chance = min(1.0, 0.25 * lever.enterprise_coaching * d.push / d.scale / max(1.0, reach))
    d.serve_chance = min(1.0, 0.25 * lever.ip_services / d.scale / max(1.0, unserved))
    award = award_factor(p.award_response, lever.listing_award, 30.0)
    d.list_chance = min(0.5, 0.25 * p.otc_rate * award / d.scale / max(1.0, able)) if d.year >= 2016 else 0.0
    d.back_chance = min(1.0, lever.joint_projects / d.scale / max(1.0, 0.35 * registered))


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
    """High-end talent by host, for the hosts to collect."""
    d = w.district[0]
    for i in range(d.n_firms):
        w.tally[i] = 0
    for k in range(d.n_people):
        if w.people[k].status == PRESENT and w.people[k].host >= 0:
            w.tally[w.people[k].host] += 1


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
    projects do not grow with one district's applicants (D).
    """
    return applicants if applicants <= 40.0 else math.sqrt(40.0 * applicants)


@kernel
def recognise(w, lo, hi):
    """Projects won (first quarter), platforms and stations recognised (third): verdicts on this quarter's proposals.

    ``verdict`` is 1 for a project paid by the city, 2 for one the district backs, 3 a platform, 4 a station.
    """
    d, p = w.district[0], w.params[0]
    count = 0
    for i in w.roll[: d.n_roll]:
        w.verdict[i] = 0
        f = w.firms[i]
        if f.proposal == 0:
            continue
        if f.proposal == 3 or f.proposal == 4:
            w.inbox[count] = i
            w.scratch[i] = f.asked
            count += 1
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
    reach = d.districts * projects_in_reach(count * d.scale / d.districts)
    quota = int(p.project_win_rate * reach / d.scale + 0.5)
    rank_rows(w.inbox, w.scratch, w.firms, count)
    for k in range(min(quota, count)):
        i = w.inbox[k]
        backed = w.firms[i].proposal == 4
        w.verdict[i] = 2 if backed else 1
        d.joint_projects_won += d.scale
        note(w.books, door.PROJECT_WON, 1.0)
        if backed:
            note(w.books, door.PROJECT_SUPPORTED, 1.0)
        if d.year > 2020 and w.firms[i].pillar == 1:
            d.tech_projects += d.scale


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
    if d.year <= 2018:
        growth = math.log(known.gdp_2018 / d.gdp_2015) / 3.0
    elif d.year == 2019:
        growth = math.log(known.gdp_2019 / known.gdp_2018)
    elif d.year == 2020:
        growth = math.log(known.gdp_2020 / known.gdp_2019)
    if d.year <= 2020:
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
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        surveyed += surveyed_rd(f.rd_1, f.above_scale == 1, f.giant, p.survey_coverage)
        real += f.rd_1 * (1.0 - p.rd_relabel_share)
        certified = certificate_valid(f.hnte_q, d.quarter)
        if f.register_q != NEVER:
            out[ind.TECH] += 1.0
            if f.above_scale == 1:
                out[ind.TECH_SCALE] += 1.0
        elif f.eligible == 1:
            out[ind.ELIGIBLE] += 1.0
        if certified:
            out[ind.HIGH_TECH] += 1.0
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
        if f.industry == 1 and f.above_scale == 1:
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
    out[ind.HIGH_TECH_OUTPUT] = 100.0 * min(
        1.0, (high_tech_output * 0.0001 * d.scale * d.high_tech_counted + d.high_tech_industry) / total
    )
    out[ind.DIGITAL_SHARE] = 100.0 * (
        digital * 0.0001 * d.scale * d.digital_counted + d.digital_background
    ) / d.gdp
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
