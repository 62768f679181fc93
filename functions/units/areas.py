"""What a unit answers for on the map: communes, stretches of road, outlines. Pure."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Point(_Record):
    """Degrees, WGS 84."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Outline(_Record):
    """A closed line around an area; the last point joins the first."""

    points: tuple[Point, ...] = Field(min_length=3)

    def holds(self, point: Point) -> bool:
        """Whether the point is inside: a ray to the east crosses the line an odd number of times.

        Taken as flat, which a commune nearly is. A point on the line may count either way.
        """
        is_inside = False
        for one, other in zip(self.points, (*self.points[1:], self.points[0]), strict=True):
            if (one.latitude > point.latitude) == (other.latitude > point.latitude):
                continue
            share = (point.latitude - one.latitude) / (other.latitude - one.latitude)
            crossing = one.longitude + share * (other.longitude - one.longitude)
            is_inside ^= point.longitude < crossing
        return is_inside


class Commune(_Record):
    """A xã, phường or đặc khu, with the names of before the 1st of July 2025 that live on."""

    name: str
    """With its kind: "xã An Hòa"."""
    code: str | None = None
    """The administrative list's code, where it is known."""
    former: tuple[str, ...] = ()
    """Communes that became part of it: "thị trấn An Hòa"."""
    district: str | None = None
    """The abolished district that people still say: "huyện Cầu Sơn"."""


class Stretch(_Record):
    """A road between two kilometre posts, in one direction or both."""

    road: str
    """As it is signed: "QL18", "ĐT.331", "đường Trần Phú"."""
    from_metres: int = Field(default=0, ge=0)
    to_metres: int | None = Field(default=None, ge=0)
    """None: to the end of the road."""
    towards: str | None = None
    """The place that the direction leads to; None: both directions."""

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.to_metres is not None and self.to_metres < self.from_metres:
            raise ValueError("the stretch ends before it begins")
        return self

    @property
    def is_whole_road(self) -> bool:
        """Whether it is the road from its beginning to its end."""
        return self.from_metres == 0 and self.to_metres is None

    @property
    def metres(self) -> float:
        """Its length; endless where its end is not given."""
        return float("inf") if self.to_metres is None else self.to_metres - self.from_metres

    def holds(self, kilometre_metres: int | None) -> bool:
        """Whether that post, in metres, is on it; an unknown post is on a whole road only."""
        if kilometre_metres is None:
            return self.is_whole_road
        end = float("inf") if self.to_metres is None else self.to_metres
        return self.from_metres <= kilometre_metres <= end


class Area(_Record):
    """All that a unit answers for."""

    communes: tuple[Commune, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    outlines: tuple[Outline, ...] = ()

    def holds(self, point: Point) -> bool:
        """Whether the point is inside one of the outlines."""
        return any(outline.holds(point) for outline in self.outlines)

    def joined(self, other: "Area") -> "Area":
        """Both together, nothing twice."""
        return Area(
            communes=tuple(dict.fromkeys((*self.communes, *other.communes))),
            stretches=tuple(dict.fromkeys((*self.stretches, *other.stretches))),
            outlines=tuple(dict.fromkeys((*self.outlines, *other.outlines))),
        )
