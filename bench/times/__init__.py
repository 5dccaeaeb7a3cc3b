"""How fast it works, as ratios taken side by side in one run."""
