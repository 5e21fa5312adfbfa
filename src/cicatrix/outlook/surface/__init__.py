"""The simulated after-surface: the measured relief with an option's treatments applied, drawn under its own light."""
