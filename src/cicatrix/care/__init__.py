"""What to do: the gate, the safety rules, the options and the schedule."""
