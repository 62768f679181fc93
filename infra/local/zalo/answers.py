"""How Zalo says no: codes with their texts, one exception, and the JSON around a result.

Codes and texts: fact sheet sections 1.3 (OAuth), 5 (OA API) and 9.5 (ZBS/ZNS).
"""

from collections.abc import Mapping

OA_MESSAGES: Mapping[int, str] = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Send message failed",
    -201: "Parameter is invalid!",
    -202: "Invalid Mac",
    -204: "Official Account is disable",
    -205: "Official Account is not exist",
    -207: "Official Account is not 3rd party",
    -208: "Official Account does not have secret key",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -212: "App has not registered this api",
    -213: "User has not followed OA",
    -214: "Article is being processed",
    -215: "Invalid app id",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -218: "Out of quota receive",
    -219: "App is removed or disabled",
    -220: "access_token is expired or removed",
    -221: "OA needs to be verified to use this feature",
    -222: "User is banned or has been inactive for more than 45 days",
    -223: "OA has not authorized this API",
    -224: "OA needs to upgrade Tier Package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -234: "This message type cannot be sent at night (22:00 - 06:00)",
    -235: "This API does not support this type of OA",
    -237: "The group is disabled",
    -238: "asset_id has been used",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -241: "asset_id is disabled",
    -242: "Invalid appsecret_proof",
    -244: "User has restricted this message type from your OA",
    -248: "Violates our platform standards",
    -249: "Template does not support sending via UID",
    -305: "OA cannot respond to the user after 48 hours",
    -311: "Out of quota for responding",
    -320: "Your app needs to connect to Zalo Cloud Account to use paid features",
    -321: "Zalo Cloud Account associated with the app is out of money",
    -403: "OA is not in the group",
    -1340: "form not found",
    -1341: "no access to the form",
}

TEMPLATE_MESSAGES: Mapping[int, str] = {
    -100: "Unknown error, please retry",
    -101: "Application is invalid",
    -102: "Application is not existed",
    -103: "Application is not activated",
    -104: "Secret key of the application is invalid",
    -105: "Application is not linked to the OA",
    -106: "Method is unsupported",
    -107: "Message id is invalid",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -110: "Zalo version of the recipient is unsupported",
    -111: "Template data is empty",
    -112: "Template data is invalid",
    -113: "Button is invalid",
    -114: "User is inactive, rejects or cannot receive the message",
    -115: "ZNS balance is not enough",
    -116: "Text is invalid",
    -117: "OA or application is not permitted to use this template",
    -118: "Zalo account does not exist",
    -119: "Account cannot receive ZNS",
    -120: "OA has no permission to use this function",
    -121: "Body is empty",
    -122: "Body format is invalid",
    -124: "Access token is invalid",
    -125: "OA id is invalid",
    -126: "Development wallet is out of quota",
    -127: "Test template can be sent to administrators only",
    -130: "Template data exceeds the maximum length",
    -131: "Template is not approved",
    -132: "Parameter is invalid",
    -133: "This ZNS cannot be sent at night (22:00 - 06:00)",
    -134: "User has not answered the opt-in request",
    -135: "OA is not allowed to send ZNS",
    -136: "OA needs to connect to a Zalo Cloud Account",
    -137: "Zalo Cloud Account is out of money",
    -138: "Application is not permitted to use this function",
    -139: "User has opted out of this kind of ZNS",
    -141: "User refuses messages from this OA",
    -144: "OA has exceeded its daily ZNS quota",
    -146: "Template is disabled because of low quality",
    -147: "Template has exceeded its daily quota",
}

NOT_FOUND = "You are accessing an empty or invalid API"


class Refusal(Exception):
    """The call is refused with this code. Zalo answers it with HTTP 200."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(f"refused with {code}")
        self.code = code
        self.message = message


def invalid(field: str) -> Refusal:
    """The refusal of one field: -201 "<field> is invalid!"."""
    return Refusal(-201, f"{field} is invalid!")


def refusal_body(refusal: Refusal, messages: Mapping[int, str]) -> dict[str, object]:
    message = refusal.message or messages.get(refusal.code, "Unknown error")
    return {"error": refusal.code, "message": message}


def success(result: object) -> dict[str, object]:
    """The envelope of a result; None for calls that return nothing."""
    empty: dict[str, object] = {"error": 0, "message": "Success"}
    return empty if result is None else {"data": result} | empty
