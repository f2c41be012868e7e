#!/bin/sh
# Checks a cabinet without this program: chain, head, commitments, digests.   sh check.sh CABINET
set -eu; export LC_ALL=C; cd "$1"; bad=0; tmp=$(mktemp -d); trap 'rm -r "$tmp"' EXIT
lines() { # of a file, each behind the file's name and its hash, which is taken without the newline
    head -n "$(wc -l < "$1" | tr -d ' ')" "$1" > "$tmp/all"
    (cd "$tmp"; awk '{ printf "%s", $0 > NR; close(NR); print NR }' all | xargs sha256sum) |
        cut -d' ' -f1 | paste -d' ' - "$tmp/all" | sed "s|^|$1 |"
}
for page in notebook/pages/*.jsonl; do lines "$page"; done > "$tmp/pages"
lines notebook/spine.jsonl > "$tmp/spine"
awk 'function field(k) { return match($0, "\"" k "\":\"[^\"]*") ? substr($0, RSTART + 5, RLENGTH - 5) : "" }
    function say(what) { print what; bad = 1 }
    FILENAME ~ /head[.].$/ { slots++; head[$1 " " $2]++; next }
    FILENAME ~ /pages$/ { match($0, /"n":[0-9]+,"s":"[0-9a-f]*"}$/); id = $1 " " (substr($0, RSTART + 4) + 0); page[id] = page[id] $2; next }
    field("p") != (FNR > 1 ? last : sprintf("%064d", 0)) { say("spine: line " FNR " does not follow") }
    { last = $2; met += head[sprintf("%010d", FNR - 1) " " last]; name = "notebook/pages/" substr(field("t"), 1, 7) ".jsonl" }
    page[name " " (FNR - 1)] != field("c") { say(name ": page " (FNR - 1) " is missing or altered") }
    END { if (!met || met != slots) say("the head is not in the spine"); exit bad }' notebook/head.? "$tmp/pages" "$tmp/spine" || bad=1
sed 's/"\([a-z]*\.toml\)":"\(sha256:[0-9a-f]*\)"/"digest":"\2","path":"\1"/g' notebook/pages/*.jsonl |
    grep -aoE '"digest":"sha256:[0-9a-f]*",("head":"[0-9a-f]*",)?"path":"[^"]*"' |
    sed 's/"digest":"sha256:\([0-9a-f]*\)".*"path":"\(.*\)"/\1  \2/' | sha256sum -c --quiet - || { echo "files: see above"; bad=1; }
[ $bad = 0 ] && echo "sound: $(wc -l < "$tmp/spine" | tr -d ' ') entries"; exit $bad
