"""What goes wrong in published reports, by name. Each fault changes the draft and its truth together."""

from demo.faults.base import Fault
from demo.faults.labels import LABEL_FAULTS
from demo.faults.rare import RARE_FAULTS
from demo.faults.structure import STRUCTURE_FAULTS
from demo.faults.values import VALUE_FAULTS
from demo.faults.whole import WHOLE_FAULTS

# In the order in which they are applied, whatever the order they are asked for: figures before the tables'
# build, labels before tables are cut, so that each finds what it alters.
FAULTS: dict[str, Fault] = {**VALUE_FAULTS, **LABEL_FAULTS, **STRUCTURE_FAULTS, **RARE_FAULTS, **WHOLE_FAULTS}

__all__ = ["FAULTS", "Fault"]
