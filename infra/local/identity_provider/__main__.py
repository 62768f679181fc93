"""`python -m infra.local.identity_provider`: sign-ins for the officers of a province."""

import argparse
import os
from pathlib import Path

import urllib3
import uvicorn

from infra.local.clock import clock_at
from infra.local.identity_provider.app import Client, IdentityProvider
from infra.local.identity_provider.tokens import SigningKey
from infra.local.ports import HOST
from infra.local.province import read_province


def main() -> None:
    """Serve until told to stop; the client's secret comes in `OIDC_CLIENT_SECRET`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--issuer", required=True, help="this server's own address")
    parser.add_argument("--signing-key", type=Path, required=True, help="RSA key, PEM")
    parser.add_argument("--province", type=Path, required=True, help="province.json")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--redirect-uri", action="append", required=True, help="exact; repeatable")
    parser.add_argument("--clock-url", help="whom to ask for the time")
    options = parser.parse_args()
    provider = IdentityProvider(
        issuer=options.issuer,
        key=SigningKey(options.signing_key.read_bytes()),
        client=Client(
            options.client_id, os.environ["OIDC_CLIENT_SECRET"], tuple(options.redirect_uri)
        ),
        province=read_province(options.province),
        clock=clock_at(options.clock_url, urllib3.PoolManager()),
    )
    uvicorn.run(provider.app(), host=HOST, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
