"""Refreshes a site key or an enterprise key so that no crash and no lost answer locks the site out.

    python3 refresh_key.py RECORD.json             when it is due; run it every hour
    python3 refresh_key.py RECORD.json now         at once
    python3 refresh_key.py RECORD.json production  promotes a dev site

RECORD.json is {"key": "…"}, readable by you alone. While a refresh may be on its way it is also the note that says which: the
Idempotency-Key is in it before anything is sent, so the same request is sent again until it is answered, by whichever process comes next.

The environment is that of signed_request.py, and LICENSE_SERVER_ROOT, a file with the pinned Root, or with a list of two while it is
replaced. Exit code 0: done, or not due; 75:
no answer, run it again; 1: refused, call a person. Two processes take turns; on POSIX only (flock).
"""

import fcntl
import glob
import http.client
import json
import os
import random
import sys
import time
import uuid
from datetime import datetime

from signed_request import now, send, setting
from verify_key import OWN_EXPIRY, Refused, read_roots, verify_key

DAY, HOUR = 86_400, 3600
ATTEMPTS = 4
TRY_AGAIN = 75
MOST_SKEW_SECONDS = 25 * HOUR

# After these the server has not done it and never will: the note may go. After all others it stays.
FINAL = {"mode-required", "mode-not-allowed", "mode-not-downgradable", "invalid-request"}


def due_at(claims: dict) -> int:
    """Ten days before its end, and up to 36 h later, the same moment for everyone who holds it."""
    return claims["exp"] - 10 * DAY + hash32(claims["jti"]) % (36 * HOUR)


def hash32(text: str) -> int:
    """FNV-1a with the finalizer of MurmurHash3: it spreads, it hides nothing."""
    value = 0x811C9DC5
    for character in text:
        value = (value ^ ord(character)) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def persist(path: str, record: dict) -> None:
    """The whole record or the former one, also after the power failed in between. What a process left that was killed goes."""
    for left in glob.glob(f"{glob.escape(path)}.*.tmp"):
        os.remove(left)
    draft = f"{path}.{uuid.uuid4()}.tmp"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def request_of(record: dict, claims: dict) -> tuple[str, str]:
    """The same path and the same bytes each time."""
    kind, _, name = claims["sub"].partition(":")
    return f"/v1/{kind}s/{name}/key", json.dumps({"key": record["key"], **record["refreshing"]})


def answer_to(path: str, body: str, idempotency_key: str) -> tuple[int, dict]:
    """Tries a few times, each with a fresh signature. Status 0: no answer came."""
    ahead = 0
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, min(20, 2**attempt)))
        try:
            status, text = send("POST", path, body, idempotency_key, ahead)
            answer = dict(json.loads(text))
            skew = skew_of(answer)
        except (OSError, http.client.HTTPException, ValueError, TypeError, AttributeError):
            continue
        if status == 401 and skew and not ahead:
            ahead = skew
        elif status < 500 and status != 429:
            return status, answer
    return 0, {}


def skew_of(problem: dict) -> int:
    """By how much the server says that this clock is behind; a clock that is further off must be set by a person."""
    if "serverTime" not in problem:
        return 0
    skew = int(datetime.fromisoformat(problem["serverTime"].replace("Z", "+00:00")).timestamp()) - now()
    return skew if abs(skew) <= MOST_SKEW_SECONDS else 0


def assert_private(path: str) -> None:
    if os.stat(path).st_mode & 0o077:
        sys.exit(f"Other users may read {path}: chmod 600 {path}")


def printable(answered) -> str:
    """What stands between may have written it: nothing that moves the cursor."""
    return "".join(character for character in str(answered) if character.isprintable())


def refresh(path: str, wish: str | None) -> int:
    roots = read_roots(setting("LICENSE_SERVER_ROOT"))
    for file in (path, setting("LICENSE_SERVER_KEY")):
        assert_private(file)
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    claims = verify_key(record["key"], roots, OWN_EXPIRY)
    if "refreshing" not in record:
        if wish is None and now() < due_at(claims):
            return 0
        refreshing = {"mode": "production"} if wish == "production" else {}
        record = {"nextIdempotencyKey": str(uuid.uuid4()), **record, "refreshing": refreshing}
        persist(path, record)
    status, answer = answer_to(*request_of(record, claims), record["nextIdempotencyKey"])
    if status == 0:
        print("No answer came; the same request is sent again next time.", file=sys.stderr)
        return TRY_AGAIN
    if status != 200:
        if answer.get("code") in FINAL:
            persist(path, {"key": record["key"]})
        print(printable(f"Refused: {answer.get('code')}. {answer.get('detail', '')}"), file=sys.stderr)
        return 1
    # A key that is not genuine, of another or not newer must not take the place of one that counts.
    found = verify_key(str(answer.get("key")), roots, OWN_EXPIRY)
    if found["sub"] != claims["sub"] or found["gen"] <= claims["gen"]:
        sys.exit("The server answered a key of somebody else, or an old one; the record stays as it was.")
    persist(path, {"key": answer["key"]})
    return 0


def main() -> int:
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["now"], ["production"]):
        sys.exit("usage: python3 refresh_key.py RECORD.json [now | production]")
    path, *wish = sys.argv[1:]
    # The lock is a file of its own, since the record is replaced; it ends with the process.
    with open(os.open(f"{path}.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return refresh(path, wish[0] if wish else None)
        except Refused as refused:
            sys.exit(f"The key is not genuine, {refused}: is the pinned Root the right one?")


if __name__ == "__main__":
    sys.exit(main())
