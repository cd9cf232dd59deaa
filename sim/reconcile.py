"""The end of 2020, reconciled with the record by the smallest adjustment: firms nearest the line change status.

The one place where rows are written from outside: it corrects the simulated record, it is not behaviour. What it changed
is reported for every run; a large adjustment is evidence against the draw.
"""

import math

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER
from yidu.agents.fund import COMMERCIAL, KNOWLEDGE
from yidu.agents.incubator import DISTRICT_LEVEL, MAKERSPACE, MUNICIPAL, NATIONAL, OTHER_PARK
from yidu.agents.institute import HIGH_END, HOSTED, NEW_INSTITUTE
from yidu.agents.luck import DOOR_HOSTED, INCUBATOR, INSTITUTE, OUT_FOR, STATUS_RANK, VINTAGE, agent_id, hosted_id, luck
from yidu.agents.statistics import surveyed_rd
from yidu.agents.statuses import above_scale_line, certificate_valid, hnte_rd_line
from yidu.sim import flows as door
from yidu.sim import indicators as ind
from yidu.sim.population import known_count, scale_research
from yidu.sim.stages.books import note
from yidu.sim.stages.district import derive, never_counted, new_institute, publish
from yidu.sim.world import RECORD_END_QUARTER

(
    A_REGISTER, A_HNTE, A_SCALE, A_SCALE_HNTE, A_PLATFORMS, A_INCUBATION, A_OTC, A_RD, A_PATENTS,
) = range(9)  # fmt: skip


@kernel
def is_certified(w, i):
    """Whether a living firm holds a valid 高企 certificate."""
    return w.firms[i].alive == 1 and certificate_valid(w.firms[i].hnte_q, w.district[0].quarter)


@kernel
def on_register(w, i):
    """Whether a living firm is in the register."""
    return w.firms[i].alive == 1 and w.firms[i].register_q != NEVER


@kernel
def bar(w, f):
    """Keep a firm struck off by the record without the status for five to ten years, by its own luck: it would walk back in (D)."""
    u = luck(w.district[0].run_key, RECORD_END_QUARTER, f.id, OUT_FOR)
    f.out_for = numbers.OUT_LEAST + int(numbers.OUT_SPREAD * u)


@kernel
def pace(recorded, simulated):
    """How much faster the record went than the run [ratio], from counts of the same five years: luck is part of either, so the
    ratio is drawn towards 1 as by ten events, and bounded (D).
    """
    ratio = (numbers.PACE_PRIOR + max(0.0, recorded)) / (numbers.PACE_PRIOR + max(0.0, simulated))
    return min(numbers.PACE_MOST, max(1.0 / numbers.PACE_MOST, ratio))


@kernel
def through(w, which):
    """What came through a door to the end of 2020 [agents]."""
    total = 0.0
    for y in range(1, 6):
        total += w.flows[y, which]
    return total / w.district[0].scale


@kernel
def carry_rates(w):
    """What had to be adjusted says that a rate was wrong: how much faster the record went is carried on after 2020."""
    d, known = w.district[0], w.known[0]
    entered = through(w, door.REGISTERED) + through(w, door.REGISTERED_COACHED)
    entered += through(w, door.REGISTERED_INCUBATED) + through(w, door.REGISTERED_ATTRACTED)
    d.register_pace = pace(entered + w.adjusted[A_REGISTER] / d.scale, entered)
    d.scale_pace = d.register_pace
    if known.tech_enterprises_above_scale_2020 > 0.0:
        entered = through(w, door.SCALE_REGISTERED)
        d.scale_pace = pace(entered + w.adjusted[A_SCALE] / d.scale, entered)
    thin_pool(w)
    certified = through(w, door.CERTIFIED)
    d.hnte_pace = pace(certified + w.adjusted[A_HNTE] / d.scale, certified)
    recognised = through(w, door.PLATFORM_RECOGNISED)
    d.platform_pace = pace(recognised + w.adjusted[A_PLATFORMS] / d.scale, recognised)
    titled = through(w, door.INCUBATOR_TITLED)
    d.title_pace = pace(titled + w.adjusted[A_INCUBATION] / d.scale, titled)
    listed = through(w, door.OTC_LISTED)
    d.otc_pace = pace(listed + w.adjusted[A_OTC] / d.scale, listed)
    if known.knowledge_loans_total_2020 > 0.0:
        loan = 10000.0 * w.params[0].kv_loan_size
        d.loan_pace = pace(known.knowledge_loans_total_2020 * 1e8 / d.scale / loan, w.funds[KNOWLEDGE].lent / loan)
    if known.commercial_loan_firms_2020 > 0.0:
        d.commercial_pace = pace(known.commercial_loan_firms_2020 / d.scale, 1.0 * w.funds[COMMERCIAL].paid)
    if known.joint_projects_won_2020 > 0.0:
        d.project_pace = pace(known.joint_projects_won_2020 / d.scale, d.joint_projects_won / d.scale)


@kernel
def thin_pool(w):
    """Where the record went slower than the run, the run has too many firms that would register: of those off the register, so many
    are left as its pace says, by each firm's own luck; newcomers are thinned alike when they come (D).
    """
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        if f.alive == 1 and f.register_q == NEVER and f.giant == 0 and f.out_for == 0 and never_counted(w, f):
            bar(w, f)


@kernel
def tie(w, i):
    """A firm's own luck for breaking ties [0, 1)."""
    return luck(w.district[0].run_key, RECORD_END_QUARTER, w.firms[i].id, STATUS_RANK)


@kernel
def best_row(w):
    """The firm with the highest mark in ``scratch`` [row], -1 when every mark is below -1e8; it is struck off."""
    best, row = -1e8, -1
    for i in range(w.district[0].n_firms):
        if w.scratch[i] > best:
            best, row = w.scratch[i], i
    if row >= 0:
        w.scratch[row] = -1e9
    return row


@kernel
def register_marks(w, joining, above):
    """How near each firm on one side of the 规上 line (-1: either) is to joining, or leaving, the register [points].

    A firm that holds a certificate or is listed leaves only when nobody else is left to.
    """
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        w.scratch[i] = -1e9
        if f.alive == 0 or (above >= 0 and f.above_scale != above):
            continue
        mark = 2.0 * f.eligible + 1.0 * f.aware + 0.3 * f.quality + 0.5 * tie(w, i)
        if joining and f.register_q == NEVER:
            w.scratch[i] = mark + (1.0 if f.rd > 0.0 else 0.0)
        elif not joining and f.register_q != NEVER and f.giant == 0:
            held = (50.0 if is_certified(w, i) else 0.0) + (50.0 if f.otc_q != NEVER else 0.0)
            w.scratch[i] = -mark - held - 2.0 * f.platforms - (2.0 if f.knowledge_loan > 0.0 else 0.0)


@kernel
def leave_register(w, f):
    """A firm is taken off the register, with every status that rests on it; it has yet to learn of the register again."""
    f.register_q = NEVER
    f.aware = 0
    bar(w, f)
    if certificate_valid(f.hnte_q, w.district[0].quarter):
        note(w.books, door.HNTE_RECONCILED, -1.0)
    f.hnte_q = NEVER
    if f.otc_q != NEVER:
        note(w.books, door.OTC_RECONCILED, -1.0)
        f.board = 0
    f.otc_q = NEVER
    if f.specialised_q != NEVER:
        note(w.books, door.SPECIALISED_RECONCILED, -1.0)
    f.specialised_q = NEVER


@kernel
def match_register_cell(w, wanted, above):
    """``wanted`` register firms on one side of the 规上 line (-1: in all), by entering and leaving the register."""
    d = w.district[0]
    have = 0
    for i in range(d.n_firms):
        if on_register(w, i) and (above < 0 or w.firms[i].above_scale == above):
            have += 1
    register_marks(w, wanted > have, above)
    for _ in range(abs(wanted - have)):
        i = best_row(w)
        if i < 0:
            break
        f = w.firms[i]
        note(w.books, door.REGISTER_RECONCILED, 1.0 if wanted > have else -1.0)
        note(w.books, door.SCALE_RECONCILED, f.above_scale * (1.0 if wanted > have else -1.0))
        if wanted > have:
            f.register_q = d.quarter - int(12.0 * tie(w, i))
            f.aware = 1
            f.other_ip = max(1, f.other_ip)
            f.eligible = 1
        else:
            leave_register(w, f)


@kernel
def match_register(w, wanted, wanted_above):
    """Exactly ``wanted`` register firms, ``wanted_above`` of them above scale where that is known (-1: it is not)."""
    d = w.district[0]
    have, above = 0, 0
    for i in range(d.n_firms):
        if on_register(w, i):
            have += 1
            above += w.firms[i].above_scale
    w.adjusted[A_REGISTER] = (wanted - have) * d.scale
    if wanted_above >= 0:
        w.adjusted[A_SCALE] = (wanted_above - above) * d.scale
        match_register_cell(w, wanted_above, 1)
        match_register_cell(w, wanted - wanted_above, 0)
    match_register_cell(w, wanted, -1)


@kernel
def cross(w, i, above):
    """Put a firm on the side of its 规上 line it is nearest to not being on."""
    f = w.firms[i]
    need = above_scale_line(f.sector, f.industry)
    f.above_scale = 1 if above else 0
    f.crossed = f.above_scale
    factor = max(1.0, 1.03 * need / f.revenue) if above else min(1.0, 0.93 * need / f.revenue)
    f.revenue *= factor
    f.sales_1 = max(f.sales_1, 1.01 * need) if above else min(f.sales_1, 0.98 * need)
    scale_research(w, i, math.sqrt(factor))


@kernel
def match_scale(w, wanted):
    """Where too few (or too many) firms of either side were to be had, the nearest to the line cross it."""
    d = w.district[0]
    have = 0
    for i in range(d.n_firms):
        if on_register(w, i) and w.firms[i].above_scale == 1:
            have += 1
    for i in range(d.n_firms):
        f = w.firms[i]
        w.scratch[i] = -1e9
        if on_register(w, i) and f.giant == 0:
            distance = math.log(max(1.0, f.sales_1) / above_scale_line(f.sector, f.industry))
            if wanted > have and f.above_scale == 0:
                w.scratch[i] = distance
            elif wanted < have and f.above_scale == 1 and not is_certified(w, i):
                w.scratch[i] = -distance
    for _ in range(abs(wanted - have)):
        i = best_row(w)
        if i < 0:
            return
        cross(w, i, wanted > have)
        note(w.books, door.SCALE_RECONCILED, 1.0 if wanted > have else -1.0)


@kernel
def certificate_marks(w, giving, above):
    """How near each register firm on one side of the 规上 line (-1: either) is to holding, or losing, a certificate [points]."""
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        w.scratch[i] = -1e9
        if not on_register(w, i) or (above >= 0 and f.above_scale != above):
            continue
        ratio = (f.rd_1 + f.rd_2 + f.rd_3) / max(1.0, f.sales_1 + f.sales_2 + f.sales_3)
        mark = min(1.0, ratio / hnte_rd_line(f.sales_1)) + min(1.0, f.high_tech_share / 0.6)
        mark += min(1.0, 10.0 * f.science_staff / max(1.0, f.staff)) + 0.2 * f.quality + 0.3 * tie(w, i)
        if f.patents + f.other_ip == 0:
            mark -= 1.0
        if giving and not is_certified(w, i):
            w.scratch[i] = mark
        elif not giving and is_certified(w, i) and f.giant == 0:
            w.scratch[i] = -mark


@kernel
def match_certificate_cell(w, wanted, above):
    """Exactly ``wanted`` certificates on one side of the line; new ones get a vintage of the last three years, so that
    renewals do not bunch, and what the criteria ask for.
    """
    d = w.district[0]
    have = 0
    for i in range(d.n_firms):
        if is_certified(w, i) and (above < 0 or w.firms[i].above_scale == above):
            have += 1
    certificate_marks(w, wanted > have, above)
    for _ in range(abs(wanted - have)):
        i = best_row(w)
        if i < 0:
            break
        f = w.firms[i]
        note(w.books, door.HNTE_RECONCILED, 1.0 if wanted > have else -1.0)
        if wanted > have:
            f.hnte_q = d.quarter - 4 * int(3.0 * luck(d.run_key, d.quarter, f.id, VINTAGE))
            f.science_staff = max(f.science_staff, 0.11 * f.staff)
            f.high_tech_share = max(f.high_tech_share, 0.62)
            f.other_ip = max(1, f.other_ip)
            f.intensity = max(f.intensity, 1.05 * hnte_rd_line(f.sales_1))
            f.rd = max(f.rd, f.intensity * f.revenue)
            f.rd_1 = max(f.rd_1, 1.02 * hnte_rd_line(f.sales_1) * f.sales_1)
            f.rd_2 = max(f.rd_2, 1.02 * hnte_rd_line(f.sales_1) * f.sales_2)
        else:
            f.hnte_q = NEVER
            bar(w, f)


@kernel
def match_certificates(w, wanted, wanted_above):
    """Exactly ``wanted`` valid certificates, ``wanted_above`` of them above scale where that is known (-1: it is not)."""
    d = w.district[0]
    have, above = 0, 0
    for i in range(d.n_firms):
        if is_certified(w, i):
            have += 1
            above += w.firms[i].above_scale
    w.adjusted[A_HNTE] = (wanted - have) * d.scale
    if wanted_above < 0:
        match_certificate_cell(w, wanted, -1)
        return
    w.adjusted[A_SCALE_HNTE] = (wanted_above - above) * d.scale
    match_certificate_cell(w, wanted_above, 1)
    match_certificate_cell(w, wanted - wanted_above, 0)
    match_certificate_cell(w, wanted, -1)


@kernel
def match_platforms(w, wanted):
    """Exactly ``wanted`` recognised platforms; the largest researchers host the missing ones."""
    d = w.district[0]
    have = 0
    for k in range(d.n_institutes):
        inst = w.institutes[k]
        if inst.alive == 1 and (inst.kind == HOSTED or inst.kind == NEW_INSTITUTE or inst.kind == HIGH_END):
            have += 1
    if wanted > have:
        for i in range(d.n_firms):
            f = w.firms[i]
            w.scratch[i] = -1e9
            if on_register(w, i):
                w.scratch[i] = math.log1p(f.rd_1) - (1.5 if f.giant > 0 else 4.0) * f.platforms
        for _ in range(wanted - have):
            i = best_row(w)
            if i < 0:
                return
            if new_institute(w, hosted_id(INSTITUTE, d.quarter, w.firms[i].id, 7), HOSTED, w.firms[i].sector, i) >= 0:
                w.firms[i].platforms += 1
                w.adjusted[A_PLATFORMS] += d.scale
                note(w.books, door.PLATFORM_RECONCILED, 1.0)
        return
    excess = have - wanted
    for k in range(d.n_institutes - 1, -1, -1):
        inst = w.institutes[k]
        if excess > 0 and inst.alive == 1 and inst.kind == HOSTED:
            inst.alive = 0
            w.firms[inst.host].platforms -= 1
            if w.firms[inst.host].giant == 0:
                bar(w, w.firms[inst.host])
            w.adjusted[A_PLATFORMS] -= d.scale
            note(w.books, door.PLATFORM_RECONCILED, -1.0)
            excess -= 1


@kernel
def match_incubation(w, wanted):
    """Exactly ``wanted`` titled platforms, one of them national, and one farm-return park counted only by the other reading."""
    d = w.district[0]
    have, other, national = 0, 0, 0
    for k in range(d.n_incubators):
        inc = w.incubators[k]
        if inc.alive == 1 and inc.level >= MUNICIPAL:
            if inc.kind == OTHER_PARK:
                other += 1
            else:
                have += 1
    needed = wanted - have + (1 if other == 0 else 0)
    for k in range(d.n_incubators):
        inc = w.incubators[k]
        if needed > 0 and inc.alive == 1 and inc.level == DISTRICT_LEVEL:
            inc.level = MUNICIPAL
            inc.titled_q = d.quarter
            needed -= 1
    while needed > 0 and d.n_incubators < w.incubators.size:
        inc = w.incubators[d.n_incubators]
        inc.id = agent_id(INCUBATOR, DOOR_HOSTED, d.quarter, needed)
        inc.kind = MAKERSPACE
        inc.level = MUNICIPAL
        inc.sector = -1
        inc.capacity = 30
        inc.quality = 1.0
        inc.birth_q = d.quarter - 8
        inc.titled_q = d.quarter
        inc.alive = 1
        d.n_incubators += 1
        needed -= 1
    for k in range(d.n_incubators - 1, -1, -1):
        inc = w.incubators[k]
        if inc.alive == 1 and inc.level >= MUNICIPAL:
            if needed < 0:
                inc.level = DISTRICT_LEVEL
                inc.titled_q = RECORD_END_QUARTER + numbers.OUT_LEAST  # no title before
                needed += 1
            elif other == 0:
                inc.kind = OTHER_PARK
                inc.level = MUNICIPAL
                other = 1
    now = 0
    for k in range(d.n_incubators):
        inc = w.incubators[k]
        now += int((inc.alive == 1) & (inc.level >= MUNICIPAL) & (inc.kind != OTHER_PARK))
    w.adjusted[A_INCUBATION] = (now - have) * d.scale
    note(w.books, door.INCUBATOR_RECONCILED, now - have)
    for k in range(d.n_incubators):
        inc = w.incubators[k]
        if inc.alive == 1 and inc.level == NATIONAL:
            national += 1
            if national > 1:
                inc.level = MUNICIPAL


@kernel
def match_otc(w, wanted):
    """Exactly ``wanted`` firms listed on the OTC board."""
    d = w.district[0]
    have = 0
    for i in range(d.n_firms):
        f = w.firms[i]
        w.scratch[i] = -1e9
        if f.alive == 1 and f.otc_q != NEVER:
            have += 1
    for i in range(d.n_firms):
        f = w.firms[i]
        if on_register(w, i) and f.giant == 0:
            if wanted > have and f.otc_q == NEVER and f.board == 0:
                w.scratch[i] = min(1.0, f.sales_1 / 500.0) + 0.5 * tie(w, i)
            elif wanted < have and f.otc_q != NEVER:
                w.scratch[i] = tie(w, i)
    for _ in range(abs(wanted - have)):
        i = best_row(w)
        if i < 0:
            return
        w.firms[i].otc_q = d.quarter if wanted > have else NEVER
        w.firms[i].board = 1 if wanted > have else 0
        done = 1.0 if wanted > have else -1.0
        w.adjusted[A_OTC] += done * d.scale
        note(w.books, door.OTC_RECONCILED, done)


@kernel
def kept_share(w, i):
    """Least factor on a firm's research that leaves it what its certificate asks for [share]; 0 where nothing is asked."""
    f = w.firms[i]
    if f.giant > 0 or not is_certified(w, i):
        return 0.0
    line = 1.02 * hnte_rd_line(f.sales_1)
    return min(1.0, max(line / max(1e-9, f.intensity), line * f.revenue / max(1e-9, f.rd)))


@kernel
def surveyed_after(w, factor):
    """What the survey would find of firms' R&D [万元/yr] were all research ``factor`` times what it is, as far as certificates allow."""
    total = 0.0
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        if f.alive == 1:
            found = surveyed_rd(f.rd, f.above_scale == 1, f.giant, w.params[0].survey_coverage)
            total += found * max(factor, kept_share(w, i))
    return total


@kernel
def scale_surveyed(w, factor):
    """Firms' surveyed R&D ``factor`` times what it is. Scaled down, holders of a certificate keep to their line, for next
    year they would be back at it; the others then bear more, though no less than a twentieth of theirs is left.
    """
    others = factor
    if factor < 1.0:
        wanted = factor * surveyed_after(w, 1.0)
        low, high = min(0.05, factor), factor
        for _ in range(40):
            others = 0.5 * (low + high)
            if surveyed_after(w, others) > wanted:
                high = others
            else:
                low = others
    for i in range(w.district[0].n_firms):
        if w.firms[i].alive == 1:
            scale_research(w, i, max(others, kept_share(w, i)))


@kernel
def surveyed_in(w, row):
    """What the survey of one of the last two years of the record found at the firms now living [万元/yr]."""
    total = 0.0
    for i in range(w.district[0].n_firms):
        f = w.firms[i]
        if f.alive == 1:
            spent = f.rd_1 if row >= 5 else f.rd_2
            total += surveyed_rd(spent, f.above_scale == 1, f.giant, w.params[0].survey_coverage)
    return total


@kernel
def to_record(recorded, simulated):
    """By how much a run's own figure is scaled to meet the record [ratio], within bounds."""
    return min(numbers.MATCH_MOST, max(1.0 / numbers.MATCH_MOST, recorded / simulated))


@kernel
def match_research_level(w, before, after):
    """Published R&D meets 10.08 亿元 in the year the reading says; the firms' research is scaled to it, less what other
    adjustments have added to it (``before`` and ``after`` them: surveyed R&D of that year [万元/yr]). Years before are
    brought along by degrees from 2015, which is known.
    """
    known = w.known[0]
    if not known.rd_expenditure_2020 > 0.0:
        return
    row = int(known.rd_expenditure_vintage) - 2015
    simulated = w.indicators[row, ind.RD_EXPENDITURE]
    if not simulated > 0.0:
        return
    factor = to_record(known.rd_expenditure_2020, simulated)
    w.adjusted[A_RD] = math.log(factor)
    scale_surveyed(w, factor * before / max(1e-9, after) if before > 0.0 else factor)
    for y in range(1, 6):
        part = math.exp(math.log(factor) * min(1.0, y / row))
        w.indicators[y, ind.RD_EXPENDITURE] *= part
        w.indicators[y, ind.RD_REAL] *= part  # of 2020 it is published again


@kernel
def match_patents(w):
    """Live patents meet 713 in the year the reading says, firm by firm in proportion, to the last one. The years before are
    brought along by degrees, from 2015 which is known: what is missing or too many came or went year by year.
    """
    d = w.district[0]
    known = w.known[0]
    if not known.patents_2020 > 0.0:
        return
    row = int(known.patents_vintage) - 2015
    simulated = w.indicators[row, ind.PATENTS]
    if not simulated > 0.0:
        return
    factor = to_record(known.patents_2020, simulated)
    w.adjusted[A_PATENTS] = math.log(factor)
    running, given, before = 0.0, 0, 0
    for i in range(d.n_firms):
        f = w.firms[i]
        if f.alive == 1 and f.patents > 0:
            before += f.patents
            running += factor * f.patents
            upto = int(math.floor(running + 0.5))
            f.patents = upto - given
            given = upto
    added = 0.0
    for y in range(1, 5):
        was = w.indicators[y, ind.PATENTS] / d.scale
        now = math.floor(was * math.exp(math.log(factor) * min(1.0, y / row)) + 0.5)
        w.indicators[y, ind.PATENTS] = now * d.scale
        w.flows[y, door.PATENT_RECONCILED] += (now - was - added) * d.scale
        added = now - was
    note(w.books, door.PATENT_RECONCILED, given - before - added)


@kernel
def match_shares(w):
    """Background output and digital value added that make the shares of 2020 those known or drawn."""
    d, p = w.district[0], w.params[0]
    known = w.known[0]
    out = w.indicators[5]
    industry, strategic, high_tech, digital = 0.0, 0.0, 0.0, 0.0
    for i in range(d.n_firms):
        f = w.firms[i]
        if f.alive == 0:
            continue
        if f.digital == 1:
            digital += f.revenue * w.sectors[f.sector].value_added_ratio * 0.0001 * d.scale
        if f.industry == 1 and f.above_scale == 1:
            industry += f.sales_1 * 0.0001 * d.scale
            if f.strategic == 1:
                strategic += f.sales_1 * 0.0001 * d.scale
            if f.high_tech_class == 1:
                high_tech += f.sales_1 * 0.0001 * d.scale
    total = industry + d.ordinary_industry + d.strategic_industry
    if known.strategic_emerging_share_2020 > 0.0:
        share = 0.01 * known.strategic_emerging_share_2020
        total = max(total, strategic / share, (industry - strategic) / (1.0 - share))
        d.strategic_industry = max(0.0, share * total - strategic)
        d.ordinary_industry = max(0.0, total - industry - d.strategic_industry)
    total = industry + d.ordinary_industry + d.strategic_industry
    wanted = 0.01 * p.high_tech_output_2020 * total
    d.high_tech_counted = min(1.0, wanted / max(1e-9, high_tech))
    d.high_tech_industry = max(0.0, wanted - high_tech)
    wanted = 0.01 * p.digital_core_2020 * out[ind.GDP]
    d.digital_counted = min(1.0, wanted / max(1e-9, digital))
    d.digital_background = max(0.0, wanted - digital)


@kernel
def moved_odds(share, before, after):
    """A share [%] whose odds move as those of another year's did, from ``before`` to ``after``."""
    if min(share, before, after) <= 0.0 or max(share, before, after) >= 100.0:
        return share
    odds = share / (100.0 - share) * (after / (100.0 - after)) / (before / (100.0 - before))
    return 100.0 * odds / (1.0 + odds)


@kernel
def carry_shares_back(w, strategic, high_tech, digital):
    """Shares of 2016-2019 that lead to those of 2020, given what was simulated for it [%]. What counts as digital core or as
    high-tech industry is one definition in all years; the strategic share of 2015 is known, so its path moves by degrees.
    """
    end = w.indicators[5]
    for y in range(5):
        out = w.indicators[y]
        out[ind.HIGH_TECH_OUTPUT] = moved_odds(out[ind.HIGH_TECH_OUTPUT], high_tech, end[ind.HIGH_TECH_OUTPUT])
        out[ind.DIGITAL_SHARE] = moved_odds(out[ind.DIGITAL_SHARE], digital, end[ind.DIGITAL_SHARE])
        whole = moved_odds(out[ind.STRATEGIC_SHARE], strategic, end[ind.STRATEGIC_SHARE])
        out[ind.STRATEGIC_SHARE] += 0.2 * y * (whole - out[ind.STRATEGIC_SHARE])


@kernel
def reconcile(w, lo, hi):
    """At the end of 2020, in a run that is to be reconciled, meet the record and publish 2020 again."""
    d = w.district[0]
    if d.quarter != RECORD_END_QUARTER or d.reconcile == 0:
        return
    known = w.known[0]
    rd_row = int(known.rd_expenditure_vintage) - 2015 if known.rd_expenditure_2020 > 0.0 else 5
    before = surveyed_in(w, rd_row)
    above = known_count(known.tech_enterprises_above_scale_2020, d.scale)
    if known.tech_enterprises_2020 > 0.0:
        match_register(w, known_count(known.tech_enterprises_2020, d.scale), above)
        if above >= 0:
            match_scale(w, above)
    if known.high_tech_enterprises_2020 > 0.0:
        certified_above = known_count(known.high_tech_enterprises_above_scale_2020, d.scale)
        match_certificates(w, known_count(known.high_tech_enterprises_2020, d.scale), certified_above)
    if known.rd_platforms_2020 > 0.0:
        match_platforms(w, known_count(known.rd_platforms_2020, d.scale))
    if known.incubation_platforms_2020 > 0.0:
        match_incubation(w, known_count(known.incubation_platforms_2020, d.scale))
    if known.otc_listed_2020 > 0.0:
        match_otc(w, known_count(known.otc_listed_2020, d.scale))
    carry_rates(w)
    if known.knowledge_loans_total_2020 > 0.0:
        d.loan_base = known.knowledge_loans_total_2020 * 1e8 / d.scale - w.funds[0].lent
    match_research_level(w, before, surveyed_in(w, rd_row))
    match_patents(w)
    rd = w.indicators[5, ind.RD_EXPENDITURE]
    out = w.indicators[5]
    strategic, high_tech, digital = out[ind.STRATEGIC_SHARE], out[ind.HIGH_TECH_OUTPUT], out[ind.DIGITAL_SHARE]
    match_shares(w)
    publish(w, 0, 1)
    carry_shares_back(w, strategic, high_tech, digital)
    if w.adjusted[A_RD] != 0.0:
        w.indicators[5, ind.RD_EXPENDITURE] = rd
    for y in range(6):
        derive(w, y)
