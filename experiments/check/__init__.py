"""What does a scenario change, what does it cost, and how far does it lie beyond experience?"""
