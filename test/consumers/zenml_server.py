"""A ZenML server without its HTTP side: its own functions sign people in, into its own SQLite store.

Reads one access token a line, and prints one JSON object a line: the account as the server keeps it,
or `{"refused": <the server's reason>}`. ZENML_SERVER_EXTERNAL_USER_INFO_URL says whom it asks.
"""

import json
import os
import sys

# ZenML logs to standard output, which is for the results here.
results = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

from zenml.zen_server.auth import authenticate_external_user  # noqa: E402
from zenml.zen_server.utils import initialize_zen_store, zen_store  # noqa: E402


def sign_in(token: str) -> dict[str, object]:
    try:
        user_id = authenticate_external_user(external_access_token=token).user.id
    except Exception as error:  # Whatever keeps somebody out, the test is to see it.
        return {"refused": f"{type(error).__name__}: {error}"}
    user = zen_store().get_user(user_id, include_private=True)
    account = zen_store().get_service_account(user_id) if user.is_service_account else user
    return {
        "kept_id": str(user_id),
        "external_id": str(account.external_user_id),
        "name": user.name,
        "full_name": user.full_name,
        "email": user.email,
        "avatar_url": user.avatar_url,
        "is_admin": user.is_admin,
        "is_service_account": user.is_service_account,
        "active": user.active,
    }


initialize_zen_store()
print(json.dumps("ready"), file=results)
for line in sys.stdin:
    print(json.dumps(sign_in(line.strip())), file=results)
