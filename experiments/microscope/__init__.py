"""One run as its agents lived it, and the story of any firm."""
