"""What must be seen by the end of each year if a target is to be reached, and is it better to wait and see?"""
