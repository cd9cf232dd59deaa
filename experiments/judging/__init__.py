"""What every answer shares: runs judged against targets, what that rests on, what cannot be known, in a published shape."""
