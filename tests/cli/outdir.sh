#!/usr/bin/env bash
# outdir.sh ARCHVM: `-o DIR` is all or nothing, whatever happens on the way.
set -uo pipefail
archvm=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'chmod -R u+rwx "$folder"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
no() {
    failed=1
    echo "not ok - $*"
}
whole() { # whole N: is out/ the complete output of size N?
    local n=$1
    [[ $(cat out/size.txt 2>/dev/null) == "$n" && $(find out -type f | wc -l) == 7 ]]
}
cat >rules.arch <<'END'
module rules
fact size: int "Size" { ask "?" }
infer size { otherwise 1 as one because "x" confidence low risk "y" }
emit size_file { to "size.txt" format plain """{size}""" }
emit parts {
  for n in range(1, 4)
  to "part{n}/file.txt" format plain
  """{for i in range(1, 3000)}line {i} of part {n}, size {size}
  {end}"""
}
END
run() { "$archvm" run rules.arch "$@"; }
for n in 1 2; do echo "size: $n" >"$n.facts"; done

# New, then replaced; no staging directory stays.
run 1.facts -q -o out || no "the first output"
whole 1 || no "the first output is not whole: $(find out)"
run 2.facts -q -o out/ || no "the second output"
whole 2 || no "the second output is not whole"
[[ $(find . -maxdepth 1 -name '.out*' | wc -l) == 0 ]] || no "staging directories stay: $(ls -A)"

# A directory that holds other people's files is left alone.
mkdir theirs && echo mine >theirs/notes.txt
run 1.facts -o theirs 2>err && no "replaced a directory of other files"
grep -q 'holds files that archvm did not write' err || no "no reason: $(cat err)"
[[ $(cat theirs/notes.txt) == mine && $(ls -A theirs) == notes.txt ]] || no "their files were touched"
mkdir empty && { run 1.facts -q -o empty || no "an empty directory is taken"; }

# Links and odd names.
ln -s theirs link
run 1.facts -o link 2>/dev/null && no "went through a link"
run 1.facts -o . 2>/dev/null && no "replaced the current directory"
run 1.facts -o .. 2>/dev/null && no "replaced the parent directory"
: >file
run 1.facts -o file 2>/dev/null && no "replaced a file"
[[ -L link && -f file ]] || no "a link or a file is gone"

# No more room: the old output stays whole, nothing else stays.
for blocks in 0 1 2 3 40; do
    reason=$(ulimit -f $blocks && run 1.facts -o out 2>&1 >/dev/null) && no "wrote more than $blocks blocks"
    [[ $reason == *"File too large"* ]] || no "no reason for $blocks blocks: $reason"
    whole 2 || no "the old output is not whole after $blocks blocks"
done
[[ $(find . -maxdepth 1 -name '.out*' | wc -l) == 0 ]] || no "staging directories stay: $(ls -A)"
if mkdir small && mount -t tmpfs -o size=640k none small 2>/dev/null; then
    "$archvm" run rules.arch 2.facts -q -o small/out || no "the first output fits"
    before=$(find small/out -type f -exec cat {} + | sha256sum)
    "$archvm" run rules.arch 1.facts -o small/out 2>err && no "two outputs fit on the small disk"
    grep -q 'No space left' err || no "no reason on a full disk: $(cat err)"
    [[ $(find small/out -type f -exec cat {} + | sha256sum) == "$before" ]] || no "a full disk harmed the old output"
    umount small
fi

# Killed at any moment: the output is whole, old or new, and the next run cleans up.
now=2
for try in $(seq 1 30); do
    next=$((3 - now))
    "$archvm" run rules.arch $next.facts -q -o out &
    sleep "0.$(printf '%03d' $((try * 2)))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    if whole $next; then now=$next; elif ! whole $now; then no "killed at try $try: $(find out | head)"; fi
done
run 1.facts -q -o out || no "the run after the kills"
[[ $(find . -maxdepth 1 -name '.out*' | wc -l) == 0 ]] || no "stale staging directories stay: $(ls -A)"

# An old output that a killed fallback left aside is put back before anything else.
mv out .out.archvm-old
run 2.facts -q -o out --steps 1 2>/dev/null && no "a run of one step"
run 2.facts -q -o out || no "the run after a killed fallback"
whole 2 || no "not whole after a killed fallback"
[[ ! -e .out.archvm-old ]] || no "the old output stays aside"

# Two at a time: both end well, one of them wins.
run 1.facts -q -o out & a=$!
run 2.facts -q -o out & b=$!
wait $a || no "the first of two at a time"
wait $b || no "the second of two at a time"
whole 1 || whole 2 || no "two at a time made a mixture"

# Nobody else may read what the umask hides.
(umask 077 && run 1.facts -q -o private)
[[ $(stat -c %a private private/size.txt | tr '\n' ' ') == "700 600 " ]] || no "the umask is not kept"

# A file that stays the same is not written again, unless its rights or its bytes were changed.
inode() { stat -c %i "$1"; }
run 1.facts -q -o kept
chmod 600 kept/part1/file.txt
echo more >>kept/part2/file.txt
same=$(inode kept/part3/file.txt)
run 1.facts -q -o kept
[[ $(inode kept/part3/file.txt) == "$same" ]] || no "a file was written again that is the same"
[[ $(stat -c %h kept/part3/file.txt) == 1 ]] || no "a kept file has a second name"
[[ $(stat -c %a kept/part1/file.txt) != 600 ]] || no "a file of other rights was kept"
grep -q more kept/part2/file.txt && no "a changed file was kept"
run 2.facts -q -o kept
grep -q "size 2" kept/part3/file.txt || no "an old file was kept"
(umask 077 && run 2.facts -q -o kept)
[[ $(stat -c %a kept kept/size.txt kept/part3/file.txt | tr '\n' ' ') == "700 600 600 " ]] ||
    no "the umask is not kept by a second run"
exit $failed
