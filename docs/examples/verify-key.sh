#!/bin/sh
# Verifies a site key, an enterprise key or a verdict offline, down from a pinned Root (docs/trust-chain.md), with openssl 3.0 or newer.
#
#   sh verify-key.sh ROOT.json < KEY
#   sh verify-key.sh ROOT.json NONCE AUDIENCE JTI SUB < VERDICT
#
#   ROOT.json  the vendor's Root, a JWK, or a list of them during its rotation
#   NONCE      of the request to check-validity; AUDIENCE application:<org>/<app>; JTI and SUB of the key that it was about
#   AT         time of verification: seconds since 1970, or own-expiry (was it ever valid?); default: the clock
#
# Prints the claims as JSON. Exit code 0: valid; 1: refused, with the reason.
set -eu
export LC_ALL=C

org='[a-z][a-z0-9]{1,11}' enterprise='[a-z][a-z0-9]{1,11}-[a-z2-7]{16}' hash='[A-Za-z0-9_-]{43}' time='[1-9][0-9]{0,14}'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

refuse() {
  echo "$1: $2" >&2
  exit 1
}

# decode TEXT FILE: decodes canonical base64url without padding only.
decode() {
  case $((${#1} % 4)) in 2) padding='==' ;; 3) padding='=' ;; *) padding='' ;; esac
  printf '%s%s' "$1" "$padding" | tr '_-' '/+' | openssl base64 -d -A >"$2" 2>"$work/complaint" || :
  [ "$(encode <"$2")" = "$1" ] || refuse malformed 'a part is not canonical base64url'
}

encode() {
  openssl base64 -A | tr '/+' '_-' | tr -d '='
}

# members FILE: the members of a token's JSON, sorted, on one line. Accepts only the server's encoding: no blanks, no escapes, no nested object except cnf.
members() {
  [ "$(tr -d '\041-\176' <"$1" | wc -c)" -eq 0 ] || refuse malformed 'a part is not JSON as the server writes it'
  sed -E "s/^\{(.*)\}\$/\1/; s/\"cnf\":\{\"jwk\":\{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"($hash)\",\"y\":\"($hash)\"\}\}/\"cnf\":\"\1.\2\"/" "$1" |
    tr ',' '\n' | { cat; echo; } | sed '/^$/d' | sort | paste -s -d , -
}

# field NAME MEMBERS
field() {
  printf '%s\n' "$2" | tr ',' '\n' | sed -n -E "s/^\"$1\":\"?([^\"]*)\"?\$/\1/p"
}

matches() {
  printf '%s\n' "$1" | grep -Eqx -- "$2"
}

# The claims of each level, sorted by name.
pattern() {
  times="\"iat\":$time,\"iss\":"
  link="\"cnf\":\"$hash\.$hash\",\"exp\":$time,$times"
  key="\"app\":\"[a-z][a-z0-9-]{1,23}\",\"ent\":\"$enterprise\",\"exp\":$time,\"gen\":$time,$times\"enterprise:$enterprise\",\"jti\":\"[A-Za-z0-9_-]{22}\""
  case $1 in
  org-link+jwt) echo "$link\"root\",\"nbf\":$time,\"sub\":\"org:$org\"" ;;
  enterprise-link+jwt) echo "$link\"org:$org\",\"nbf\":$time,\"sub\":\"enterprise:$enterprise\"" ;;
  responder-link+jwt) echo "$link\"org:$org\",\"nbf\":$time,\"sub\":\"responder:$org\"" ;;
  site-key+jwt) echo "$key,\"mode\":\"(production|dev)\",\"nbf\":$time,\"org\":\"$org\",\"sub\":\"site:$enterprise-[a-z2-7]{17}\"" ;;
  enterprise-key+jwt) echo "$key,\"nbf\":$time,\"org\":\"$org\",\"sub\":\"enterprise:$enterprise\"" ;;
  verdict+jwt)
    dead='key-not-genuine|key-unknown|key-expired|key-superseded|suspended|deleted|dormant'
    echo "\"aud\":\"[^\"\\]*\",\"exp\":$time,$times\"responder:$org\"(,\"jti\":\"[A-Za-z0-9_-]{22}\")?(,\"mode\":\"(production|dev)\")?,\"nbf\":$time,\"nonce\":\"[^\"\\]*\"(,\"reason\":\"($dead)\")?(,\"sub\":\"[^\"\\]*\")?,\"valid\":(true|false)"
    ;;
  esac
}

# Condition on the ids of a level.
stands_together() {
  iss=$(field iss "$2") sub=$(field sub "$2") ent=$(field ent "$2") of=$(field org "$2")
  case $1 in
  enterprise-link+jwt) [ "${sub%-*}" = "enterprise:${iss#org:}" ] ;;
  responder-link+jwt) [ "$sub" = "responder:${iss#org:}" ] ;;
  site-key+jwt) [ "$iss" = "enterprise:$ent" ] && [ "${ent%-*}" = "$of" ] && [ "${sub%-*}" = "site:$ent" ] && [ "$(field app "$2")" != self ] ;;
  enterprise-key+jwt) [ "$iss" = "enterprise:$ent" ] && [ "${ent%-*}" = "$of" ] && [ "$sub" = "$iss" ] && [ "$(field app "$2")" != self ] ;;
  esac
}

# parse TOKEN TYP NAME: its claims in the file NAME.claims, its kid in NAME.kid, its signature in NAME.sig, the signed text in NAME.signed.
parse() {
  matches "$1" '[^.]*\.[^.]*\.[^.]{86}' || refuse malformed 'not a compact ES256 JWS'
  rest=${1#*.}
  decode "${1%%.*}" "$work/header"
  decode "${rest%%.*}" "$work/payload"
  decode "${rest#*.}" "$work/$3.sig"
  header=$(members "$work/header") || exit 1
  matches "$header" "\"alg\":\"ES256\",\"kid\":\"$hash\",\"typ\":\"[^\"]*\"" || refuse malformed 'the header has other members, or another algorithm'
  [ "$(field typ "$header")" = "$2" ] || refuse wrong-type "something else stands where a $2 belongs"
  claims=$(members "$work/payload") || exit 1
  matches "$claims" "$(pattern "$2")" && stands_together "$2" "$claims" || refuse malformed 'the payload is not what this level carries'
  field kid "$header" >"$work/$3.kid"
  printf '%s\n' "$claims" >"$work/$3.claims"
  printf %s "${1%.*}" >"$work/$3.signed"
}

# RFC 7638: thumbprint X Y
thumbprint() {
  printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$1" "$2" | openssl dgst -sha256 -binary | encode
}

# has_signed X Y NAME: the signature is r and s, 32 bytes each; openssl needs DER, for the key too.
has_signed() {
  decode "$1" "$work/x"
  decode "$2" "$work/y"
  { printf %s MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE | openssl base64 -d -A && cat "$work/x" "$work/y"; } >"$work/key.der"
  hex=$(od -An -v -tx1 "$work/$3.sig" | tr -d ' \n')
  r=$(printf %s "$hex" | cut -c 1-64) s=$(printf %s "$hex" | cut -c 65-128)
  printf 'asn1=SEQUENCE:both\n[both]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "$r" "$s" >"$work/both"
  openssl asn1parse -genconf "$work/both" -noout -out "$work/sig.der" &&
    openssl pkey -pubin -inform DER -in "$work/key.der" -out "$work/key.pem" &&
    openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/sig.der" "$work/$3.signed"
} >"$work/complaint" 2>&1

# under NAME PARENT_SUB PARENT_X PARENT_Y PARENT_EXP
under() {
  [ "$(cat "$work/$1.kid")" = "$(thumbprint "$3" "$4")" ] || refuse broken-chain 'it was signed by another key than the one its parent certifies'
  [ "$(claim iss "$1")" = "$2" ] || refuse broken-chain 'its issuer is not its parent'
  [ -z "$5" ] || [ "$(claim exp "$1")" -le "$5" ] || refuse outlives-parent 'it ends after its parent'
  has_signed "$3" "$4" "$1" || refuse bad-signature 'its signature is invalid'
}

claim() {
  field "$1" "$(cat "$work/$2.claims")"
}

under_link() {
  point=$(claim cnf "$2")
  under "$1" "$(claim sub "$2")" "${point%.*}" "${point#*.}" "$(claim exp "$2")"
}

under_pinned_root() {
  { tr -d ' \t\r\n' <"$2" | tr '{' '\n' >"$work/pinned"; } 2>"$work/complaint"
  sed -n -E 's/.*"x":"([^"]*)".*/\1/p' "$work/pinned" >"$work/xs"
  sed -n -E 's/.*"y":"([^"]*)".*/\1/p' "$work/pinned" >"$work/ys"
  paste -d ' ' "$work/xs" "$work/ys" >"$work/roots"
  [ -s "$work/roots" ] || refuse no-root "$2 is invalid: expected the Root that the vendor published, a P-256 public key as a JWK."
  while read -r x y; do
    [ "$(cat "$work/$1.kid")" != "$(thumbprint "$x" "$y")" ] || { under "$1" root "$x" "$y" '' && return; }
  done <"$work/roots"
  refuse unknown-root 'the chain does not end at a pinned Root'
}

# verify TOKEN TYP ROOT.json
verify() {
  case $1 in *[!A-Za-z0-9_.~-]*) refuse malformed 'no such character belongs into a token' ;; esac
  matches "$1" '[^~]+~[^~]+~[^~]+' || refuse broken-chain 'the chain has an invalid number of links'
  case $2 in verdict+jwt) middle=responder-link+jwt ;; *) middle=enterprise-link+jwt ;; esac
  links=${1#*~}
  parse "${1%%~*}" "$2" leaf
  parse "${links%%~*}" "$middle" link
  parse "${links#*~}" org-link+jwt org
  under_pinned_root org "$3"
  under_link link org
  under_link leaf link
  at=${AT:-$(($(date +%s) + ${LICENSE_SERVER_CLOCK_AHEAD:-0}))}
  [ "$at" != own-expiry ] || at=$(($(claim exp leaf) - 1))
  for one in org link leaf; do
    [ "$at" -ge $(($(claim nbf $one) - 60)) ] || refuse not-yet-valid 'it is not valid yet'
    [ "$at" -lt "$(claim exp $one)" ] || refuse expired 'it has expired'
  done
}

# for_us NONCE AUDIENCE JTI SUB
for_us() {
  [ "$(claim aud leaf)" = "$2" ] || refuse other-audience 'the verdict is for another application'
  asker=${2#application:}
  [ "$(claim iss leaf)" = "responder:${asker%%/*}" ] || refuse other-org 'the verdict is of another Org'
  [ "$(claim nonce leaf)" = "$1" ] || refuse other-nonce 'the verdict answers another request'
  [ "$(claim jti leaf) $(claim sub leaf)" = "$3 $4" ] || refuse other-key 'the verdict is about another key'
}

[ $# -eq 1 ] || [ $# -eq 5 ] || refuse usage 'sh verify-key.sh ROOT.json [NONCE AUDIENCE JTI SUB] < TOKEN'
root=$1
cat >"$work/token"
size=$(wc -c <"$work/token")
[ "$size" -le 4097 ] || refuse malformed 'the token is too long'
token=$(tr -d '\000' <"$work/token")
# A line feed at the end is not part of the token; a NUL is lost in a variable, so the length is compared.
[ "$size" -eq ${#token} ] || { [ "$size" -eq $((${#token} + 1)) ] && [ -z "$(tail -c 1 "$work/token" | tr -d '\n' | od -An -tx1)" ]; } ||
  refuse malformed 'no such character belongs into a token'
if [ $# -eq 5 ]; then
  verify "$token" verdict+jwt "$root"
  for_us "$2" "$3" "$4" "$5"
else
  (decode "${token%%.*}" "$work/head") 2>"$work/complaint" && grep -q '"enterprise-key+jwt"' "$work/head" && typ=enterprise-key+jwt || typ=site-key+jwt
  verify "$token" "$typ" "$root"
fi
middle=${token%%~*} middle=${middle#*.}
decode "${middle%%.*}" "$work/claims"
cat "$work/claims"
echo
