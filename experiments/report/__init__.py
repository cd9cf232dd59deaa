"""Everything that a report says, worked out once."""
