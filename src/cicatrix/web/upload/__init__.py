"""Uploads: received, unpacked and laid out as a capture folder."""
