"""How far each option gets: trials pooled on one scale, depth, grades, and scars that acne would add."""
