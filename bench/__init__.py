"""Measurements: accuracy against known truth, and speed as ratios taken side by side in one run."""
