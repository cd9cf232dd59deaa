"""Many runs: of one scenario, of several on the same luck, and what differs between them."""
