#!/bin/sh
# Refreshes a site key or an enterprise key so that no crash and no lost answer locks the site out: openssl 3.0, curl, flock.
#
#   sh refresh-key.sh RECORD.json             when it is due; run it every hour
#   sh refresh-key.sh RECORD.json now         at once
#   sh refresh-key.sh RECORD.json production  promotes a dev site
#
# RECORD.json is {"key": "…"}, readable by you alone. While a refresh may be on its way it is also the note that says which: the
# Idempotency-Key is in it before anything is sent, so the same request is sent again until it is answered, by whichever process comes next.
#
# The environment is that of signed-request.sh, and LICENSE_SERVER_ROOT, a file with the pinned Root. Exit code 0: done, or not due; 75:
# no answer, run it again; 1: refused, call a person. Two processes take turns.
set -eu
umask 077

record=${1:?usage: refresh-key.sh RECORD.json [now|production]} wish=${2-}
: "${LICENSE_SERVER_ROOT:?is not set}"
here=$(dirname "$0")

# The lock is a file of its own, since the record is replaced; it ends with the process.
exec 9>"$record.lock"
flock 9

for file in "$record" "${LICENSE_SERVER_KEY:?is not set}"; do
  [ -z "$(find -L "$file" -prune -perm /077)" ] || {
    echo "Other users may read $file: chmod 600 $file" >&2
    exit 1
  }
done

# member NAME: a text in the JSON on standard input
member() {
  tr -d '\n' | sed -n -E "s/.*\"$1\" *: *\"([^\"]*)\".*/\1/p"
}

# The whole record or the former one, also after the power failed in between. What a process left that was killed goes.
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

# number NAME: a number in claims that are genuine
number() {
  sed -n -E "s/.*\"$1\":([0-9]+).*/\1/p"
}

# Ten days before its end, and up to 36 h later, the same moment in each run (the other recipes spread by another sum).
is_due() {
  exp=$(printf %s "$1" | number exp)
  spread=$(($(printf %s "$1" | member jti | cksum | cut -d ' ' -f 1) % 129600))
  [ $(($(date +%s) + ${LICENSE_SERVER_CLOCK_AHEAD:-0})) -ge $((exp - 864000 + spread)) ]
}

key=$(member key <"$record")
claims=$(genuine "$key")
subject=$(printf %s "$claims" | member sub)
if ! grep -q '"refreshing"' "$record"; then
  [ -n "$wish" ] || is_due "$claims" || exit 0
  chosen=$(member nextIdempotencyKey <"$record")
  case $wish in production) refreshing='{"mode":"production"}' ;; *) refreshing='{}' ;; esac
  persist "{\"key\":\"$key\",\"nextIdempotencyKey\":\"${chosen:-$(openssl rand -hex 16)}\",\"refreshing\":$refreshing}"
fi

# The same path and the same bytes each time.
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
    # A key that is not genuine, of another or not newer must not take the place of one that counts.
    if [ "$(printf %s "$found" | member sub)" != "$subject" ] ||
      [ "$(printf %s "$found" | number gen)" -le "$(printf %s "$claims" | number gen)" ]; then
      echo 'The server answered a key of somebody else, or an old one; the record stays as it was.' >&2
      exit 1
    fi
    persist "{\"key\":\"$new\"}"
    exit 0
    ;;
  1 | 22)
    refusal=$(printf %s "$answer" | member code)
    # After these the server has not done it and never will: the note may go. After all others it stays.
    case $refusal in
    mode-required | mode-not-allowed | mode-not-downgradable | invalid-request) persist "{\"key\":\"$key\"}" ;;
    esac
    # What stands between may have written it: nothing that moves the cursor.
    printf 'Refused: %s. %s\n' "$refusal" "$(printf %s "$answer" | member detail)" | LC_ALL=C tr -cd '\040-\176\200-\377\n' >&2
    exit 1
    ;;
  esac
done
echo 'No answer came; the same request is sent again next time.' >&2
exit 75
