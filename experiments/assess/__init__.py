"""How likely is each target of the plan under a policy mix?"""
