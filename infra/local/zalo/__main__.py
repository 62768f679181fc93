"""Start the simulator: `python -m infra.local.zalo --port N --data DIR --province FILE …`."""

import argparse
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from infra.local.zalo.province import read_province, read_secrets
from infra.local.zalo.server import Server
from infra.local.zalo.store import Store
from infra.local.zalo.world import World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.zalo", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps its memory")
    parser.add_argument("--province", type=Path, required=True, help="which pages exist")
    parser.add_argument("--secrets", type=Path, required=True, help="keys of apps and pages")
    parser.add_argument("--webhook-url", required=True, help="where events go")
    parser.add_argument("--callback-url", help="the apps' saved OAuth callback")
    parser.add_argument("--media-origin", help="origin of media links, if not this server's")
    arguments = parser.parse_args()
    with suppress(KeyboardInterrupt):
        world = World(
            store=Store(arguments.data),
            machine=lambda: datetime.now(UTC),
            random=SystemRandom(),
            province=read_province(arguments.province),
            secrets=read_secrets(arguments.secrets),
            origin=f"http://127.0.0.1:{arguments.port}",
            webhook_url=arguments.webhook_url,
            callback_url=arguments.callback_url,
            media_origin=arguments.media_origin,
        )
        Server(world, arguments.port).run()


if __name__ == "__main__":
    main()
