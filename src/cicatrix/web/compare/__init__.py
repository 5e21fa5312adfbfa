"""What the pages show of several visits: two of them compared, all of them over time, a rig against itself."""
