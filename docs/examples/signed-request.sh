#!/bin/sh
# Signs a request to the license server with openssl (3.0 or newer) and sends it with curl: RFC 9421 with an Ed25519 key.
#
#   . signed-request.sh && signed_request METHOD PATH [BODY]
#   sh signed-request.sh METHOD PATH [BODY]
#
#   LICENSE_SERVER_URL    with the stage: http://127.0.0.1:8787/local
#   LICENSE_SERVER_KEY    file with the private key, PEM
#   LICENSE_SERVER_KEYID  as the vendor gave it: hub.hwf.…
#   LICENSE_SERVER_CLOCK_AHEAD  seconds by which the server's clock is ahead, for a local one that was moved; else not set
#   IDEMPOTENCY_KEY       of a change: store it before you call, give it again when you repeat; a new one when it is not set
#
# Values of a query are unreserved characters (A-Z a-z 0-9 . _ ~ -), names sorted. The answer goes to standard output;
# the exit code is 0 for an answer of 2xx, 22 for a problem, else curl's.

signed_request() (
  set -eu
  method=${1:?usage: signed_request METHOD PATH [BODY]} target=${2:?usage: signed_request METHOD PATH [BODY]} body=${3-}
  : "${LICENSE_SERVER_URL:?is not set}" "${LICENSE_SERVER_KEY:?is not set}" "${LICENSE_SERVER_KEYID:?is not set}"
  url=${LICENSE_SERVER_URL%/}$target
  after_scheme=${url#*://}
  authority=$(printf %s "${after_scheme%%/*}" | tr 'A-Z' 'a-z')
  path=/${after_scheme#*/}
  path=${path%%\?*}
  case $url in *\?*) query="?${url#*\?}" ;; *) query='?' ;; esac

  # The signature base (RFC 9421 section 2.5): a line for each component, the parameters last, no newline at the end.
  components='"@method" "@authority" "@path" "@query"'
  base=$(printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s' "$method" "$authority" "$path" "$query")
  set --
  if [ -n "$body" ]; then
    digest="sha-256=:$(printf %s "$body" | openssl dgst -sha256 -binary | openssl base64 -A):"
    components="$components \"content-type\" \"content-digest\""
    base=$(printf '%s\n"content-type": application/json\n"content-digest": %s' "$base" "$digest")
    set -- "$@" --header 'Content-Type: application/json' --header "Content-Digest: $digest" --data-raw "$body"
  fi
  if [ "$method" != GET ]; then
    idempotency_key=${IDEMPOTENCY_KEY:-$(openssl rand -hex 16)}
    components="$components \"idempotency-key\""
    base=$(printf '%s\n"idempotency-key": %s' "$base" "$idempotency_key")
    set -- "$@" --header "Idempotency-Key: $idempotency_key"
  fi
  created=$(($(date +%s) + ${LICENSE_SERVER_CLOCK_AHEAD:-0}))
  parameters="($components);created=$created;keyid=\"$LICENSE_SERVER_KEYID\";nonce=\"$(openssl rand -hex 16)\""
  parameters="$parameters;alg=\"ed25519\";tag=\"license-server-v1\""

  # openssl signs with Ed25519 from a file only.
  base_file=$(mktemp)
  trap 'rm -f "$base_file"' EXIT
  printf '%s\n"@signature-params": %s' "$base" "$parameters" >"$base_file"
  signature=$(openssl pkeyutl -sign -rawin -inkey "$LICENSE_SERVER_KEY" -in "$base_file" | openssl base64 -A)

  curl --silent --show-error --fail-with-body --request "$method" "$url" \
    --header "Signature-Input: sig=$parameters" --header "Signature: sig=:$signature:" --write-out '\n' "$@"
)

if [ $# -gt 0 ]; then signed_request "$@"; fi
