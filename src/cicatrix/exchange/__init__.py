"""Results for other programs: tables."""
