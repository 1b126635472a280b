"""Signs a request to the license server (RFC 9421 with an Ed25519 or P-256 key) and sends it.

    python3 signed_request.py METHOD PATH [BODY]

BODY with a key in it: -, and on standard input, because every user of the machine can read the arguments of a program. The environment is that
of signed-request.sh: LICENSE_SERVER_URL, LICENSE_SERVER_KEY, LICENSE_SERVER_KEYID, LICENSE_SERVER_CLOCK_AHEAD, LICENSE_SERVER_TIMEOUT, IDEMPOTENCY_KEY.
Needs the package `cryptography`. The exit code is 0 for an answer of 2xx, 1 for a problem.
"""

import base64
import hashlib
import os
import queue
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


# Requests contain keys: remote servers require TLS, and the URL must not contain a password.
SERVER_URL = r"https://[^@/?#]+(/[^@?#]*)?|http://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(/[^@?#]*)?"
# Limit of an answer.
MOST_BYTES = 10 * 2**20


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signed request is for the server that it names."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


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


def server_url() -> str:
    url = setting("LICENSE_SERVER_URL").rstrip("/")
    if not re.fullmatch(SERVER_URL, url):
        sys.exit("LICENSE_SERVER_URL must begin with https:// and hold no password; http:// is for this machine only.")
    return url


def send(method: str, path: str, body: str, idempotency_key: str | None = None, ahead: int = 0) -> tuple[int, str]:
    """The status and the text of the answer; `ahead` corrects the clock. Raises OSError, HTTPException or ValueError when none came."""
    url = server_url() + path
    with open(setting("LICENSE_SERVER_KEY"), "rb") as file:
        key = serialization.load_pem_private_key(file.read(), password=None)
    data, keyid, created, nonce = body.encode(), setting("LICENSE_SERVER_KEYID"), now() + ahead, str(uuid.uuid4())
    headers = signed_headers(method, url, data, key, keyid, idempotency_key, created, nonce)
    request = urllib.request.Request(url, data=data or None, headers=headers, method=method)
    return within(float(os.environ.get("LICENSE_SERVER_TIMEOUT", "30")), lambda: answer_to(request))


def answer_to(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, whole(answer)
    except urllib.error.HTTPError as problem:
        if 300 <= problem.code < 400:
            raise OSError("The answer leads elsewhere.") from None
        return problem.code, whole(problem)


def whole(answer) -> str:
    data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError("The answer has no end.")
    return data.decode()


def within(seconds: float, work):
    """Limits the time for the whole answer; the timeout of a socket restarts with each byte."""
    done = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:
            done.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = done.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("No answer came in time.") from None
    if error:
        raise error
    return result


def main() -> int:
    if len(sys.argv) < 3:
        sys.exit("usage: python3 signed_request.py METHOD PATH [BODY]")
    method, path, *rest = sys.argv[1:]
    idempotency_key = None if method == "GET" else os.environ.get("IDEMPOTENCY_KEY") or str(uuid.uuid4())
    body = sys.stdin.read() if rest == ["-"] else "".join(rest)
    status, text = send(method, path, body, idempotency_key)
    print(text)
    return 0 if 200 <= status < 300 else 1


if __name__ == "__main__":
    sys.exit(main())
