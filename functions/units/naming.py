"""Names of places and roads as people write them: any case, with or without diacritics. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from functions.vietnam import without_diacritics

_ROAD = re.compile(
    r"\b(?P<kind>quoc lo|ql|tinh lo|tl|duong tinh|dt|huong lo|hl|dh|cao toc ct|ct)"
    r"\s?[.\-]?\s?(?P<number>\d{1,3}[a-z]?)\b"
)
_ROAD_KINDS = {
    "quoc lo": "QL", "ql": "QL", "tinh lo": "ĐT", "tl": "ĐT", "duong tinh": "ĐT", "dt": "ĐT",
    "huong lo": "ĐH", "hl": "ĐH", "dh": "ĐH", "cao toc ct": "CT", "ct": "CT",
}  # fmt: skip
_POST = re.compile(r"\b(?:km|ly trinh)\s?(?P<km>\d{1,4})(?:\s?\+\s?(?P<metres>\d{1,3}))?(?![\d/])")
_DIRECTION = re.compile(r"\b(?:huong|chieu)\b\s*(?P<phrase>[^,.;()\n]+)")
_ONWARDS = re.compile(r"\s(?:di|ve|ra|vao|den)\s|\s[-–]\s")
_STREET = re.compile(r"^(?:duong|pho|dai lo)\s+")
_BREAK = re.compile(r"[,;.\n()\[\]–—|/]|\s-\s")
_WORD = re.compile(r"\w+")
_KINDS = {
    ("xa",): "xa", ("x",): "xa", ("cax",): "xa", ("phuong",): "phuong", ("p",): "phuong",
    ("cap",): "phuong", ("dac", "khu"): "dac khu",
    ("thi", "tran"): "thi tran", ("tt",): "thi tran", ("thi", "xa"): "thi xa", ("tx",): "thi xa",
    ("huyen",): "huyen", ("quan",): "quan", ("thanh", "pho"): "thanh pho", ("tp",): "thanh pho",
}  # fmt: skip
_DISTRICTS = frozenset({"huyen", "quan", "thi xa", "thanh pho"})
_LEADING_THERE = frozenset({"huong", "chieu", "di", "ve", "toi", "den", "ra", "vao", "tu"})
_LONGEST_NAME = 5


def road_code(text: str) -> str | None:
    """The number of the first road named, in one spelling: "quốc lộ 18a" is "QL18A"."""
    found = _ROAD.search(without_diacritics(text))
    return _ROAD_KINDS[found["kind"]] + found["number"].upper() if found else None


def road_key(road: str) -> str:
    """What two spellings of one road have in common, whether it has a number or a name."""
    return road_code(road) or _STREET.sub("", " ".join(_WORD.findall(without_diacritics(road))))


def is_street_in(text: str, key: str) -> bool:
    """Whether a text names the street with that key, or is its name."""
    words = without_diacritics(text)
    return road_key(text) == key or bool(
        re.search(rf"\b(?:duong|pho|dai lo)\s+{re.escape(key)}\b", words)
    )


def kilometre_metres(text: str) -> int | None:
    """The first kilometre post in metres: "Km12+500" is 12,500."""
    found = _POST.search(without_diacritics(text))
    return int(found["km"]) * 1000 + int(found["metres"] or 0) if found else None


def direction(text: str) -> str | None:
    """Where the direction leads that a text names: "hướng Bến Vân đi An Hòa" leads to An Hòa."""
    found = _DIRECTION.search(without_diacritics(text))
    if found is None:
        return None
    return _ONWARDS.split(f" {found['phrase']} ")[-1].strip() or None


@dataclass(frozen=True, slots=True)
class Title:
    """A name of a place: its kind and the rest, both folded, and how it is really written."""

    kind: str | None
    words: tuple[str, ...]
    written: str


def title(name: str) -> Title:
    """Take a name such as "xã An Hòa" apart."""
    words = tuple(_WORD.findall(without_diacritics(name)))
    for size in (2, 1):
        if len(words) > size and (kind := _KINDS.get(words[:size])):
            return Title(kind, words[size:], unicodedata.normalize("NFC", name).lower())
    return Title(None, words, unicodedata.normalize("NFC", name).lower())


@dataclass(frozen=True, slots=True)
class _Mention:
    words: tuple[str, ...]
    kind: str | None
    written: str


def named_in(
    text: str, titles: Mapping[tuple[str, ...], Iterable[Title]]
) -> Iterator[tuple[Title, ...]]:
    """The titles that each mention in a text may mean, by their words.

    A name counts after its kind ("xã An Hòa", "P. Bến Vân"), a commune's also alone between commas;
    "đường Tân Lâm" and "hướng về xã An Hòa" name no place where something happened. Where several
    fit, those of the kind said are meant, then those written with the same diacritics.
    """
    for mention in _mentions(text, titles):
        meant = list(titles[mention.words])
        if mention.kind is None:
            # Between commas a district's name is as likely the province's, or a street's.
            meant = [one for one in meant if one.kind not in _DISTRICTS]
        meant = [one for one in meant if one.kind == mention.kind] or meant
        meant = [one for one in meant if one.written.endswith(mention.written)] or meant
        yield tuple(meant)


def _mentions(text: str, titles: Mapping[tuple[str, ...], object]) -> Iterator[_Mention]:
    for segment in _BREAK.split(unicodedata.normalize("NFC", text)):
        written = _WORD.findall(segment)
        words = [without_diacritics(word) for word in written]
        first = 0
        while first < len(words):
            kind, start = _kind_at(words, first)
            for size in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
                name, end = tuple(words[start : start + size]), start + size
                if name not in titles or not (kind or size == len(words)):
                    continue
                if _ends_at(written, words, end) and words[max(first - 1, 0)] not in _LEADING_THERE:
                    yield _Mention(name, kind, " ".join(written[start:end]).lower())
                start = end
                break
            first = max(start, first + 1)


def _ends_at(written: list[str], words: list[str], end: int) -> bool:
    """Whether a name ends before that word: "xã An Hòa Đông" is not "xã An Hòa"."""
    following = written[end] if end < len(written) else ""
    return not following.istitle() or _kind_at(words, end)[0] is not None


def _kind_at(words: list[str], first: int) -> tuple[str | None, int]:
    for size in (2, 1):
        if kind := _KINDS.get(tuple(words[first : first + size])):
            return kind, first + size
    return None, first
