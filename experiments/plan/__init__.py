"""Which mix reaches the chosen targets with a wanted probability, at the least cost?"""
