"""What every stage may do: list the rows it goes through, pay, count through a door, rank."""

import math

from agents.compiled import kernel
from agents.enterprise import NEVER


@kernel
def living(w, lo, hi):
    """List the firms alive among rows ``lo`` to ``hi``, in order, in ``w.rows`` from ``lo`` on; returns where the list ends.

    Which firms have closed cannot be guessed, and a processor that guesses wrong loses more than most stages take for a firm: so
    these lists are made without a branch. One list at a time: the next overwrites it.
    """
    count = lo
    for i in range(lo, hi):
        w.rows[count] = i
        count += int(w.firms[i].alive == 1)
    return count


@kernel
def registered(w, lo, hi):
    """The same of the firms alive and on the register."""
    count = lo
    for i in range(lo, hi):
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.alive == 1) & (f.register_q != NEVER))
    return count


@kernel
def researching(w, lo, hi):
    """The same of the firms alive that do research."""
    count = lo
    for i in range(lo, hi):
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.alive == 1) & (f.intensity > 0.0))
    return count


@kernel
def knowing(w, lo, hi):
    """The same of the firms alive that have a stock of knowledge."""
    count = lo
    for i in range(lo, hi):
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.alive == 1) & (f.knowledge > 0.0))
    return count


@kernel
def inventing(w, lo, hi):
    """The same of the firms alive that do research or hold patents."""
    count = lo
    for i in range(lo, hi):
        f = w.firms[i]
        w.rows[count] = i
        count += int((f.alive == 1) & ((f.intensity > 0.0) | (f.patents != 0)))
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
                scores[rows[j - gap]] < scores[row]
                or (scores[rows[j - gap]] == scores[row] and ids[rows[j - gap]].id > ids[row].id)
            ):
                rows[j] = rows[j - gap]
                j -= gap
            rows[j] = row
        gap //= 3
