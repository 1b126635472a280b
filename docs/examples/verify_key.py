"""Verifies site keys, enterprise keys and verdicts offline, down from a pinned Root (docs/trust-chain.md has the rules).

    python3 verify_key.py ROOT.json < KEY
    python3 verify_key.py ROOT.json NONCE AUDIENCE JTI SUB < VERDICT

ROOT.json is the vendor's Root, a JWK, or a list of them during its rotation. NONCE is that of the request to check-validity, AUDIENCE is
application:<org>/<app>, JTI and SUB are those of the key that you asked about. Prints the claims as JSON; the exit code is 0 for
a good one, 1 for one that is refused, with the reason. Needs the package `cryptography`.
"""

import base64
import hashlib
import json
import os
import re
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

OWN_EXPIRY = "own-expiry"  # as of the second before its own expiry: was it ever valid?
SKEW_SECONDS = 60
MAX_LENGTH = 4096

ORG = r"[a-z][a-z0-9]{1,11}"
ENTERPRISE = rf"{ORG}-[a-z2-7]{{16}}"
SITE = rf"{ENTERPRISE}-[a-z2-7]{{17}}"
APPLICATION = r"(?!self(?![a-z0-9-]))[a-z][a-z0-9-]{1,23}"
HASH = r"[A-Za-z0-9_-]{43}"
JTI = r"[A-Za-z0-9_-]{22}"
MODE = r"production|dev"
DEAD = r"key-not-genuine|key-unknown|key-expired|key-superseded|suspended|deleted|dormant"


class Refused(Exception):
    """An invalid token; `reason` is one of docs/vectors."""

    def __init__(self, reason: str, message: str):
        super().__init__(f"{reason}: {message}")
        self.reason = reason


def text(pattern: str):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def any_text(value) -> bool:
    return isinstance(value, str)


def whole(value) -> bool:
    return type(value) is int and 0 < value < 2**53


def boolean(value) -> bool:
    return type(value) is bool


def has_exactly(value, required: dict, optional: dict = {}) -> bool:
    return (
        isinstance(value, dict)
        and required.keys() <= value.keys() <= required.keys() | optional.keys()
        and all((required | optional)[name](member) for name, member in value.items())
    )


JWK = {"kty": text("EC"), "crv": text("P-256"), "x": text(HASH), "y": text(HASH)}
TIMES = {"iat": whole, "nbf": whole, "exp": whole}
LINK = {**TIMES, "cnf": lambda cnf: has_exactly(cnf, {"jwk": lambda jwk: has_exactly(jwk, JWK)})}
KEY = {**TIMES, "org": text(ORG), "ent": text(ENTERPRISE), "app": text(APPLICATION), "gen": whole, "jti": text(JTI)}


def is_of_its_org(claims: dict) -> bool:
    return re.split("[:/-]", claims["sub"])[1] == claims["iss"].removeprefix("org:")


def stands_together(claims: dict) -> bool:
    return claims["iss"] == f"enterprise:{claims['ent']}" and claims["ent"].startswith(f"{claims['org']}-")


# typ: (typ of the parent, required claims, optional claims, condition on the claims)
LEVELS = {
    "org-link+jwt": ("root", {"iss": text("root"), "sub": text(f"org:{ORG}"), **LINK}, {}, lambda claims: True),
    "enterprise-link+jwt": (
        "org-link+jwt",
        {"iss": text(f"org:{ORG}"), "sub": text(f"enterprise:{ENTERPRISE}"), **LINK},
        {},
        is_of_its_org,
    ),
    "responder-link+jwt": (
        "org-link+jwt",
        {"iss": text(f"org:{ORG}"), "sub": text(f"responder:{ORG}"), **LINK},
        {},
        is_of_its_org,
    ),
    "site-key+jwt": (
        "enterprise-link+jwt",
        {"iss": text(f"enterprise:{ENTERPRISE}"), "sub": text(f"site:{SITE}"), **KEY, "mode": text(MODE)},
        {},
        lambda claims: stands_together(claims) and claims["sub"].startswith(f"site:{claims['ent']}-"),
    ),
    "enterprise-key+jwt": (
        "enterprise-link+jwt",
        {"iss": text(f"enterprise:{ENTERPRISE}"), "sub": text(f"enterprise:{ENTERPRISE}"), **KEY},
        {},
        lambda claims: stands_together(claims) and claims["sub"] == claims["iss"],
    ),
    "verdict+jwt": (
        "responder-link+jwt",
        {"iss": text(f"responder:{ORG}"), "aud": any_text, "nonce": any_text, "valid": boolean, **TIMES},
        {"sub": any_text, "jti": text(JTI), "reason": text(DEAD), "mode": text(MODE)},
        lambda claims: True,
    ),
}
HEADER = {"alg": text("ES256"), "typ": any_text, "kid": text(HASH)}


def verify_chain(token: str, typ: str, roots: list[dict], at) -> dict:
    """Returns the claims of `leaf ~ parent link ~ org link`. `at`: seconds since 1970, or OWN_EXPIRY. Raises Refused."""
    if len(token) > MAX_LENGTH:
        raise Refused("malformed", "the token is too long")
    leaf_text, tilde, above_text = token.partition("~")
    if not tilde:
        raise Refused("broken-chain", "the token has no chain")
    leaf = parse_token(leaf_text, typ)
    parent = verified_link(above_text, LEVELS[typ][0], roots)
    check_under(leaf, parent)
    claims = leaf["claims"]
    now = claims["exp"] - 1 if at == OWN_EXPIRY else at
    check_times(parent, now)
    check_times(claims, now)
    return claims


def verify_key(token: str, roots: list[dict], at) -> dict:
    """Returns the claims of a site key or an enterprise key. Raises Refused."""
    try:
        header = decode(token.split(".")[0]).decode(errors="replace")
    except ValueError:
        header = ""
    return verify_chain(token, "enterprise-key+jwt" if '"enterprise-key+jwt"' in header else "site-key+jwt", roots, at)


def verify_verdict(verdict: str, roots: list[dict], at, nonce: str, audience: str, jti, sub) -> dict:
    """Returns the claims of a verdict about this key that answers this request. Raises Refused."""
    claims = verify_chain(verdict, "verdict+jwt", roots, at)
    if claims["aud"] != audience:
        raise Refused("other-audience", "the verdict is for another application")
    if claims["iss"] != f"responder:{audience.removeprefix('application:').split('/')[0]}":
        raise Refused("other-org", "the verdict is of another Org")
    if claims["nonce"] != nonce:
        raise Refused("other-nonce", "the verdict answers another request")
    if claims.get("jti") != jti or claims.get("sub") != sub:
        raise Refused("other-key", "the verdict is about another key")
    return claims


def verified_link(chain: str, typ: str, roots: list[dict]) -> dict:
    link_text, tilde, above_text = chain.partition("~")
    link = parse_token(link_text, typ)
    above = LEVELS[typ][0]
    if (above == "root") == bool(tilde):
        raise Refused("broken-chain", "the chain has a wrong number of links")
    parent = pinned_root(link["kid"], roots) if above == "root" else verified_link(above_text, above, roots)
    check_under(link, parent)
    claims = link["claims"]
    jwk = claims["cnf"]["jwk"]
    begins = max(claims["nbf"], parent["nbf"])
    return {"sub": claims["sub"], "jwk": jwk, "kid": thumbprint(jwk), "nbf": begins, "exp": claims["exp"]}


def pinned_root(kid: str, roots: list[dict]) -> dict:
    for jwk in roots:
        if thumbprint(jwk) == kid:
            return {"sub": "root", "jwk": jwk, "kid": kid, "nbf": 0, "exp": float("inf")}
    raise Refused("unknown-root", "the chain does not end at a pinned Root")


def parse_token(token: str, typ: str) -> dict:
    header_text, payload_text, signature_text = (token.split(".") + ["", ""])[:3]
    try:
        signature = decode(signature_text)
    except ValueError:
        signature = b""
    if token.count(".") != 2 or len(signature) != 64:
        raise Refused("malformed", "not a compact ES256 JWS")
    header = parse_part(header_text, "header")
    if not has_exactly(header, HEADER):
        raise Refused("malformed", "the header has other members, or another algorithm")
    if header["typ"] != typ:
        raise Refused("wrong-type", f"something else stands where a {typ} belongs")
    claims = parse_part(payload_text, "payload")
    _, required, optional, together = LEVELS[typ]
    if not has_exactly(claims, required, optional) or not together(claims):
        raise Refused("malformed", "the payload is not what this level carries")
    signed = f"{header_text}.{payload_text}".encode()
    return {"kid": header["kid"], "claims": claims, "signed": signed, "signature": signature}


def parse_part(encoded: str, part: str):
    try:
        return json.loads(decode(encoded).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("malformed", f"the {part} is not canonical base64url of JSON") from None


def check_under(child: dict, parent: dict) -> None:
    if child["kid"] != parent["kid"]:
        raise Refused("broken-chain", "it was signed by another key than its parent vouches for")
    if child["claims"]["iss"] != parent["sub"]:
        raise Refused("broken-chain", "its issuer is not its parent")
    if child["claims"]["exp"] > parent["exp"]:
        raise Refused("outlives-parent", "it ends after its parent")
    if not has_signed(parent["jwk"], child["signed"], child["signature"]):
        raise Refused("bad-signature", "its signature is wrong")


def check_times(token: dict, now: int) -> None:
    if now < token["nbf"] - SKEW_SECONDS:
        raise Refused("not-yet-valid", "it is not valid yet")
    if now >= token["exp"]:
        raise Refused("expired", "it has expired")


def has_signed(jwk: dict, signed: bytes, signature: bytes) -> bool:
    """The signature is r || s, 64 bytes (RFC 7518 section 3.4)."""
    x, y = (int.from_bytes(decode(jwk[name]), "big") for name in ("x", "y"))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError):
        return False


def thumbprint(jwk: dict) -> str:
    """RFC 7638."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def decode(encoded: str) -> bytes:
    """Raises ValueError unless the text is canonical: base64url, no padding, no unused bits."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", encoded):
        raise ValueError("not base64url")
    decoded = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != encoded:
        raise ValueError("not the canonical spelling")
    return decoded


def read_roots(path: str) -> list[dict]:
    try:
        with open(path, encoding="utf-8") as file:
            pinned = json.load(file)
    except (OSError, ValueError) as fault:
        sys.exit(f"{path} is invalid: expected a pinned Root. {fault}")
    roots = pinned if isinstance(pinned, list) else [pinned]
    jwks = [{name: root.get(name) for name in JWK} if isinstance(root, dict) else {} for root in roots]
    if not jwks or not all(has_exactly(jwk, JWK) for jwk in jwks):
        sys.exit(f"{path} is invalid: expected the Root that the vendor published, a P-256 public key as a JWK.")
    return jwks


def main() -> int:
    if len(sys.argv) not in (2, 6):
        sys.exit("usage: python3 verify_key.py ROOT.json [NONCE AUDIENCE JTI SUB] < TOKEN")
    roots = read_roots(sys.argv[1])
    token = sys.stdin.read().removesuffix("\n")
    now = int(time.time()) + int(os.environ.get("LICENSE_SERVER_CLOCK_AHEAD", "0"))
    try:
        about = sys.argv[2:]
        print(json.dumps(verify_verdict(token, roots, now, *about) if about else verify_key(token, roots, now)))
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
