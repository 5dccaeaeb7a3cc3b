"""What each stage of a reading depends on beside its input, as one hash a stage.

    words        pictures -> what is recognised in them: the recogniser alone, its models and engines
    readers      bytes -> Document: the readers, the shapes that they know, the pinned packages
    reading      Document -> facts and findings: all of that, the form, the codebook
    evidence     Document -> what it says of whose it is: all of that, what gathers it

A stage's code may import nothing that its hash leaves out; a test follows the imports.
"""

from __future__ import annotations

import hashlib

from base.hashes import fixed_tree_sha256, packages_sha256, versions_sha256
from base.paths import CODEBOOK, DATA, ROOT

EXTRACT = ROOT / "extract"
#: Under extract/: what a recogniser's answer rests on, and the packages that bring models and engines.
OF_WORDS = ("readers/picture/engine.py", "readers/picture/words.py")
PACKAGES_OF_WORDS = ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy")
#: Under extract/: what the readers are made of, by the beginnings of names.
OF_READERS = ("readers/", "document.py", "locators.py")
#: What only works on readings that are there: a change in it reads no document again.
BEYOND_READING = (
    *("builds/copies/", "builds/coverage/", "builds/assemble.py", "builds/build.py", "builds/corrections.py"),
    *("builds/difference/", "builds/engines/", "builds/current.py", "builds/keys.py", "builds/verify.py"),
    *("checks/across", "checks/run.py"),
    *("agencies/", "whose.py"),
)
#: What gathers evidence, and judges none.
OF_EVIDENCE = ("agencies/__init__.py", "agencies/codes.py", "agencies/evidence.py", "whose.py")


def words_sha256() -> str:
    """The hash of what recognised words depend on."""
    return _joined(fixed_tree_sha256(EXTRACT, "*.py", only=OF_WORDS), versions_sha256(PACKAGES_OF_WORDS))


def readers_sha256() -> str:
    """The hash of what a Document depends on."""
    of_readers = (
        fixed_tree_sha256(EXTRACT, "*.py", only=OF_READERS),
        fixed_tree_sha256(DATA / "figures", "*.csv"),
    )
    return _joined(fixed_tree_sha256(ROOT / "base", "*.py"), *of_readers, packages_sha256())


def reading_sha256() -> str:
    """The hash of what facts and findings depend on."""
    own = fixed_tree_sha256(EXTRACT, "*.py", without=(*BEYOND_READING, *OF_READERS))
    return _joined(readers_sha256(), own, fixed_tree_sha256(CODEBOOK, "*.csv"))


def evidence_sha256() -> str:
    """The hash of what evidence depends on."""
    return _joined(reading_sha256(), fixed_tree_sha256(EXTRACT, "*.py", only=OF_EVIDENCE))


def _joined(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
