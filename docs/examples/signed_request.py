"""Signs a request to the license server (RFC 9421 with an Ed25519 or P-256 key) and sends it.

    python3 signed_request.py METHOD PATH [BODY]

The environment is that of signed-request.sh: LICENSE_SERVER_URL, LICENSE_SERVER_KEY, LICENSE_SERVER_KEYID,
LICENSE_SERVER_CLOCK_AHEAD, IDEMPOTENCY_KEY. Needs the package `cryptography`. The exit code is 0 for an answer of 2xx, 1 for a problem.
"""

import base64
import hashlib
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def algorithm(key) -> str:
    return "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "ecdsa-p256-sha256"


def sign(key, data: bytes) -> bytes:
    """ECDSA signatures are r || s here (RFC 9421 section 3.3.4), not DER."""
    if algorithm(key) == "ed25519":
        return key.sign(data)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed_headers(
    method: str, url: str, body: bytes, key, keyid: str, idempotency_key: str | None, created: int, nonce: str
) -> dict[str, str]:
    """The headers that make the request a signed one."""
    parts = urllib.parse.urlsplit(url)
    headers = {}
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers |= {"content-type": "application/json", "content-digest": f"sha-256=:{digest}:"}
    if idempotency_key:
        headers["idempotency-key"] = idempotency_key
    components = {
        "@method": method,
        "@authority": parts.netloc.lower(),
        "@path": parts.path,
        "@query": f"?{parts.query}",
        **headers,
    }
    names = " ".join(f'"{name}"' for name in components)
    parameters = (
        f'({names});created={created};keyid="{keyid}";nonce="{nonce}"'
        f';alg="{algorithm(key)}";tag="license-server-v1"'
    )
    # The signature base (RFC 9421 section 2.5): a line for each component, the parameters last, no newline at the end.
    lines = [f'"{name}": {value}' for name, value in components.items()] + [f'"@signature-params": {parameters}']
    signature = base64.b64encode(sign(key, "\n".join(lines).encode())).decode()
    return {**headers, "signature-input": f"sig={parameters}", "signature": f"sig=:{signature}:"}


def setting(name: str) -> str:
    return os.environ.get(name) or sys.exit(f"{name} is not set: export it (see the head of this file).")


def now() -> int:
    return int(time.time()) + int(os.environ.get("LICENSE_SERVER_CLOCK_AHEAD", "0"))


def send(method: str, path: str, body: str, idempotency_key: str | None = None, ahead: int = 0) -> tuple[int, str]:
    """The status and the text of the answer; `ahead` corrects the clock. Raises OSError or HTTPException when none came."""
    url = setting("LICENSE_SERVER_URL").rstrip("/") + path
    with open(setting("LICENSE_SERVER_KEY"), "rb") as file:
        key = serialization.load_pem_private_key(file.read(), password=None)
    data, keyid, created, nonce = body.encode(), setting("LICENSE_SERVER_KEYID"), now() + ahead, str(uuid.uuid4())
    headers = signed_headers(method, url, data, key, keyid, idempotency_key, created, nonce)
    request = urllib.request.Request(url, data=data or None, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def main() -> int:
    if len(sys.argv) < 3:
        sys.exit("usage: python3 signed_request.py METHOD PATH [BODY]")
    method, path, *rest = sys.argv[1:]
    idempotency_key = None if method == "GET" else os.environ.get("IDEMPOTENCY_KEY") or str(uuid.uuid4())
    status, text = send(method, path, rest[0] if rest else "", idempotency_key)
    print(text)
    return 0 if 200 <= status < 300 else 1


if __name__ == "__main__":
    sys.exit(main())
