"""Questions put to many runs: policy mixes, how likely each target is, and answers of a published shape."""
