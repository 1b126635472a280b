"""Signs the requests of schemathesis as one role, with the example that docs/clients.md gives.

ROLE is operator, application, unknown (signed by a key that was never registered) or unsigned. The example finds the key by the variables of
docs/examples/signed-request.sh. IDS names a JSON file with values that exist: half of the requests use them, and three of four have an
Idempotency-Key that is random enough (a schema cannot say that), so that many reach the rules.
"""

import json
import os
import random
import time
import urllib.parse
import uuid

import schemathesis
from cryptography.hazmat.primitives import serialization
from requests.auth import AuthBase
from signed_request import signed_headers

ROLE = os.environ["ROLE"]
with open(os.environ["IDS"]) as file:
    IDS = json.load(file)


class Signature(AuthBase):
    """The request is signed last, over the bytes that are sent."""

    def __init__(self):
        with open(os.environ["LICENSE_SERVER_KEY"], "rb") as pem:
            self.key = serialization.load_pem_private_key(pem.read(), None)
        self.keyid = os.environ["LICENSE_SERVER_KEYID"]

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        given = request.headers.get("Idempotency-Key")
        given = given.decode("latin-1") if isinstance(given, bytes) else given
        signed = signed_headers(
            request.method, request.url, body, self.key, self.keyid, given, int(time.time()), str(uuid.uuid4())
        )
        for name, value in signed.items():
            # What schemathesis chose to send stays, wrong content types too; only what a signature needs is added.
            if name.lower() in ("content-type", "idempotency-key"):
                request.headers.setdefault(name, value)
            else:
                request.headers[name] = value
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    for name in case.path_parameters or {}:
        if name in IDS and random.random() < 0.5:
            case.path_parameters[name] = IDS[name]
    if isinstance(case.body, dict):
        for name in set(case.body) & set(IDS):
            if random.random() < 0.5:
                case.body[name] = IDS[name]
    if "Idempotency-Key" in (case.headers or {}) and random.random() < 0.75:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=random.getrandbits(128), version=4))
    if ROLE != "unsigned":
        kwargs["auth"] = Signature()
