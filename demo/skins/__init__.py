"""How a report looks as a file: each skin turns a draft into the bytes of one format."""

from demo.skins.base import Rendered, Skin
from demo.skins.doc import DOC_SKINS
from demo.skins.html import HTML_SKINS
from demo.skins.ofd import OFD_SKINS
from demo.skins.office import OFFICE_SKINS
from demo.skins.pdf import PDF_SKINS
from demo.skins.rtf import RTF_SKINS
from demo.skins.scan import SCAN_SKINS
from demo.skins.text import TEXT_SKINS
from demo.skins.zipped import zipped

# Every skin of text by its name. A further one is a function from a draft to bytes, and a line here.
SKINS: dict[str, Skin] = {**HTML_SKINS, **PDF_SKINS, **TEXT_SKINS, **OFFICE_SKINS, **OFD_SKINS}
SKINS |= DOC_SKINS | RTF_SKINS
SKINS |= {"zip_docx": zipped(SKINS["docx"]), "zip_doc": zipped(SKINS["doc"])}

# Beside them those that are pictures, which take seconds to read; none where the Chinese font is missing.
LOOKS: dict[str, Skin] = {**SKINS, **SCAN_SKINS}

__all__ = ["LOOKS", "SCAN_SKINS", "SKINS", "Rendered", "Skin"]
