"""What does one mix change against another, what does it cost, and who gains?"""
