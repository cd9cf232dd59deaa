"""Tests: sentences about the district and its instruments."""
