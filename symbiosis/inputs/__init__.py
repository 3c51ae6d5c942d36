"""Reads a dataset folder, gathers its faults, knows the embedded datasets."""
