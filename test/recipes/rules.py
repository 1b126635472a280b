"""The refresh and the guard as docs/vectors/README.md says them, and nothing else: what a team with another language would write.

Reads refresh.json and guard.json in the folder of its argument; prints the names of what comes out otherwise.
"""

import json
import math
import sys
from pathlib import Path

FINAL = {
    "mode-required", "mode-not-allowed", "mode-not-downgradable", "reference-taken", "reference-was-production",
    "enterprise-cap-reached", "invalid-request", "not-found",
}  # fmt: skip


def hash32(text: str) -> int:
    value = 0x811C9DC5
    for character in text:
        value = (value ^ ord(character)) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def refresh_at(jti: str, exp: int) -> int:
    return exp - 10 * 86_400 + hash32(jti) % (36 * 3600)


def next_step(record: dict, now: int, fresh: str, facts: dict | None, intent: dict) -> dict:
    kind, operation = intent.get("kind"), intent.get("operation", "")
    obtain = {"obtain": {"operation": operation, "input": intent.get("input")}, "nextIdempotencyKey": fresh}
    if "obtain" in record:
        return sending(**record["obtain"], key=record["nextIdempotencyKey"], fulfils=kind == "obtain")
    if "key" in record and "refreshing" in record:
        of, _, name = facts["sub"].partition(":")
        request = {f"{of}Id": name, "key": record["key"], **record["refreshing"]}
        fulfils = kind == "refresh" and intent.get("mode") in (None, record["refreshing"].get("mode"))
        operation = "refresh-key" if of == "site" else "refresh-enterprise-key"
        return sending(operation, request, record["nextIdempotencyKey"], fulfils)
    if "key" in record:
        if kind == "obtain" and operation.startswith("reissue-"):
            return {"kind": "persist", "record": {"key": record["key"], **obtain}}
        if kind == "refresh" or now >= refresh_at(facts["jti"], facts["exp"]) or now < facts["iat"] - 3600:
            refreshing = {"mode": intent["mode"]} if kind == "refresh" and "mode" in intent else {}
            return {"kind": "persist", "record": {"nextIdempotencyKey": fresh, **record, "refreshing": refreshing}}
    elif kind == "obtain":
        return {"kind": "persist", "record": obtain}
    return {"kind": "none"}


def sending(operation: str, input: dict, key: str, fulfils: bool) -> dict:
    return {"kind": "send", "operation": operation, "input": input, "idempotencyKey": key, "fulfils": fulfils}


def after_refusal(record: dict, code: str) -> dict:
    if code not in FINAL or (code == "not-found" and "key" in record and "obtain" not in record):
        return record
    return {name: record[name] for name in ("key",) if name in record}


OUTSIDE = {"allowed": False, "reason": "key-unknown", "basis": "policy"}


def guard(state: dict, event: dict) -> dict:
    by_type = {"key-presented": presented, "verdict-arrived": arrived, "policy-arrived": learned, "no-answer": unanswered}
    return by_type[event["type"]](state, event)


def presented(state: dict, event: dict) -> dict:
    key, at, verdict, connection = event["key"], event["at"], state.get("verdict"), state["connection"]
    if key["org"] != state["owner"]["org"]:
        return {"decision": OUTSIDE, "state": state}
    time = {**state["time"], "signed": max(state["time"]["signed"], key["iat"])}
    ran = max(0, at["ticks"] - time["reading"]["ticks"])
    at_least, by_clock = max(time["signed"], time["time"] + ran), time["time"] + at["clock"] - time["reading"]["clock"]
    now, set_back = max(at_least, by_clock), by_clock < at_least - 300
    counts = verdict and not set_back and now < verdict["until"] and now < key["exp"]
    may_ask = connection["failures"] == 0 or at["ticks"] >= connection["retryAt"]
    state = {**state, "time": time}
    asking = state if not connection["failures"] else {**state, "connection": {**connection, "retryAt": at["ticks"] + 30}}
    if not counts and event["mayWait"] and may_ask:
        return {"ask": "and-wait", "state": asking}
    if not counts:
        return {"decision": without_server(state, key, now, set_back), "state": state}
    if not verdict["valid"]:
        return {"decision": {"allowed": False, "reason": verdict["reason"]}, "state": state}
    decision = {"allowed": True, "basis": "verdict", "until": verdict["until"]}
    if now >= verdict["recheckAt"] and may_ask:
        return {"decision": decision, "ask": "in-background", "state": asking}
    return {"decision": decision, "state": state}


def without_server(state: dict, key: dict, now: float, set_back: bool) -> dict:
    verdict = state.get("verdict") or {"valid": True, "iat": 0}
    grace_ends = max(verdict["iat"], key["iat"]) + limits(state)["graceSeconds"]
    refusals = [
        (not verdict["valid"], {"allowed": False, "reason": verdict.get("reason")}),
        (not is_within(state, key), OUTSIDE),
        (set_back, {"allowed": False, "reason": "clock-set-back"}),
        (now >= key["exp"], {"allowed": False, "reason": "key-expired"}),
        (now >= grace_ends, {"allowed": False, "reason": "grace-ended"}),
    ]
    for fits, refusal in refusals:
        if fits:
            return refusal
    return {"allowed": True, "basis": "grace", "until": min(grace_ends, key["exp"])}


def is_within(state: dict, key: dict) -> bool:
    policy = state.get("policy", {"enforcesFor": [], "enterprises": "all"})
    known = policy["enterprises"] == "all" or state["knowsEnterprise"]
    return known and key["app"] in [state["owner"]["app"], *policy["enforcesFor"]]


def limits(state: dict) -> dict:
    policy = state.get("policy", state["limits"])
    return {name: min(seconds, policy[name]) for name, seconds in state["limits"].items()}


def learned(state: dict, event: dict) -> dict:
    policy, before = event["policy"], state.get("policy", event["policy"])
    time = {**state["time"], "signed": max(state["time"]["signed"], policy["iat"])}
    return {"state": {**state, "time": time, "policy": before if before["iat"] > policy["iat"] else policy}}


def arrived(state: dict, event: dict) -> dict:
    verdict, signed = event["verdict"], state["time"]["signed"]
    iat, until = verdict["iat"], min(verdict["exp"], verdict["iat"] + limits(state)["cacheSeconds"])
    if iat < signed - 300:
        return unanswered(state, event)
    time = {"signed": max(signed, iat), "time": iat, "reading": event["at"]}
    known = {"valid": verdict["valid"], "iat": iat, "until": until, "recheckAt": iat + (until - iat) * (0.5 + 0.4 * event["random"])}
    reason = {} if verdict["valid"] else {"reason": verdict.get("reason", "key-unknown")}
    of_key = {"verdict": known | reason, "knowsEnterprise": reason.get("reason") not in ("key-unknown", "key-not-genuine")}
    return {"state": {**state, "time": time, "connection": {"failures": 0, "retryAt": 0}, **of_key}}


def unanswered(state: dict, event: dict) -> dict:
    failures = state["connection"]["failures"]
    if event["after"] != failures:
        return {"state": state}
    pause = min(300, 2 ** (failures + 1)) * (0.5 + event["random"] / 2)
    return {"state": {**state, "connection": {"failures": failures + 1, "retryAt": event["at"]["ticks"] + pause}}}


def same(one, other) -> bool:
    """Of numbers a difference below a millisecond is none."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, (int, float)) and not isinstance(one, bool) and not isinstance(other, (bool, str, dict)):
        return math.isclose(one, other, rel_tol=0, abs_tol=1e-3)
    return one == other


def main(folder: Path) -> list[str]:
    refresh, stories = json.loads((folder / "refresh.json").read_text()), json.loads((folder / "guard.json").read_text())
    different = []
    for i, v in enumerate(refresh["steps"]):
        step = next_step(v["record"], v["now"], v["freshIdempotencyKey"], v.get("facts"), v.get("intent", {}))
        different += [] if same(step, v["step"]) else [f"steps {i}"]
    for i, v in enumerate(refresh["refusals"]):
        different += [] if after_refusal(v["record"], v["code"]) == v["after"] else [f"refusals {i}"]
    different += [f"schedule {v['jti']}" for v in refresh["schedule"] if refresh_at(v["jti"], v["exp"]) != v["refreshAt"]]
    for story in stories["stories"]:
        state = story["start"]
        for i, expected in enumerate(story["steps"]):
            done = guard(state, expected["event"])
            different += [] if same({"event": expected["event"], **done}, expected) else [f"{story['name']}, step {i}"]
            state = done["state"]
    return different


print(json.dumps(main(Path(sys.argv[1]))))
