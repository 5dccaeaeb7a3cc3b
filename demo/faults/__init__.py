"""What goes wrong in published reports, by name. Each fault changes the draft and its truth together."""

from demo.faults.base import Fault
from demo.faults.values import VALUE_FAULTS

# In the order in which they are applied, whatever the order they are asked for.
FAULTS: dict[str, Fault] = {**VALUE_FAULTS}

__all__ = ["FAULTS", "Fault"]
