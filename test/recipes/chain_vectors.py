"""Runs vectors from standard input through docs/examples/verify_key.py; prints what it says of each."""

import json
import sys

from verify_key import Refused, verify_chain, verify_verdict


def said(vector: dict) -> dict:
    try:
        if "verdict" in vector:
            asked = [vector[name] for name in ("nonce", "audience", "jti", "sub")]
            claims = verify_verdict(vector["verdict"], vector["roots"], vector["at"], *asked)
        else:
            claims = verify_chain(vector["token"], vector["typ"], vector["roots"], vector["at"])
        return {"valid": True, "claims": claims}
    except Refused as refused:
        return {"valid": False, "reason": refused.reason}


print(json.dumps([said(vector) for vector in json.load(sys.stdin)]))
