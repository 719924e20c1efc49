"""Chains of steps that nobody watches: intake, cycle, schedule."""
