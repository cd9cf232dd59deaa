"""Measurements behind the figures of the README and of the design; no part of the product."""
