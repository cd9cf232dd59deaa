"""What funds, incubators, institutes and talent do in a quarter. Each stage writes on its own rows only."""

import math

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NOWHERE
from yidu.agents.fund import (
    COMMERCIAL,
    ENVIRONMENT_SEED,
    GUARANTEE,
    GUARANTEED,
    INDUSTRY,
    KNOWLEDGE,
    PAID,
    REFUSED,
    SEED,
    TAKEN_UP,
    VENTURE,
    appetite_of_bank,
    bank_lends,
    commercial_cover,
    pool_has_room,
)
from yidu.agents.incubator import MUNICIPAL, NATIONAL, admission_score, meets_municipal, meets_national, service_quality
from yidu.agents.institute import CONSORTIUM, HIGH_END, HOSTED, NEW_INSTITUTE, STATION, absorptive_score, recognition_chance
from yidu.agents.luck import (
    ACCEPTS,
    ADMITTED,
    DOOR_FLEXIBLE,
    DOOR_RECRUITED,
    LEAVES,
    POOL_HAS_ROOM,
    RANK,
    RECOGNISED,
    STAYS_FOR,
    STAYS_ON,
    UPGRADES,
    WHICH_BANK,
    drawn,
    happens,
    keyed,
    luck,
    normal,
    paired_id,
)
from yidu.agents.luck import PAID as PAID_LUCK
from yidu.agents.luck import TAKEN_UP as TAKEN_UP_LUCK
from yidu.agents.talent import CANDIDATE, GONE, PRESENT, VISITING, accepts, agrees_to_visit, leave_hazard, stays_on, visit_term
from yidu.sim import flows as door
from yidu.sim import ledger as line
from yidu.sim.population import best_host, host_score, hosts
from yidu.sim.stages.books import borrowing, note, pay, rank_rows, yuan
from yidu.sim.stages.enterprise import own_credit_score, own_default


@kernel
def top_up(w, fund, wanted, district_line, city_line):
    """The district and the city fill a pool to ``wanted`` [万元] by six to four."""
    missing = yuan(wanted / w.district[0].scale) - fund.cash
    if missing > 0.0:
        own = math.floor(numbers.DISTRICT_SHARE * missing)
        fund.cash += missing
        pay(w.books, district_line, own)
        pay(w.books, city_line, missing - own)


@kernel
def hold(w, fund, level, district_line, city_line):
    """A pool is filled up to its level [万元] at the turn of a year, and when the level rises."""
    if level > fund.pool or w.district[0].season == 0:
        top_up(w, fund, level, district_line, city_line)
    fund.pool = level


@kernel
def with_takers(w, fund, yearly, most, unplaced):
    """What a quarter brings into an equity fund [yuan, whole] of ``yearly`` [万元]: nothing beyond ``most`` [万元] in hand, for money
    that finds no taker is not spent; what is left out is counted through a door [万元].
    """
    planned = yuan(0.25 * yearly)
    amount = min(planned, max(0.0, yuan(most) - fund.cash))
    note(w.books, unplaced, math.floor(0.0001 * (planned - amount)))
    return amount


@kernel
def replenish(w, lo, hi):
    """Public money enters the funds: pools are held at their level, seed and industry money flows in by the quarter."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    for k in range(lo, hi):
        fund = w.funds[k]
        if d.season == 0:
            fund.lent_year = 0.0
            fund.losses_year = 0.0
        if fund.kind == KNOWLEDGE:
            hold(w, fund, lever.knowledge_loan_pool, line.KNOWLEDGE_POOL_DISTRICT, line.KNOWLEDGE_POOL_CITY)
        elif fund.kind == COMMERCIAL:
            hold(w, fund, lever.commercial_loan_pool, line.COMMERCIAL_POOL_DISTRICT, line.COMMERCIAL_POOL_CITY)
        elif fund.kind == GUARANTEE:
            hold(w, fund, lever.credit_guarantee, line.GUARANTEE_POOL_DISTRICT, line.GUARANTEE_POOL_CITY)
        elif fund.kind == SEED or fund.kind == ENVIRONMENT_SEED:
            yearly = (0.3 if fund.kind == SEED else 0.7) * lever.seed_fund / d.scale
            amount = with_takers(w, fund, yearly, max(0.5 * yearly, 2.0 * numbers.SEED_LIMIT), door.SEED_UNPLACED)
            own = math.floor(numbers.DISTRICT_SHARE * amount)
            fund.cash += amount
            pay(w.books, line.SEED_DISTRICT, own)
            pay(w.books, line.SEED_CITY, amount - own)
        elif fund.kind == INDUSTRY:
            yearly = lever.industry_fund / d.scale
            own = with_takers(w, fund, yearly, max(0.5 * yearly, 2.0 * numbers.LARGEST_STAKE), door.INDUSTRY_UNPLACED)
            private = math.floor(own * max(0.0, p.gov_fund_crowd))
            fund.cash += own + private
            pay(w.books, line.INDUSTRY_DISTRICT, own)
            pay(w.books, line.INDUSTRY_PRIVATE, private)


@kernel
def commit_capital(w, lo, hi):
    """Committed capital of all funds: known growth to ``fund_scale_2020``, then raised with what is deployed.

    A yuan deployed by the district rests on 2.5 committed (its share of a fund's capital is 40 %, D) and draws private
    commitments by ``gov_fund_crowd``; seed money commits itself.
    """
    d, p = w.district[0], w.params[0]
    if d.year <= 2020:
        d.fund_committed += 0.25 * 0.13 * p.fund_scale_2020 * 10000.0 / d.scale
    else:
        paid_in = w.ledger[d.quarter]
        raised = 2.5 * paid_in[line.INDUSTRY_DISTRICT] * (1.0 + 0.5 * max(0.0, p.gov_fund_crowd))
        d.fund_committed += 0.0001 * (raised + paid_in[line.SEED_DISTRICT] + paid_in[line.SEED_CITY])


@kernel
def is_lending(k):
    """Whether a row of funds is a risk pool behind loans [yes/no]."""
    return k <= COMMERCIAL or k == GUARANTEE


@kernel
def decide_applications(w, lo, hi):
    """Each fund ranks those who asked it and serves them within its means and its own incentive."""
    d = w.district[0]
    lever = w.levers[d.row]
    for k in range(lo, hi):
        fund = w.funds[k]
        first, last = w.inbox_start[k], w.inbox_start[k + 1]
        for j in range(first, last):
            i = w.inbox[j]
            f = w.firms[i]
            w.verdict[i] = REFUSED
            score = own_credit_score(w, f) if is_lending(k) else 10.0 * f.quality
            w.scratch[i] = score + 5.0 * luck(d.run_key, d.quarter, f.id, RANK)
        fund.applications += last - first
        if last == first:
            continue
        rank_rows(w.inbox[first:last], w.scratch, w.firms, last - first)
        for j in range(first, last):
            i = w.inbox[j]
            f = w.firms[i]
            if k == KNOWLEDGE:
                w.verdict[i] = knowledge_verdict(w, fund, f)
            elif k == COMMERCIAL:
                w.verdict[i] = commercial_verdict(w, fund, f)
            elif k == GUARANTEE:
                w.verdict[i] = guarantee_verdict(w, fund, f)
            elif k == VENTURE:
                w.verdict[i] = PAID
                reading = 1.0 if w.known[0].venture_reading < 0.5 else 0.1
                pay(w.books, line.VC_SUBSIDY, math.floor(lever.vc_subsidy_rate * reading * f.asked))
            elif fund.cash >= f.asked:
                w.verdict[i] = PAID
                fund.cash -= f.asked
            if w.verdict[i] == PAID:
                fund.paid += 1
                fund.lent += f.asked
                fund.lent_year += f.asked
                if is_lending(k):
                    fund.outstanding += f.asked
                    paid = door.GUARANTEE_PAID if k == GUARANTEE else door.COMMERCIAL_PAID
                    note(w.books, door.LOAN_PAID if k == KNOWLEDGE else paid, 1.0)
            if w.verdict[i] >= TAKEN_UP:
                fund.taken_up += 1
                if k == KNOWLEDGE:
                    note(w.books, door.LOAN_TAKEN_UP, 1.0)


@kernel
def promised(w, fund):
    """What banks go by in a risk pool [yuan]: what it holds, and no more than district and city promise to hold in it."""
    return min(fund.cash, yuan(fund.pool / w.district[0].scale))


@kernel
def bank_is_for(w, key, margin, p_default, exposed):
    """Whether the bank that a firm meets lends by its own sum [yes/no], ``margin`` [share/yr] over the common rate, ``exposed`` [share]."""
    env = w.environment[w.district[0].row]
    appetite = appetite_of_bank(env.bank_appetite, normal(drawn(key, WHICH_BANK)))
    return bank_lends(env.lending_rate + margin, p_default, exposed, appetite)


@kernel
def paid_out(w, fund, key, approval, carried, beyond):
    """A loan that a bank has taken up is paid where it is approved in the end (``approval`` [share], at the common appetite) and its pool,
    which carries ``carried`` [yuan], has room for what is out and ``beyond`` [yuan] more.
    """
    if drawn(key, PAID_LUCK) > min(1.0, approval * w.environment[w.district[0].row].bank_appetite):
        return TAKEN_UP
    if drawn(key, POOL_HAS_ROOM) > pool_has_room(fund.outstanding, carried) or fund.outstanding + beyond > carried:
        return TAKEN_UP
    return PAID


@kernel
def knowledge_verdict(w, fund, f):
    """知识价值信用贷款: the bank's own sum first, then its funnel (77 asked, 57 taken up, 32 paid), within the pool."""
    d = w.district[0]
    cover = w.levers[d.row].knowledge_loan_cover
    key = keyed(d.run_key, d.quarter, f.id)
    if not bank_is_for(w, key, 0.0, own_default(w, f, cover), 1.0 - cover):
        return REFUSED
    if drawn(key, TAKEN_UP_LUCK) > min(1.0, 0.8 * w.environment[d.row].bank_appetite):
        return REFUSED
    return paid_out(w, fund, key, w.params[0].kv_loan_approval / 0.6, numbers.LEVERAGE * promised(w, fund), f.asked)


@kernel
def commercial_verdict(w, fund, f):
    """商业价值信用贷款: cover is capped at 2 % of lending, so the bank stands for nearly all and chooses the sound."""
    d = w.district[0]
    key = keyed(d.run_key, d.quarter, f.id)
    exposed = 1.0 - 0.5 * min(1.0, commercial_cover(fund.outstanding, fund.losses_year, fund.lent_year + f.asked) / max(1.0, f.asked))
    if not bank_is_for(w, key, 0.004, 0.35 * own_default(w, f, 0.8), exposed):
        return REFUSED
    return paid_out(w, fund, key, 0.6, promised(w, fund) / numbers.COMMERCIAL_COVER_BALANCE, 0.0)


@kernel
def guarantee_verdict(w, fund, f):
    """担保贷款: with a guarantor behind the firm the bank stands for a fifth; it chooses by its own sum, within the pool."""
    d = w.district[0]
    key = keyed(d.run_key, d.quarter, f.id)
    if not bank_is_for(w, key, 0.004, own_default(w, f, numbers.USUAL_COVER), numbers.GUARANTEE_BANK_SHARE):
        return REFUSED
    return paid_out(w, fund, key, 0.6, numbers.GUARANTEE_LEVERAGE * promised(w, fund), f.asked)


@kernel
def settle(w, fund, bad, repaid, wanted, cover_line):
    """The books of a pool for the quarter: of ``bad`` [yuan] gone bad it covers ``wanted`` [yuan, whole] as far as it reaches."""
    cover = min(wanted, fund.cash)
    fund.cash -= cover
    fund.losses_year += cover
    fund.written_off += bad
    fund.repaid += repaid
    fund.outstanding -= bad + repaid
    pay(w.books, cover_line, cover)


@kernel
def settle_losses(w, lo, hi):
    """The pool pays its share of what went bad, as far as it reaches; bank and guarantor bear the rest; balances are struck."""
    d = w.district[0]
    debtors = borrowing(w, 0, d.n_firms) if lo <= GUARANTEE else 0
    now = w.ledger[d.quarter]
    for k in range(lo, hi):
        if not is_lending(k):
            continue
        fund = w.funds[k]
        bad = 0.0
        for i in w.rows[:debtors]:
            if k == KNOWLEDGE:
                bad += w.firms[i].knowledge_bad
            elif (w.firms[i].borrowed == GUARANTEED) == (k == GUARANTEE):
                bad += w.firms[i].commercial_bad
        if k == KNOWLEDGE:
            wanted = math.floor(w.levers[d.row].knowledge_loan_cover * bad)
            settle(w, fund, bad, now[line.KNOWLEDGE_REPAYMENT], wanted, line.KNOWLEDGE_COVER)
        elif k == COMMERCIAL:
            wanted = math.floor(min(bad, commercial_cover(fund.outstanding, fund.losses_year, fund.lent_year)))
            settle(w, fund, bad, now[line.COMMERCIAL_REPAYMENT], wanted, line.COMMERCIAL_COVER)
        else:
            settle(w, fund, bad, now[line.GUARANTEED_REPAYMENT], math.floor(numbers.GUARANTEE_COVER * bad), line.GUARANTEE_COVER)


@kernel
def admit(w, lo, hi):
    """An incubator ranks those who asked for a place and admits within its capacity."""
    d = w.district[0]
    for k in range(lo, hi):
        inc = w.incubators[k]
        first, last = w.inbox_start[k], w.inbox_start[k + 1]
        for j in range(first, last):
            i = w.inbox[j]
            w.verdict[i] = REFUSED
            f = w.firms[i]
            w.scratch[i] = admission_score(f.quality, inc.sector == f.sector, luck(d.run_key, d.quarter, f.id, ADMITTED))
        inc.occupancy = w.tally[k]
        if inc.alive == 0 or last == first:
            continue
        rank_rows(w.inbox[first:last], w.scratch, w.firms, last - first)
        for j in range(first, last):
            if inc.occupancy < inc.capacity:
                inc.occupancy += 1
                w.verdict[w.inbox[j]] = PAID


@kernel
def develop(w, lo, hi):
    """Incubators count their tenants and graduates, draw support, win titles, or close when empty."""
    d, p = w.district[0], w.params[0]
    lever = w.levers[d.row]
    for k in range(lo, hi):
        inc = w.incubators[k]
        inc.occupancy = w.tally[k]
        if inc.alive == 0:
            continue
        inc.graduates += int(w.scratch[k])
        pay(w.books, line.INCUBATOR_SUPPORT, yuan(0.25 * lever.incubator_support))
        if d.season != 3:
            continue
        age = (d.quarter - inc.birth_q) * 0.25
        u = luck(d.run_key, d.quarter, inc.id, UPGRADES)
        if inc.level < MUNICIPAL:
            rate = p.incubator_upgrade_rate * d.title_pace * service_quality(inc.quality, lever.incubator_support)
            if meets_municipal(inc.kind, age, inc.occupancy, inc.capacity) and u < rate and inc.titled_q <= d.quarter:
                inc.level = MUNICIPAL
                inc.titled_q = d.quarter
                note(w.books, door.INCUBATOR_TITLED, 1.0)
                pay(w.books, line.INCUBATOR_TITLE, yuan(numbers.MUNICIPAL_TITLE_AWARD))
            elif age > 4.0 and inc.occupancy * 10 < inc.capacity and u > 0.9:
                inc.alive = 0
        elif inc.level < NATIONAL and meets_national(age, inc.occupancy, inc.graduates) and u < 0.3:
            inc.level = NATIONAL
            pay(w.books, line.INCUBATOR_TITLE, yuan(numbers.NATIONAL_TITLE_AWARD))


@kernel
def pick_partners(w, lo, hi):
    """An institute ranks the firms that asked it and takes on as many as it has room for."""
    d = w.district[0]
    if d.season != 0:
        return
    for k in range(lo, hi):
        inst = w.institutes[k]
        inst.partners = w.tally[k]
        first, last = w.inbox_start[k], w.inbox_start[k + 1]
        for j in range(first, last):
            i = w.inbox[j]
            f = w.firms[i]
            w.verdict[i] = REFUSED
            u = luck(d.run_key, d.quarter, paired_id(f.id, inst.id), RANK)
            w.scratch[i] = absorptive_score(f.science_staff, f.staff, inst.sector == f.sector, f.quality, u)
        if inst.alive == 0 or last == first:
            continue
        rank_rows(w.inbox[first:last], w.scratch, w.firms, last - first)
        for j in range(first, last):
            if inst.partners < inst.capacity:
                inst.partners += 1
                inst.projects += 1
                w.verdict[w.inbox[j]] = PAID


@kernel
def work(w, lo, hi):
    """Institutes grow slowly, and go with the firm that hosts them. A body that became a legal person is reviewed two years later:
    recognised as 新型研发机构, it works with anyone and stays when the firm goes.
    """
    d, p = w.district[0], w.params[0]
    for k in range(lo, hi):
        inst = w.institutes[k]
        if inst.alive == 0:
            continue
        if inst.host >= 0 and w.firms[inst.host].alive == 0:
            inst.alive = 0
            if inst.kind == HOSTED or inst.kind == HIGH_END:
                note(w.books, door.PLATFORM_CLOSED, 1.0)
            if inst.kind == HIGH_END:
                note(w.books, door.HIGH_END_CLOSED, 1.0)
            elif inst.kind == STATION:
                note(w.books, door.STATION_CLOSED, 1.0)
            elif inst.kind == CONSORTIUM:
                note(w.books, door.CONSORTIUM_ENDED, 1.0)
        elif inst.kind == CONSORTIUM and d.quarter - inst.birth_q >= numbers.CONSORTIUM_TERM - 1:
            inst.alive = 0
            note(w.books, door.CONSORTIUM_ENDED, 1.0)
        elif inst.kind == HOSTED and inst.legal_q > 0 and d.quarter - inst.legal_q == numbers.CONVERSION_REVIEW:
            chance = recognition_chance(p.institute_landing, inst.researchers)
            if luck(d.run_key, d.quarter, inst.id, RECOGNISED) < chance:
                inst.kind = NEW_INSTITUTE
                inst.host = NOWHERE
                note(w.books, door.INSTITUTE_CONVERTED, 1.0)
        elif inst.kind == NEW_INSTITUTE or inst.kind == HIGH_END:
            inst.researchers = min(300.0, inst.researchers * 1.02)
            inst.capacity = int(min(40.0, 10.0 + inst.researchers / 10.0))


@kernel
def choose_host(w, lo, hi):
    """A candidate weighs every firm that does research, then takes the best offer or none."""
    d, p = w.district[0], w.params[0]
    listed = -1
    for k in range(lo, hi):
        person = w.people[k]
        if person.status != CANDIDATE:
            continue
        if listed < 0:
            listed = hosts(w)
        row = best_host(w, person, listed)
        taken = False
        if row >= 0:
            score = host_score(w, person, row)
            u = luck(d.run_key, d.quarter, person.id, ACCEPTS)
            base = p.talent_accept if person.door == DOOR_RECRUITED else 1.0
            pull = w.environment[d.row].city_pull if person.door == DOOR_RECRUITED else 0.0
            taken = accepts(base, person.package, p.talent_package_elast, score, pull, u)
            if person.door == DOOR_FLEXIBLE:
                taken = agrees_to_visit(score, u)
        if taken and person.door == DOOR_FLEXIBLE:
            person.status = VISITING
            person.host = row
            person.arrival_q = d.quarter
            note(w.books, door.VISIT_BEGUN, 1.0)
        elif taken:
            person.status = PRESENT
            person.host = row
            person.arrival_q = d.quarter
            note(w.books, door.TALENT_RECRUITED if person.door == DOOR_RECRUITED else door.TALENT_ARRIVED, 1.0)
        else:
            person.status = GONE
            person.leave_q = d.quarter


@kernel
def visit(w, person):
    """Somebody who works part time is paid for the quarter; when the term ends or the host has gone they leave, but for the few who stay
    with the firm full time.
    """
    d = w.district[0]
    over = d.quarter - person.arrival_q >= visit_term(luck(d.run_key, 0, person.id, STAYS_FOR))
    there = w.firms[person.host].alive == 1
    if there and not over:
        pay(w.books, line.FLEXIBLE_TALENT, yuan(0.25 * numbers.FLEXIBLE_PAY))
    elif there and stays_on(w.environment[d.row].city_pull, luck(d.run_key, d.quarter, person.id, STAYS_ON)):
        person.status = PRESENT
        person.package = w.levers[d.row].talent_package
        person.arrival_q = d.quarter
        note(w.books, door.VISIT_STAYED, 1.0)
        note(w.books, door.TALENT_STAYED, 1.0)
    else:
        person.status = GONE
        person.host = NOWHERE
        person.leave_q = d.quarter
        note(w.books, door.VISIT_ENDED, 1.0)


@kernel
def stay_or_leave(w, lo, hi):
    """People are paid their package over three years; they leave by hazard, or find another host when theirs closes."""
    d, p = w.district[0], w.params[0]
    pull = w.environment[d.row].city_pull
    for k in range(lo, hi):
        person = w.people[k]
        if person.status == VISITING:
            visit(w, person)
            continue
        if person.status != PRESENT:
            continue
        served = d.quarter - person.arrival_q
        if served >= 0 and served < 12 and person.paid < 10000.0 * person.package:
            part = min(yuan(person.package / 12.0), 10000.0 * person.package - person.paid)
            part = math.floor(part)
            person.paid += part
            pay(w.books, line.TALENT_PACKAGE, part)
        if person.host >= 0 and w.firms[person.host].alive == 0:
            person.host = best_host(w, person, hosts(w))
        hazard = leave_hazard(p.talent_leave, person.package, p.talent_package_elast, pull, served < 12)
        if person.host < 0 or happens(luck(d.run_key, d.quarter, person.id, LEAVES), hazard):
            person.status = GONE
            person.host = NOWHERE
            person.leave_q = d.quarter
            note(w.books, door.TALENT_LEFT, 1.0)
