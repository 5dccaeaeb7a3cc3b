"""How a shape changes what a portal answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from demo.province.http import Request, Response

Serve = Callable[[Request], Response]

# The call of a TRS pager: pages, current (from 0), name, ending.
CALL = re.compile(r"""createPage(?:HTML)?\((\d+), (\d+), ["']index["'], ["'](\w+)["']\);""")


def rewritten(response: Response, change: Callable[[str], str]) -> Response:
    """A good page with its text changed, in its own encoding; any other answer as it is."""
    if response.status != 200 or "html" not in (response.header("Content-Type") or ""):
        return response
    try:
        text, encoding = response.body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = response.body.decode("gb18030"), "gb18030"
    return replace(response, body=change(text).encode(encoding))


def without_validators(response: Response) -> dict[str, str]:
    """The headers of an answer whose body was changed."""
    return {k: v for k, v in response.headers.items() if k.lower() not in ("etag", "last-modified")}
