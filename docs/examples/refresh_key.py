"""Refreshes a site key or an enterprise key such that neither a crash nor a lost answer locks the site out.

    python3 refresh_key.py RECORD.json             when the refresh is due; run it hourly
    python3 refresh_key.py RECORD.json now         at once
    python3 refresh_key.py RECORD.json production  promotes a dev site

RECORD.json is {"key": "…"}, readable by its owner only. During a refresh it also contains the request: the
Idempotency-Key is persisted before the request is sent, so that every later process repeats the same request until it is answered.

The environment is that of signed_request.py, and LICENSE_SERVER_ROOT, a file with the pinned Root, or with a list of two during its
rotation. Exit code 0: done, or not due; 75:
no answer, run it again; 1: refused, notify a person. A lock serializes processes; POSIX only (flock).
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

# After these codes the request was not executed and never will be, so it is removed from the record. After any other code it is kept.
FINAL = {"mode-required", "mode-not-allowed", "mode-not-downgradable", "invalid-request"}


def due_at(claims: dict) -> int:
    """Returns the time of the refresh: ten days before expiry, and up to 36 h later, derived from the key."""
    return claims["exp"] - 10 * DAY + hash32(claims["jti"]) % (36 * HOUR)


def hash32(text: str) -> int:
    """FNV-1a with the finalizer of MurmurHash3; not cryptographic."""
    value = 0x811C9DC5
    for character in text:
        value = (value ^ ord(character)) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def persist(path: str, record: dict) -> None:
    """Replaces the record atomically, also in case of a power failure. Removes drafts of terminated processes."""
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
    """Path and body are the same in each attempt."""
    kind, _, name = claims["sub"].partition(":")
    return f"/v1/{kind}s/{name}/key", json.dumps({"key": record["key"], **record["refreshing"]})


def answer_to(path: str, body: str, idempotency_key: str) -> tuple[int, dict]:
    """Retries, with a new signature for each attempt. Returns status 0 if there was no answer."""
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
    """Returns by how many seconds the clock is behind the server's; a larger offset must be corrected by the operator."""
    if "serverTime" not in problem:
        return 0
    skew = int(datetime.fromisoformat(problem["serverTime"].replace("Z", "+00:00")).timestamp()) - now()
    return skew if abs(skew) <= MOST_SKEW_SECONDS else 0


def assert_private(path: str) -> None:
    if os.stat(path).st_mode & 0o077:
        sys.exit(f"Other users may read {path}: chmod 600 {path}")


def printable(answered) -> str:
    """An intermediary may have written the answer: removes control characters."""
    return "".join(character for character in str(answered) if character.isprintable())


def refresh(path: str, intent: str | None) -> int:
    roots = read_roots(setting("LICENSE_SERVER_ROOT"))
    for file in (path, setting("LICENSE_SERVER_KEY")):
        assert_private(file)
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    claims = verify_key(record["key"], roots, OWN_EXPIRY)
    if "refreshing" not in record:
        if intent is None and now() < due_at(claims):
            return 0
        refreshing = {"mode": "production"} if intent == "production" else {}
        record = {"nextIdempotencyKey": str(uuid.uuid4()), **record, "refreshing": refreshing}
        persist(path, record)
    status, answer = answer_to(*request_of(record, claims), record["nextIdempotencyKey"])
    if status == 0:
        print("No answer. The next run repeats the same request.", file=sys.stderr)
        return TRY_AGAIN
    if status != 200:
        if answer.get("code") in FINAL:
            persist(path, {"key": record["key"]})
        print(printable(f"Refused: {answer.get('code')}. {answer.get('detail', '')}"), file=sys.stderr)
        return 1
    # A key that is forged, of another subject or not newer must not replace the current one.
    found = verify_key(str(answer.get("key")), roots, OWN_EXPIRY)
    if found["sub"] != claims["sub"] or found["gen"] <= claims["gen"]:
        sys.exit("The answered key is of another subject or not newer; the record is unchanged.")
    persist(path, {"key": answer["key"]})
    return 0


def main() -> int:
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["now"], ["production"]):
        sys.exit("usage: python3 refresh_key.py RECORD.json [now | production]")
    path, *intent = sys.argv[1:]
    # The lock is a separate file, because the record is replaced; it is released when the process ends.
    with open(os.open(f"{path}.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return refresh(path, intent[0] if intent else None)
        except Refused as refused:
            sys.exit(f"The key is not genuine, {refused}: is the pinned Root the right one?")


if __name__ == "__main__":
    sys.exit(main())
