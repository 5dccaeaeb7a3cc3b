"""Where the project's tables and its output lie, unless an option says otherwise.

In a checkout both lie below its data/. Where gknb is installed, the tables lie beside the code, and what
people make and edit lies below data/ of the folder in which they work: an update would take away what lies in
a Python's packages. The environment moves them: `GKNB_LAKE` the lake, to an address, too (`base.lakes`),
`GKNB_ARCHIVE` the archive of the crawls alone, `GKNB_REGISTRY` the registry, `GKNB_CODEBOOK` the tables of
the form, so that an edition to come can be tried before it is one.
"""

import os
from pathlib import Path

from base.lakes.working_copy import lake_at

ROOT = Path(__file__).resolve().parents[1]
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()

# The project's own tables.
DATA = ROOT / "data"
CODEBOOK = Path(os.environ.get("GKNB_CODEBOOK") or DATA / "codebook").absolute()
REGISTRY = DATA / "registry"
COVERAGE = DATA / "coverage"

_HOME = DATA if IS_CHECKOUT else Path.cwd() / "data"
LAKE = lake_at(os.environ.get("GKNB_LAKE") or str(_HOME / "lake")).absolute()

#: A file in a lake that says that all in it is made up: the page says so in large letters.
MADE_UP = "made-up"

#: The file that tells a release's folder, with what the release says of itself.
RELEASE = "release.json"


def archive_in(lake: Path) -> Path:
    """The archive of the crawls, in a lake."""
    return lake / "archive"


ARCHIVE = Path(os.environ.get("GKNB_ARCHIVE") or archive_in(LAKE)).absolute()

#: Where an installed gknb looks for a registry that people edit; `gknb registry copy` makes one.
HOME_REGISTRY = _HOME / "registry"
#: The registry that people edit. A table that it lacks is the project's own.
OWN_REGISTRY = Path(
    os.environ.get("GKNB_REGISTRY") or (HOME_REGISTRY if HOME_REGISTRY.is_dir() else REGISTRY)
).absolute()

#: Reports that people have keyed from their pictures without seeing the reading, beside the registry.
CHECKED = OWN_REGISTRY.parent / "checked.csv"
