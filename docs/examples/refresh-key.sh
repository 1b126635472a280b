#!/bin/sh
# Refreshes a site key or an enterprise key such that neither a crash nor a lost answer locks the site out: openssl 3.0, curl, flock.
#
#   sh refresh-key.sh RECORD.json             when the refresh is due; run it hourly
#   sh refresh-key.sh RECORD.json now         at once
#   sh refresh-key.sh RECORD.json production  promotes a dev site
#
# RECORD.json is {"key": "…"}, readable by its owner only. During a refresh it also contains the request: the
# Idempotency-Key is persisted before the request is sent, so that every later process repeats the same request until it is answered.
#
# The environment is that of signed-request.sh, and LICENSE_SERVER_ROOT, a file with the pinned Root. Exit code 0: done, or not due; 75:
# no answer, run it again; 1: refused, notify a person. A lock serializes processes.
set -eu
umask 077

record=${1:?usage: refresh-key.sh RECORD.json [now|production]} intent=${2-}
: "${LICENSE_SERVER_ROOT:?is not set}"
here=$(dirname "$0")

# The lock is a separate file, because the record is replaced; it is released when the process ends.
exec 9>"$record.lock"
flock 9

for file in "$record" "${LICENSE_SERVER_KEY:?is not set}"; do
  [ -z "$(find -L "$file" -prune -perm /077)" ] || {
    echo "Other users may read $file: chmod 600 $file" >&2
    exit 1
  }
done

# member NAME: prints a string member of the JSON on standard input
member() {
  tr -d '\n' | sed -n -E "s/.*\"$1\" *: *\"([^\"]*)\".*/\1/p"
}

# Replaces the record atomically, also in case of a power failure. Removes drafts of terminated processes.
persist() {
  rm -f "$record.draft."*
  draft=$(mktemp "$record.draft.XXXXXX")
  printf '%s\n' "$1" >"$draft"
  sync "$draft"
  mv -f "$draft" "$record"
  sync "$(dirname "$record")"
}

genuine() {
  printf %s "$1" | AT=own-expiry sh "$here/verify-key.sh" "$LICENSE_SERVER_ROOT"
}

# number NAME: prints a number in verified claims
number() {
  sed -n -E "s/.*\"$1\":([0-9]+).*/\1/p"
}

# Ten days before expiry, and up to 36 h later, the same in each run (the other recipes use another hash).
is_due() {
  exp=$(printf %s "$1" | number exp)
  spread=$(($(printf %s "$1" | member jti | cksum | cut -d ' ' -f 1) % 129600))
  [ $(($(date +%s) + ${LICENSE_SERVER_CLOCK_AHEAD:-0})) -ge $((exp - 864000 + spread)) ]
}

key=$(member key <"$record")
claims=$(genuine "$key")
subject=$(printf %s "$claims" | member sub)
if ! grep -q '"refreshing"' "$record"; then
  [ -n "$intent" ] || is_due "$claims" || exit 0
  chosen=$(member nextIdempotencyKey <"$record")
  case $intent in production) refreshing='{"mode":"production"}' ;; *) refreshing='{}' ;; esac
  persist "{\"key\":\"$key\",\"nextIdempotencyKey\":\"${chosen:-$(openssl rand -hex 16)}\",\"refreshing\":$refreshing}"
fi

# Path and body are the same in each attempt.
idempotency_key=$(member nextIdempotencyKey <"$record")
mode=$(member mode <"$record")
path="/v1/${subject%%:*}s/${subject#*:}/key"
body="{\"key\":\"$key\"${mode:+,\"mode\":\"$mode\"}}"

for pause in 0 1 3 7; do
  sleep "$pause"
  code=0
  answer=$(printf %s "$body" | IDEMPOTENCY_KEY=$idempotency_key sh "$here/signed-request.sh" POST "$path" - 9>&-) || code=$?
  case $code in
  0)
    new=$(printf %s "$answer" | member key)
    [ -n "$new" ] || continue
    found=$(genuine "$new")
    # A key that is forged, of another subject or not newer must not replace the current one.
    if [ "$(printf %s "$found" | member sub)" != "$subject" ] ||
      [ "$(printf %s "$found" | number gen)" -le "$(printf %s "$claims" | number gen)" ]; then
      echo 'The answered key is of another subject or not newer; the record is unchanged.' >&2
      exit 1
    fi
    persist "{\"key\":\"$new\"}"
    exit 0
    ;;
  1 | 22)
    refusal=$(printf %s "$answer" | member code)
    # After these codes the request was not executed and never will be, so it is removed from the record. After any other code it is kept.
    case $refusal in
    mode-required | mode-not-allowed | mode-not-downgradable | invalid-request) persist "{\"key\":\"$key\"}" ;;
    esac
    # An intermediary may have written the answer: removes control characters.
    printf 'Refused: %s. %s\n' "$refusal" "$(printf %s "$answer" | member detail)" | LC_ALL=C tr -cd '\040-\176\200-\377\n' >&2
    exit 1
    ;;
  esac
done
echo 'No answer. The next run repeats the same request.' >&2
exit 75
