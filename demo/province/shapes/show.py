"""What a client gets of a portal with a shape."""

from __future__ import annotations

from demo.province.http import Request, Response, redirect
from demo.province.shapes.articles import FILES, behind_a_script, in_parts, unknown_container
from demo.province.shapes.lists import PAGE_TWO, TEXTS, folders_in_pages, in_frame
from demo.province.shapes.rewriting import Serve, rewritten
from demo.province.shapes.shape import Shape


def show(shape: Shape, request: Request, serve: Serve) -> Response:
    """What the client gets of a portal with this shape in place of `serve(request)`."""
    if shape in PAGE_TWO:
        is_second = request.path.endswith("list_2.shtml")
        return PAGE_TWO[shape](request, serve) if is_second else serve(request)
    if shape in FILES:
        return behind_a_script(shape, request, serve)
    if shape is Shape.IN_PARTS:
        return in_parts(request, serve)
    if shape is Shape.FOLDERS_IN_PAGES:
        return folders_in_pages(request, serve)
    if shape is Shape.IN_FRAME:
        return in_frame(request, serve)
    if shape is Shape.BAD_REDIRECT and request.path.endswith(".shtml") and "list" not in request.path:
        return redirect("http://[::1/") if int(request.path[-7], 36) % 3 == 0 else serve(request)
    if shape is Shape.UNKNOWN_CONTAINER:
        return rewritten(serve(request), unknown_container)
    if shape in TEXTS:
        return rewritten(serve(request), TEXTS[shape])
    return serve(request)
