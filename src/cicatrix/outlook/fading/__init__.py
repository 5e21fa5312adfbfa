"""How red and brown marks fade without treatment, learned from the person's own visits."""
