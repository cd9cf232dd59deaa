"""Region packs as a whole: all that may stand in one, checked, and where its plan disagrees with itself."""
