"""Which value is reached with which probability, in each year to come?"""
