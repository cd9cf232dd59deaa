"""What every stage may do: pay, count through a door, rank."""

import math

from agents.compiled import kernel


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
