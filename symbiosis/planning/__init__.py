"""From a dataset to a plan: problem, baseline, indicators, audit."""
