"""Where it happened: roads with kilometre posts, junctions, landmarks, wards, coordinates.

A place is a chain of neighbouring pieces ("km 12+500 QL18, đoạn qua phường Mạo Khê"). Each piece is
a kind word ("cầu", "ngã tư", "phường") with a name or a number.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from functions.intake.reading.lexicon import Mention, Mentions, word_set
from functions.intake.reading.names import (
    capitals_end,
    is_cased,
    is_house,
    name_end,
    vocabulary,
)
from functions.intake.reading.normal import Normal, Span
from functions.intake.reading.pattern import Pattern

_KINDS = {
    "place_code": 3.0, "place_road": 3.0, "place_junction": 3.2, "place_structure": 3.0,
    "place_landmark": 2.6, "place_admin": 2.0, "place_lane": 2.2, "place_number": 1.0,
}  # fmt: skip
"""How telling a piece of each kind is."""
_TELLING = 1.5
_KILOMETRE = Pattern(
    r"(?<![\w.,])(?:km|kilomet|cay so|ly trinh(?: km)?)\s?(?:so\s?)?(?P<km>\d{1,4})"
    r"(?:\s?\+\s?(?P<metres>\d{1,3}))?(?!\s?(?:/|h\b|gio|\d))"
)
_ROAD_CODE = Pattern(
    r"(?<![\w])(?:(?:duong |tuyen )?(?:ql|quoc lo|tl|tinh lo|dt|dh|hl|huong lo|lo|ct|cao toc ct)"
    r"\s?[.\-]?\s?\d{1,3}[a-z]?|duong (?:tinh )?\d{1,3}[a-d]?)(?![\w/])"
)
_DATED_STREET = Pattern(
    r"(?<!\w)(?:duong|pho|cau|quang truong|cong vien|khu|dai lo|nga tu|truong|nga ba)\s+"
    r"\d{1,2}\s?(?:/\s?\d{1,2}|thang\s(?:\d{1,2}|tam|muoi))(?!\d)"
)
_SPEED = Pattern(r"km\s?/h")
_SPEED_LIMIT_ROAD = Pattern(r"duong (?:[3-9]0|1[0-2]0)")
_COORDINATES = Pattern(
    r"(?<![\d.])(?P<latitude>(?:8|9|1\d|2[0-3])\.\d{3,})\s?,\s?(?P<longitude>10[2-9]\.\d{3,})(?!\d)"
)
_STOPPING = ("place_road", "place_lane", "place_admin", "place_junction", "place_number")
_BESIDE = frozenset(["dien", "truoc", "gan", "canh", "sau", "cong", "ben"])
_STRETCHES = frozenset(["đoạn", "khúc", "hướng", "phía", "doan", "khuc", "huong", "phia"])
"""They lead on to a name even where nothing is written in capitals."""
_NEIGHBOURS = frozenset(["gần", "cạnh", "sát", "giáp", "đối", "trước", "gan", "canh", "sat", "doi"])
_ON_THE_WAY = frozenset(["qua", "ve", "di", "ra", "vao", "vo", "gan", "dien", "cong", "cua", "toi"])
_DESTINATIONS = frozenset(["den", "toi", "ra", "len", "ve", "vo", "vao", "xuong", "di"])
_SOURCE_REACH = 4
_MOST_STRETCHES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it was told; `kilometre_metres` is the post in metres (km 12+500 = 12,500)."""

    text: str
    span: Span
    confidence: float
    road: str | None = None
    kilometre_metres: int | None = None
    coordinates: tuple[float, float] | None = None
    """Latitude and longitude, WGS 84, where they stand in the text."""


@dataclass(slots=True)
class Piece:
    """A kind word with its name or number; positions are words."""

    first: int
    last: int
    weight: float
    anchored: bool
    """Has a name or a number of its own."""
    name: int = -1
    """The first word of the name, after the kind word."""
    lane: bool = False
    """An alley: kept even without a name of its own ("ngõ chợ Khâm Thiên")."""
    is_road: bool = False
    loose: bool = False
    """Its name is in small letters though the writer uses capitals."""


def find(normal: Normal, mentions: Mentions, pieces: Sequence[Piece]) -> Place | None:
    """The most telling place in a message."""
    point = _COORDINATES.regex.search(normal.rest)
    coordinates = (float(point["latitude"]), float(point["longitude"])) if point else None
    chains = [chain for chain in map(_trimmed, _chains(normal, pieces)) if chain]
    if not chains:
        if point is None:
            return None
        span = normal.origin(*point.span())
        return Place(normal.quote(*point.span()), span, 0.95, coordinates=coordinates)
    best = max(chains, key=lambda chain: sum(piece.weight for piece in chain))
    first = _with_position(normal, mentions, best[0].first)
    source = _source(normal, first)
    last = _with_region(normal, best[-1].last)
    is_way = source < first
    for _ in range(_MOST_STRETCHES):
        headed = last < len(normal.words) and normal.words[last] == "huong"
        last = _with_stretch(normal, pieces, last, is_way=is_way)
        is_way = is_way or headed
    if last > best[-1].last:
        first = source
    start, end = normal.starts[first], normal.ends[last - 1]
    if normal.text[end : end + 1] == ")" and "(" in normal.text[start:end]:
        end += 1
    post = _KILOMETRE.regex.search(normal.rest, start, end)
    road = _ROAD_CODE.regex.search(normal.rest, start, end)
    weight = sum(piece.weight for piece in best)
    return Place(
        normal.quote(start, end), normal.origin(start, end), min(0.95, 0.55 + weight / 12),
        road=normal.quote(*road.span()) if road else None,
        kilometre_metres=int(post["km"]) * 1000 + int(post["metres"] or 0) if post else None,
        coordinates=coordinates,
    )  # fmt: skip


def survey(normal: Normal, mentions: Mentions) -> list[Piece]:
    """Every piece of a place: kind words with their names, in order, none overlapping."""
    pieces: dict[int, Piece] = {}
    speeds = _SPEED.regex.search(normal.rest) is not None
    for pattern in (_KILOMETRE, _ROAD_CODE, _DATED_STREET):
        for match in pattern.regex.finditer(normal.rest):
            if not (speeds and _SPEED_LIMIT_ROAD.regex.fullmatch(match[0])):
                first, last = normal.word_at(match.start()), normal.word_at(match.end())
                _keep(pieces, Piece(first, last, 3.0, True, last))
    cased = is_cased(normal)
    barred = {at for first, last in mentions.get("not_a_place", ()) for at in range(first, last)}
    offices = {
        last
        for first, last in mentions.get("agency", ())
        if not (first and normal.words[first - 1] in _BESIDE)
    }
    heads = {
        head[0]
        for kind in (_KINDS if cased else _STOPPING)
        for head in mentions.get(kind, ())
        # "Hải Phòng" names no room.
        if kind != "place_number" or "".join(normal.words[head[1] : head[1] + 1]).isdigit()
    }
    for kind in _KINDS:
        for head in mentions.get(kind, ()):
            if kind == "place_admin" and head[0] in offices:
                continue
            piece = _named(normal, head, kind, cased, heads)
            doubtful = head[0] in barred and head[1] - 1 in barred
            if piece is not None and not (doubtful and not _has_capital(normal, piece)):
                _keep(pieces, piece)
    if cased:
        for piece in _bare_names(normal):
            _keep(pieces, piece)
    return _apart(sorted(pieces.values(), key=lambda piece: (piece.first, -piece.last)))


def without_names(normal: Normal, mentions: Mentions, pieces: Sequence[Piece]) -> Mentions:
    """What is mentioned outside proper names: "Sầm Sơn" is no paint, "Cầu Đất" no soil."""
    names = [
        piece
        for piece in pieces
        if piece.first <= piece.name < piece.last and normal.capitals[piece.name]
    ]
    if not names:
        return mentions
    begins = [piece.name for piece in names]

    def is_outside(place: Mention) -> bool:
        at = bisect_right(begins, place[0]) - 1
        return at < 0 or place[1] > names[at].last

    outside = {concept: list(filter(is_outside, places)) for concept, places in mentions.items()}
    return {concept: places for concept, places in outside.items() if places}


def _keep(pieces: dict[int, Piece], piece: Piece) -> None:
    known = pieces.get(piece.first)
    if known is None or piece.last > known.last:
        pieces[piece.first] = piece


def _apart(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if kept and piece.first < kept[-1].last:
            if piece.last > kept[-1].last and piece.anchored:
                kept[-1].last = piece.last
                kept[-1].anchored = True
                kept[-1].weight = max(kept[-1].weight, piece.weight)
        else:
            kept.append(piece)
    return kept


def _named(normal: Normal, head: Mention, kind: str, cased: bool, heads: set[int]) -> Piece | None:
    first, start = head
    weight = _KINDS[kind]
    last = name_end(normal, start, cased=cased, heads=heads)
    if kind == "place_code":
        last = min(last, start + 1)
    capital = any(normal.capitals[first + 1 : last])
    number = any(word.isdigit() for word in normal.words[start:last])
    alone = start - first == 1
    if kind in ("place_number", "place_code"):
        if start == last or not normal.words[start].isdigit():
            return None
    elif alone and not (capital or number):
        shy = normal.bare and normal.words[first] in vocabulary().shy
        if shy or normal.marked[first] in word_set("nameless_places"):
            return None
    placed = first > 0 and normal.words[first - 1] in word_set("prepositions")
    if start == last and not capital:
        long_enough = start - first > (2 if kind == "place_road" else 1)
        if placed and long_enough and kind in ("place_road", "place_landmark"):
            return Piece(first, start, 0.6 * weight, True)
        gate = kind == "place_landmark" and not alone and normal.marked[first] == "cổng"
        return Piece(
            first,
            start,
            weight / 4,
            gate,
            lane=kind == "place_lane",
            is_road=kind == "place_road",
        )
    if kind == "place_landmark" and alone and not (capital or number or placed):
        return Piece(first, start, weight / 4, False)
    weight += 0.5 * placed + 0.4 * capital
    if cased and not capital and not number:
        if kind == "place_road":
            return Piece(first, min(last, start + 3), weight / 2, True, loose=True)
        return Piece(first, start, weight / 4, placed and not alone)
    return Piece(first, last, weight, True, start)


def _has_capital(normal: Normal, piece: Piece) -> bool:
    return any(normal.capitals[piece.first + 1 : piece.last])


def _bare_names(normal: Normal) -> list[Piece]:
    """Names without a kind word: "đoạn qua Kỳ Anh", "ở Hạ Long", "tại 15 Lê Lợi"."""
    pieces = []
    for at in range(1, len(normal.words)):
        if not normal.capitals[at]:
            if is_house(normal, at):
                pieces.append(Piece(at, capitals_end(normal, at + 1), 2.0, True, at + 1))
            continue
        if normal.words[at - 1] not in word_set("before_names") or normal.paused[at]:
            continue
        if normal.words[at] in word_set("no_names") or len(normal.words[at]) == 1:
            continue
        if normal.sentences[at] == normal.sentences[at - 1]:
            pieces.append(Piece(at, capitals_end(normal, at), _TELLING, True, at))
    return pieces


def _chains(normal: Normal, pieces: Sequence[Piece]) -> list[list[Piece]]:
    chains: list[list[Piece]] = []
    for piece in pieces:
        if chains and _linked(normal, chains[-1][-1], piece):
            chains[-1].append(piece)
        else:
            chains.append([piece])
    return chains


def _linked(normal: Normal, left: Piece, right: Piece) -> bool:
    if left.loose or right.loose or right.first - left.last > 3:
        return False
    if normal.sentences[left.first] != normal.sentences[right.first]:
        return False
    words = vocabulary()
    links, typed = (
        (words.plain_links, normal.words) if normal.bare else (words.links, normal.marked)
    )
    return all(word in links for word in typed[left.last : right.first])


def _trimmed(chain: list[Piece]) -> list[Piece]:
    """Without bare kind words at either end, and nothing where no piece tells a place."""
    anchored = [at for at, piece in enumerate(chain) if piece.anchored]
    if not anchored:
        return []
    first, last = anchored[0], anchored[-1]
    only = chain[first]
    follows = first > 0 and chain[first - 1].last == only.first
    if first == last and only.weight < _TELLING and only.last - only.first == 2 and not follows:
        return []
    while first > 0 and _belongs(chain[first - 1], chain[first]):
        first -= 1
    return chain[first : last + 1]


def _belongs(before: Piece, named: Piece) -> bool:
    """Whether a bare kind word belongs to the named place behind it: "chợ Đình Hương"."""
    adjoins = before.last == named.first and not before.is_road
    return before.lane or before.last - before.first > 1 or adjoins


def _with_position(normal: Normal, mentions: Mentions, first: int) -> int:
    """Back over "trước cổng", "đối diện", "khu vực" that stand right before the place."""
    for _ in range(2):
        for begin, end in mentions.get("place_position", ()):
            turning = begin > 0 and normal.words[begin - 1] == "quay"
            if begin < first <= end and not normal.paused[first] and not turning:
                first = begin
                break
    return first


def _with_region(normal: Normal, last: int) -> int:
    """On over the town or province that follows a comma: "phố Huế, Hà Nội"."""
    if last >= len(normal.words) or not normal.capitals[last] or not normal.paused[last]:
        return last
    end = capitals_end(normal, last)
    between = normal.text[normal.ends[last - 1] : normal.starts[last]]
    return end if end - last >= 2 and between == ", " else last


def _source(normal: Normal, first: int) -> int:
    """Where the "từ" stands that makes a place the beginning of a way; `first` where none does."""
    for at in range(first - 1, max(-1, first - _SOURCE_REACH), -1):
        if normal.sentences[at] != normal.sentences[first] or normal.paused[at + 1]:
            break
        if normal.marked[at] == "từ" or (normal.bare and normal.words[at] == "tu"):
            return at
    return first


def _with_stretch(normal: Normal, pieces: Sequence[Piece], last: int, *, is_way: bool) -> int:
    """On over "đoạn qua Kỳ Anh", "hướng Hạ Long", "gần bến xe", and after "từ …" "đến …"."""
    if not _goes_on(normal, last):
        return last
    word = normal.marked[last]
    if word == "cũ":
        return last + 1
    leads = word in _STRETCHES
    if not (leads or word in _NEIGHBOURS or (is_way and normal.words[last] in _DESTINATIONS)):
        return last
    at = last + 1
    while _goes_on(normal, at) and at < last + 4 and normal.words[at] in _ON_THE_WAY:
        if _piece_at(pieces, at) is not None:
            break
        at += 1
    if not _goes_on(normal, at):
        return last
    piece = _piece_at(pieces, at)
    if piece is not None and (piece.anchored or piece.last - piece.first > 1):
        return piece.last
    if normal.capitals[at]:
        return capitals_end(normal, at)
    if leads and not is_cased(normal):
        end = name_end(normal, at, cased=False, heads=())
        return end if end - at >= 2 else last
    return last


def _goes_on(normal: Normal, at: int) -> bool:
    """Whether the sentence goes on at that word without a pause."""
    return (
        at < len(normal.words)
        and not normal.paused[at]
        and normal.sentences[at] == normal.sentences[at - 1]
    )


def _piece_at(pieces: Sequence[Piece], at: int) -> Piece | None:
    return next((piece for piece in pieces if piece.first == at), None)
