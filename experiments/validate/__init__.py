"""Were the forecasts right?"""
