"""Files in and out: read once, TOML with line numbers, written whole or not at all."""
