"""Would a test notice? Slips planted in the rules of ``agents/``, one at a time: ``python -m tests.mutation``."""
