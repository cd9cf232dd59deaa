"""What do the figures published so far change?"""
