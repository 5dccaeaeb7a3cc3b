"""A made-up province through twelve years, known in full: its archive, its registry, and the truth.

    truth = make_history(folder, counties=3, agencies=6, years=range(2019, 2026))
    truth.archive, truth.registry         # for `gknb build --archive … --registry …`
    truth.coverage                        # a line for each agency and year, with its status
    truth.agencies[id].names, .successors # who there was, under which names
    truth.by_sha256[sha]                  # whose report a body of the archive is, and what it is a copy of
    truth.copies, truth.revisions, truth.breaches, truth.cells(agency_id, year)

There are no portals: the three runs of the crawl are written down by the crawler's own classes. The command
is `python -m demo.history FOLDER`.
"""

from demo.history.make import make_history
from demo.history.truth import HistoryTruth

__all__ = ["HistoryTruth", "make_history"]
