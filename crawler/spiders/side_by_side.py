"""Workers side by side, and what they bring, as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@asynccontextmanager
async def side_by_side(
    work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]], workers: int
) -> AsyncIterator[AsyncIterator[T]]:
    """What so many workers bring, each by calling what `work` is given, until the last has ended. Raises what
    a worker raises; whoever leaves before cancels them."""
    brought: asyncio.Queue[T | None] = asyncio.Queue()
    tasks = [asyncio.create_task(work(brought.put_nowait)) for _ in range(workers)]
    ended = asyncio.create_task(_tell_end(tasks, brought))

    async def each() -> AsyncIterator[T]:
        while (one := await brought.get()) is not None:
            yield one
        await ended

    try:
        yield each()
    finally:
        for task in tasks:
            task.cancel()


async def _tell_end(tasks: list[asyncio.Task[None]], brought: asyncio.Queue[Any]) -> None:
    try:
        await asyncio.gather(*tasks)
    finally:
        brought.put_nowait(None)
