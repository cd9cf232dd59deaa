"""Batch experiments: designs, runs in parts, and what they say."""
