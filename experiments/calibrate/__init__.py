"""The fit of a region, made anew and in the published shape."""
