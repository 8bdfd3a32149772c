"""The call of both Python runners: the event, with a token that the peer itself signs."""

import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace

SECRET = b"a-secret-of-the-benchmark-of-32-bytes-and-more"
CONTEXT = SimpleNamespace(
    function_name="get-me",
    function_version="$LATEST",
    memory_limit_in_mb="512",
    aws_request_id="8d5a1c1e-4a76-4d0b-9a0c-0e3a5a7a5d11",
    get_remaining_time_in_millis=lambda: 10_000,
)


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed_event(path: str) -> str:
    """The event as JSON text, with a token signed as fastapi-users does (HS256)."""
    with open(path) as file:
        event = json.load(file)
    subject = event["requestContext"]["authorizer"]["claims"]["sub"]
    claims = {"sub": subject, "aud": ["fastapi-users:auth"], "exp": int(time.time()) + 3600}
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    text = b".".join(base64url(json.dumps(part).encode()) for part in parts)
    token = text + b"." + base64url(hmac.new(SECRET, text, hashlib.sha256).digest())
    event["headers"]["Authorization"] = f"Bearer {token.decode()}"
    event["multiValueHeaders"]["Authorization"] = [event["headers"]["Authorization"]]
    return json.dumps(event)


def account_of(response: dict) -> str:
    """The response body without the field that only this peer has."""
    account = json.loads(response["body"])
    account.pop("is_verified", None)
    return json.dumps(account)
