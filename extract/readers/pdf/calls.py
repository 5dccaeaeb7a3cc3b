"""pdfium, called in bulk: handles as plain integers, results into buffers of one's own."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium


def _bare(name: str, *arguments: type, result: type = ctypes.c_int) -> Callable[..., Any]:
    """A pdfium function that takes pointers as plain integers and keeps the interpreter's lock: for calls
    made once a character, where converting arguments would cost more than the call."""
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    assert address
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_P, _I = ctypes.c_void_p, ctypes.c_int
count_characters = _bare("FPDFText_CountChars", _P)
unicode = _bare("FPDFText_GetUnicode", _P, _I)
loose_box = _bare("FPDFText_GetLooseCharBox", _P, _I, _P)
ink_box = _bare("FPDFText_GetCharBox", _P, _I, _P, _P, _P, _P)
is_unmapped = _bare("FPDFText_HasUnicodeMapError", _P, _I)
is_generated = _bare("FPDFText_IsGenerated", _P, _I)
text_object = _bare("FPDFText_GetTextObject", _P, _I, result=_P)
count_objects = _bare("FPDFPage_CountObjects", _P)
object_at = _bare("FPDFPage_GetObject", _P, _I, result=_P)
count_in_form = _bare("FPDFFormObj_CountObjects", _P)
object_in_form = _bare("FPDFFormObj_GetObject", _P, ctypes.c_ulong, result=_P)
kind = _bare("FPDFPageObj_GetType", _P)
matrix = _bare("FPDFPageObj_GetMatrix", _P, _P)
bounds = _bare("FPDFPageObj_GetBounds", _P, _P, _P, _P, _P)
fill_colour = _bare("FPDFPageObj_GetFillColor", _P, _P, _P, _P, _P)
stroke_colour = _bare("FPDFPageObj_GetStrokeColor", _P, _P, _P, _P, _P)
font = _bare("FPDFTextObj_GetFont", _P, result=_P)
is_embedded = _bare("FPDFFont_GetIsEmbedded", _P)
render_mode = _bare("FPDFTextObj_GetTextRenderMode", _P)
set_render_mode = _bare("FPDFTextObj_SetTextRenderMode", _P, _I)
set_stroke_width = _bare("FPDFPageObj_SetStrokeWidth", _P, ctypes.c_float)
set_matrix = _bare("FPDFPageObj_SetMatrix", _P, _P)
draw_mode = _bare("FPDFPath_GetDrawMode", _P, _P, _P)
count_segments = _bare("FPDFPath_CountSegments", _P)
segment = _bare("FPDFPath_GetPathSegment", _P, _I, result=_P)
segment_kind = _bare("FPDFPathSegment_GetType", _P)
segment_closes = _bare("FPDFPathSegment_GetClose", _P)
segment_point = _bare("FPDFPathSegment_GetPoint", _P, _P, _P)
clip_path = _bare("FPDFPageObj_GetClipPath", _P, result=_P)
count_clips = _bare("FPDFClipPath_CountPaths", _P)
count_clip_segments = _bare("FPDFClipPath_CountPathSegments", _P, _I)
clip_segment = _bare("FPDFClipPath_GetPathSegment", _P, _I, _I, result=_P)
count_marks = _bare("FPDFPageObj_CountMarks", _P)
mark_at = _bare("FPDFPageObj_GetMark", _P, ctypes.c_ulong, result=_P)
mark_text = _bare("FPDFPageObjMark_GetParamStringValue", _P, ctypes.c_char_p, _P, ctypes.c_ulong, _P)
remove_mark = _bare("FPDFPageObj_RemoveMark", _P, _P)
has_transparency = _bare("FPDFPageObj_HasTransparency", _P)


def address(pointer: object) -> int:
    """A pypdfium2 handle as a plain integer."""
    found = ctypes.cast(pointer, ctypes.c_void_p).value  # type: ignore[arg-type]
    assert found
    return found
