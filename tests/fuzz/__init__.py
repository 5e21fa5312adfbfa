"""Fuzzing of every parser: ``make fuzz``."""
