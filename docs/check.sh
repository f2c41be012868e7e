#!/bin/sh
# Checks a cabinet without this program: chain, head, commitments, digests.   sh check.sh CABINET
set -eu; cd "$1"; bad=0; n=0; met=0; prev=$(printf '%064d' 0)
say() { echo "$1"; bad=1; }
hash() { sha256sum | cut -d' ' -f1; }
field() { printf '%s\n' "$line" | tr ',{}' '\n\n\n' | awk -F'"' -v k="$1" '$2 == k { print $4; exit }'; }
while IFS= read -r line; do
    [ "$(field p)" = "$prev" ] || say "spine: line $((n + 1)) does not follow"
    prev=$(printf '%s' "$line" | hash)
    met=$((met + $(cat notebook/head.? | grep -c "^$(printf '%010d' $n) $prev " || :)))
    page=notebook/pages/$(field t | cut -c1-7).jsonl
    [ "$(grep -a "\"n\":$n,\"s\":\"[0-9a-f]*\"}\$" "$page" | tr -d '\n' | hash)" = "$(field c)" ] ||
        say "$page: page $n is missing or altered"
    n=$((n + 1))
done < notebook/spine.jsonl
[ "$met" = "$(cat notebook/head.? | wc -l | tr -d ' ')" ] && [ "$met" -gt 0 ] || say "the head is not in the spine"
sed 's/"\([a-z]*\.toml\)":"\(sha256:[0-9a-f]*\)"/"digest":"\2","path":"\1"/g' notebook/pages/*.jsonl |
    grep -aoE '"digest":"sha256:[0-9a-f]*",("head":"[0-9a-f]*",)?"path":"[^"]*"' |
    sed 's/"digest":"sha256:\([0-9a-f]*\)".*"path":"\(.*\)"/\1  \2/' | sha256sum -c --quiet - || say "files: see above"
[ $bad = 0 ] && echo "sound: $n entries" ; exit $bad
