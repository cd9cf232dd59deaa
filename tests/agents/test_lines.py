"""Rows of whole cache lines: columns keep their names and their order, only where they lie in memory is chosen."""

import numpy as np
import pytest

from yidu.agents.enterprise import ENTERPRISE
from yidu.agents.lines import LINE, in_lines, on_lines

pytestmark = pytest.mark.fast

COLUMNS = [("id", "i8"), ("alive", "i1"), ("revenue", "f8"), ("sector", "i2"), ("patents", "i4")]


def test_columns_keep_their_order_and_form():
    record = in_lines(COLUMNS)
    assert record.names == tuple(name for name, _ in COLUMNS)
    assert [record[name] for name, _ in COLUMNS] == [np.dtype(form) for _, form in COLUMNS]


def test_no_two_columns_overlap_and_each_stands_on_its_size():
    for record in (in_lines(COLUMNS), ENTERPRISE):
        taken = sorted((record.fields[name][1], record.fields[name][0].itemsize) for name in record.names)
        assert all(first + size <= second for (first, size), (second, _) in zip(taken, taken[1:], strict=False))
        assert all(at % size == 0 for at, size in taken) and record.isalignedstruct


def test_the_narrow_columns_of_an_enterprise_lie_in_the_first_line_of_its_row():
    assert ENTERPRISE.itemsize % LINE == 0
    narrow = [name for name in ENTERPRISE.names if ENTERPRISE[name].itemsize < 8]
    behind = {name for name in narrow if ENTERPRISE.fields[name][1] >= LINE}
    assert len(narrow) > 30 and behind == {"visitors", "consortium", "borrowed"}, "few firms have any of these"


def test_rare_columns_come_last_and_take_no_place_in_the_first_line():
    record = in_lines([*COLUMNS, ("seldom", "i2")], rare=("seldom",))
    assert record.names[-1] == "seldom" and record.fields["seldom"][1] == max(record.fields[name][1] for name in record.names)
    assert [record.fields[name][1] for name, _ in COLUMNS] == [in_lines(COLUMNS).fields[name][1] for name, _ in COLUMNS]


def test_a_table_begins_a_line_and_is_zero():
    for rows in (1, 7, 3000):
        table = on_lines(ENTERPRISE, rows)
        assert table.shape == (rows,) and table.ctypes.data % LINE == 0 and not table.view(np.uint8).any()
