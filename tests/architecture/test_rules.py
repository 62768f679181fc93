"""Rules of the house that a reader could overlook."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import FUNCTIONS, ROOT, modules, places, tree

SECRETS = re.compile(
    r"(^|_)(mac|hmac|signature|hexdigest|nonce|csrf|csrf_token|verifier|password)$"
)
"""What a stranger could guess letter by letter, if a comparison took longer for each right one."""
MOST_BYTES = 300 * 1024
PICTURES = re.compile(r"^infra/local/.*\.(png|jpg|svg)$")
"""What may be there that is not text: small pictures of our own."""


def _reads_the_environment(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            yield node
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (name for name in node.names if name.name in {"environ", "getenv"})


def test_only_the_settings_read_the_environment() -> None:
    readers = {file for file in modules() if places(file, _reads_the_environment(tree(file)))}

    assert readers == {FUNCTIONS / "settings.py"}


def _name(node: ast.AST) -> str:
    """The last word of an expression: `claims["nonce"]`, `self.token`, `mac.hexdigest()`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _name(function)
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case _:
            return ""


def _compares_secrets(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            sides = [node.left, *node.comparators]
            if any(SECRETS.search(_name(side)) for side in sides) and not any(
                isinstance(side, ast.Constant) for side in sides
            ):
                yield node


def test_secrets_are_compared_in_constant_time() -> None:
    assert [
        place for file in modules() for place in places(file, _compares_secrets(tree(file)))
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "mac.hexdigest() == given",
        "given != self.csrf_token",
        'claims["nonce"] == kept',
        "a.mac == b",
    ],
)
def test_a_careless_comparison_is_noticed(line: str) -> None:
    assert list(_compares_secrets(ast.parse(line)))


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()):
            return True
        case ast.Call(func=function):
            return _name(function) in {"hexdigest", "decode", "lower", "strip", "str", "get"}
        case _:
            return False


@pytest.mark.parametrize(
    "path", ["zalo/signature.py", "admin/door/guards.py", "admin/door/sign_in.py"]
)
def test_who_checks_a_secret_uses_compare_digest_on_bytes(path: str) -> None:
    used = [
        node
        for node in ast.walk(tree(FUNCTIONS / path))
        if isinstance(node, ast.Call) and _name(node) == "compare_digest"
    ]

    assert used
    # Given text it raises TypeError as soon as somebody sends a letter with an accent.
    assert not any(_is_text(argument) for call in used for argument in call.args)


def test_templates_escape_everything() -> None:
    templates = sorted((FUNCTIONS / "admin/templates").rglob("*.html"))
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|{%-?\s*autoescape")

    assert templates
    assert [file.name for file in templates if unsafe.search(file.read_text("utf-8"))] == []


def test_no_code_marks_text_as_safe_markup() -> None:
    marked = [
        place
        for file in modules()
        for place in places(
            file, (node for node in ast.walk(tree(file)) if _name(node) == "Markup")
        )
    ]

    assert marked == []


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git work tree")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_large_file_is_tracked() -> None:
    assert [str(file) for file in _tracked() if file.stat().st_size > MOST_BYTES] == []


def test_nothing_but_our_own_small_pictures_is_binary() -> None:
    binary = [
        name
        for file in _tracked()
        if b"\0" in file.read_bytes() and not PICTURES.match(name := str(file.relative_to(ROOT)))
    ]

    assert binary == []


def test_no_browser_library_is_copied_into_the_house() -> None:
    scripts = [file for file in _tracked() if file.suffix in {".js", ".css"}]

    assert [str(file) for file in scripts if ".min." in file.name] == []
    assert [
        str(file)
        for file in scripts
        if max(map(len, file.read_text("utf-8").splitlines()), default=0) > 500
    ] == []
