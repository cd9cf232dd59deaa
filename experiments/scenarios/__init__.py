"""What may be set: scenario files, paths, mixes in the making, rules."""
