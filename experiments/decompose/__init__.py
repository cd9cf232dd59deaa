"""What must be done each year, by whom and where, on a path that arrives?"""
