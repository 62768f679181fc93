"""Which class each of Zalo's codes must become: written from its documents, not from our table."""

from functions.zalo.errors import (
    AmbiguousDelivery,
    AttachmentExpired,
    ConfigurationRefused,
    DeferredUntil,
    InvalidMessage,
    PermanentForCitizen,
    RetryLater,
    TokenRefused,
    WindowClosed,
    WrongEndpoint,
    ZaloError,
)

OFFICIAL_ACCOUNT = {
    RetryLater: [-32, -214],
    AttachmentExpired: [-100],
    AmbiguousDelivery: [-200],
    InvalidMessage: [-201, -210, -233, -237, -238, -241, -249, -403, -1340, -1341],
    TokenRefused: [-216, -220],
    WindowClosed: [-213, -230, -232, -305],
    PermanentForCitizen: [-217, -222, -227, -244],
    DeferredUntil: [-211, -218, -234, -311],
    WrongEndpoint: [-235, -240],
    ConfigurationRefused: [
        *(-202, -204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224),
        *(-242, -248, -320, -321),
    ],
}
TEMPLATE = {
    RetryLater: [-100],
    InvalidMessage: [-107, -111, -112, -113, -116, -121, -122, -130, -132, -148, -149, -150],
    PermanentForCitizen: [-108, -110, -114, -118, -119, -134, -139, -141],
    TokenRefused: [-124],
    DeferredUntil: [-126, -133, -144, -147, -1471, -1472],
    ConfigurationRefused: [
        *(-101, -102, -103, -104, -105, -106, -109, -115, -117, -120, -123, -125, -127),
        *(-128, -129, -131, -135, -136, -137, -138, -140, -145, -146),
    ],
}


def pairs(expected: dict[type[ZaloError], list[int]]) -> list[tuple[int, type[ZaloError]]]:
    """Each code with its class."""
    return [(code, kind) for kind, codes in expected.items() for code in codes]
