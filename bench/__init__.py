"""Measurements: accuracy against known truth, and speed as ratios taken side by side in one run.

A bench lies in the room of what it measures; called by hand it needs no room: `python -m bench.accuracy`.
"""

from pathlib import Path

ROOMS = ("truth", "times", "crawls", "large")
__path__ += [str(Path(__file__).parent / room) for room in ROOMS]
