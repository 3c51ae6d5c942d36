"""Pyomo formulations and their solution with HiGHS."""
