"""Photographs of the printed card on the skin: found, rectified, aligned, read."""
