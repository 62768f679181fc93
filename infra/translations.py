"""Lists the sentences of the officers' page for its catalogue; `make translations` runs it.

Beside what Babel finds (`gettext("…")`, `marked("…")`), an officer reads the sentences that errors
carry: every whole Vietnamese sentence in the files that `translations.cfg` names.
"""

import ast
import io
import re
from collections.abc import Collection, Iterator
from typing import IO, Any

from babel.messages.extract import extract_python

VIETNAMESE = re.compile(r"[À-ỹĐđ]")
"""A letter that only Vietnamese has."""


def sentences(
    file: IO[bytes],
    keywords: Any,
    comment_tags: Collection[str],
    options: Any,
) -> Iterator[tuple[int, str | None, Any, Any]]:
    """The messages of a Python file, as an extraction method of Babel."""
    source = file.read()
    found: list[Any] = list(extract_python(io.BytesIO(source), keywords, comment_tags, options))
    yield from found
    called = {told for _, _, told, _ in found}
    for line, sentence in literals(source.decode()):
        if sentence.endswith(".") and sentence not in called:
            yield line, None, sentence, []


def literals(source: str) -> list[tuple[int, str]]:
    """The Vietnamese strings of a Python source that are not its documentation, with their lines.

    Of an f-string the pieces do not count: nothing can look them up.
    """
    tree = ast.parse(source)
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed.update(node.values)
        elif isinstance(node, ast.Expr):
            passed.add(node.value)
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in passed
        and VIETNAMESE.search(node.value)
    ]
