"""The outlook: fading of marks, healing after each step, what is left of each scar, the simulated after-surface."""
