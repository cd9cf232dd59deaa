"""Tests of the district, its clock and its region packs."""
