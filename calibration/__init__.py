"""What the record says: region packs, facts, priors, the fit and its diagnostics."""
