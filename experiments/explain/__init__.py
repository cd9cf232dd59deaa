"""Why is a target reached or not: flows, levers, uncertainty?"""
