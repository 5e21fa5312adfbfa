"""The printed card on phantom skin, photographed with a torch."""
