"""Routes, as the areas of the page name them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask.typing import ResponseReturnValue


@dataclass(frozen=True, slots=True)
class Rule:
    """A route of an area."""

    path: str
    endpoint: str
    view: Callable[..., ResponseReturnValue]
    methods: tuple[str, ...] = ("GET",)


class Area(Protocol):
    """Views that belong together, with their routes."""

    def rules(self) -> Sequence[Rule]:
        """The routes, under the endpoints that `access` knows."""
        ...
