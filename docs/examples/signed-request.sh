#!/bin/sh
# Signs a request to the license server with openssl (3.0 or newer) and sends it with curl: RFC 9421 with an Ed25519 key.
#
#   . signed-request.sh && signed_request METHOD PATH [BODY]
#   sh signed-request.sh METHOD PATH [BODY]
#
#   BODY  with a key in it: -, and on standard input, because every user of the machine can read the arguments of a program
#
#   LICENSE_SERVER_URL    with the stage: http://127.0.0.1:8787/local; remote servers require https://
#   LICENSE_SERVER_KEY    file with the private key, PEM
#   LICENSE_SERVER_KEYID  id of that key: hub.hwf.…
#   LICENSE_SERVER_CLOCK_AHEAD  seconds by which the server's clock is ahead, for a local server whose clock was moved; default 0
#   LICENSE_SERVER_TIMEOUT  seconds for the whole answer; default 30
#   IDEMPOTENCY_KEY       of a change: persist it before the call and reuse it in a repeat; default: a new one
#
# Query values consist of unreserved characters (A-Z a-z 0-9 . _ ~ -), names sorted. The answer goes to standard output;
# the exit code is 0 for an answer of 2xx, 22 for a refusal, 75 for a temporary error (429, 5xx, a redirect), otherwise curl's.

signed_request() (
  set -eu
  method=${1:?usage: signed_request METHOD PATH [BODY]} target=${2:?usage: signed_request METHOD PATH [BODY]} body=${3-}
  : "${LICENSE_SERVER_URL:?is not set}" "${LICENSE_SERVER_KEY:?is not set}" "${LICENSE_SERVER_KEYID:?is not set}"
  [ "$body" != - ] || body=$(cat)
  url=${LICENSE_SERVER_URL%/}$target
  # Requests contain keys.
  printf '%s\n' "$url" | grep -Eq '^(https://[^@/?#]+|http://(localhost|127(\.[0-9]+){3}|\[::1\])(:[0-9]+)?)/' || {
    echo 'LICENSE_SERVER_URL must begin with https:// and hold no password; http:// is for this machine only.' >&2
    exit 1
  }
  after_scheme=${url#*://}
  authority=$(printf %s "${after_scheme%%/*}" | tr 'A-Z' 'a-z')
  path=/${after_scheme#*/}
  path=${path%%\?*}
  case $url in *\?*) query="?${url#*\?}" ;; *) query='?' ;; esac

  umask 077
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM

  # The signature base (RFC 9421 section 2.5): a line for each component, the parameters last, no newline at the end.
  components='"@method" "@authority" "@path" "@query"'
  base=$(printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s' "$method" "$authority" "$path" "$query")
  set --
  if [ -n "$body" ]; then
    digest="sha-256=:$(printf %s "$body" | openssl dgst -sha256 -binary | openssl base64 -A):"
    components="$components \"content-type\" \"content-digest\""
    base=$(printf '%s\n"content-type": application/json\n"content-digest": %s' "$base" "$digest")
    printf %s "$body" >"$work/body"
    printf 'Content-Type: application/json\nContent-Digest: %s\n' "$digest" >"$work/headers"
    set -- --data-binary "@$work/body"
  fi
  if [ "$method" != GET ]; then
    idempotency_key=${IDEMPOTENCY_KEY:-$(openssl rand -hex 16)}
    components="$components \"idempotency-key\""
    base=$(printf '%s\n"idempotency-key": %s' "$base" "$idempotency_key")
    printf 'Idempotency-Key: %s\n' "$idempotency_key" >>"$work/headers"
  fi
  created=$(($(date +%s) + ${LICENSE_SERVER_CLOCK_AHEAD:-0}))
  parameters="($components);created=$created;keyid=\"$LICENSE_SERVER_KEYID\";nonce=\"$(openssl rand -hex 16)\""
  parameters="$parameters;alg=\"ed25519\";tag=\"license-server-v1\""

  # openssl signs with Ed25519 from a file only.
  printf '%s\n"@signature-params": %s' "$base" "$parameters" >"$work/base"
  signature=$(openssl pkeyutl -sign -rawin -inkey "$LICENSE_SERVER_KEY" -in "$work/base" | openssl base64 -A)
  [ -n "$signature" ] || {
    echo "LICENSE_SERVER_KEY: $LICENSE_SERVER_KEY is invalid: expected an Ed25519 private key in PEM." >&2
    exit 1
  }
  printf 'Signature-Input: sig=%s\nSignature: sig=:%s:\n' "$parameters" "$signature" >>"$work/headers"

  # No answer is longer than 10 MB, and none leads elsewhere.
  status=$(
    ulimit -f 20480
    curl --silent --show-error --no-location --connect-timeout 10 --max-time "${LICENSE_SERVER_TIMEOUT:-30}" \
      --request "$method" --header "@$work/headers" "$@" --output "$work/answer" --write-out '%{http_code}' "$url"
  ) || exit $?
  [ ! -f "$work/answer" ] || cat "$work/answer"
  echo
  case $status in 2??) ;; 429 | 3?? | 5??) exit 75 ;; *) exit 22 ;; esac
)

# Not when it is only read by a script with arguments of its own.
case $#:$0 in 0:*) ;; *:signed-request.sh | */signed-request.sh) signed_request "$@" ;; esac
