"""What does one run look like?"""
