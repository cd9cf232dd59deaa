"""What every stage may do: list the rows it goes through, pay, count through a door, rank."""

import math

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER
from yidu.agents.luck import drawn, keyed, next_word
from yidu.sim.world import RECORD_END_QUARTER


@kernel
def call_roll(w):
    """List the firms alive, for every stage until the next roll."""
    d = w.district[0]
    count = 0
    for i in range(d.n_firms):
        w.roll[count] = i
        count += int(w.firms[i].alive == 1)
    d.n_roll = count


@kernel
def take_words(w):
    """Take the word that each firm's draws of this quarter start from: the last moved on, or its first."""
    d = w.district[0]
    for i in range(d.n_words):
        w.words[i] = next_word(w.words[i])
    for i in range(d.n_words, d.n_firms):
        w.words[i] = keyed(d.run_key, d.quarter, w.firms[i].id)
    d.n_words = d.n_firms


@kernel
def place(w, row):
    """Where ``row`` stands on the roll, or would [place]: rows ``lo`` to ``hi`` are its places ``place(lo)`` to ``place(hi)``.

    Which firms have closed cannot be guessed, and a processor that guesses wrong loses more than most stages take for a firm: so
    the roll, and the lists below, are made without a branch. They share ``w.rows``: the next one overwrites the last. Each returns
    where it ends; it begins at ``lo``.
    """
    first, last = 0, w.district[0].n_roll
    if row <= 0 or last == 0:
        return 0
    if row > w.roll[last - 1]:
        return last
    while first < last:
        middle = (first + last) // 2
        if w.roll[middle] < row:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def registered(w, lo, hi):
    """List those on the roll that are on the register."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.rows[count] = i
        count += int(w.firms[i].register_q != NEVER)
    return count


@kernel
def researching(w, lo, hi):
    """List those on the roll that do research."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.rows[count] = i
        count += int(w.firms[i].intensity > 0.0)
    return count


@kernel
def borrowing(w, lo, hi):
    """List those on the roll that owe on a loan, or did when one went bad."""
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.knowledge_left | f.commercial_left) != 0)
    return count


@kernel
def back_in(f, quarter):
    """Whether a firm that the record of 2020 struck off may come by the status again; any other always may."""
    return (f.out_for == 0) | (quarter >= RECORD_END_QUARTER + f.out_for)


@kernel
def starting_up(f, quarter):
    """Whether a firm is one that start-up support is for [yes/no]: young, below the 规上 line, no giant."""
    return (quarter - f.birth_q < 4 * numbers.STARTUP_YEARS) & (f.above_scale == 0) & (f.giant <= 0)


@kernel
def own_pace(d, f):
    """How much faster than in the run the record's register grew for firms of its size, above the 规上 line or below [ratio]."""
    return d.scale_pace if f.above_scale == 1 else d.register_pace


@kernel
def open_platforms(w):
    """Incubators open, for each district government [platforms]."""
    d = w.district[0]
    alive = 0
    for k in range(d.n_incubators):
        alive += w.incubators[k].alive
    return alive * d.scale / d.districts


@kernel
def lucky(w, lo, hi, decision, chance):
    """List those on the roll whose draw for a decision is below ``chance`` [share]: where no firm's own chance is above that, the
    others are settled without a look at them.
    """
    count = lo
    for i in w.roll[place(w, lo) : place(w, hi)]:
        w.rows[count] = i
        count += int(drawn(w.words[i], decision) < chance)
    return count


@kernel
def pay(books, which, amount):
    """Post ``amount`` [yuan, whole] on a line of this quarter. Whole yuan add exactly, so order cannot matter."""
    books.ledger[books.district[0].quarter, which] += amount


@kernel
def yuan(ten_thousands):
    """Whole yuan of an amount in 万元."""
    return math.floor(ten_thousands * 10000.0 + 0.5)


@kernel
def note(books, which, things):
    """Count ``things`` through a door this year, each agent standing for ``scale`` of them."""
    d = books.district[0]
    books.flows[d.row, which] += things * d.scale


@kernel
def rank_rows(rows, scores, ids, count):
    """Sort the first ``count`` rows by falling score, ties by id; in place (shell sort)."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, count):
            row = rows[k]
            j = k
            while j >= gap and (
                scores[rows[j - gap]] < scores[row] or (scores[rows[j - gap]] == scores[row] and ids[rows[j - gap]].id > ids[row].id)
            ):
                rows[j] = rows[j - gap]
                j -= gap
            rows[j] = row
        gap //= 3
