#!/usr/bin/env bash
# run.sh ARCHVM CASE: one case of the command line, in an empty folder. A case is sections that start with a line "== ...":
#
#   == file PATH        a file to make
#   == run COMMAND      a shell command line in that folder; `archvm` is ARCHVM
#   == stdout           what the command before must have written, in full; without the section: nothing
#   == stderr           the same for messages
#   == stdout has       lines, each of which must be part of a line that was written; the rest is free
#   == stderr has
#   == status N         its exit status; without the section: 0
#   == there PATH       which must exist after the command
#   == gone PATH        which must not
#
# Text before the first section says what the case shows.
set -uo pipefail
archvm=$1
case=$(readlink -f "$2")
folder=$(mktemp -d)
trap 'chmod -R u+rwx "$folder"; rm -rf "$folder"' EXIT
mkdir "$folder/work" "$folder/bin" "$folder/want"
ln -s "$(readlink -f "$archvm")" "$folder/bin/archvm"
export PATH=$folder/bin:$PATH LC_ALL=C TERM=dumb
unset NO_COLOR
cd "$folder/work" || exit 1

failed=0 runs=0 section="" target=""
command=""
no() {
    failed=1
    printf 'not ok - %s: %s\n' "$command" "$*"
}

compare() { # compare STREAM
    local want=$folder/want/$1 got=$folder/$1
    if [[ -f $want.has ]]; then
        while IFS= read -r line; do
            [[ -z $line ]] || grep -qF -- "$line" "$got" || no "$1 has no line with: $line"$'\n'"$(head -40 "$got")"
        done <"$want.has"
        return
    fi
    [[ -f $want ]] || : >"$want"
    diff -u --label "wanted $1" --label "found $1" "$want" "$got" || no "$1 differs"
}

finish() { # judge the command at work, if there is one
    [[ -n $command ]] || return 0
    runs=$((runs + 1))
    bash -c "$command" >"$folder/stdout" 2>"$folder/stderr" </dev/null
    local status=$? want=0 path
    [[ ! -f $folder/want/status ]] || want=$(cat "$folder/want/status")
    [[ $status == "$want" ]] || no "exit status $status, wanted $want"$'\n'"$(head -40 "$folder/stderr")"
    compare stdout
    compare stderr
    if [[ -f $folder/want/there ]]; then
        while IFS= read -r path; do [[ -e $path ]] || no "missing: $path"; done <"$folder/want/there"
    fi
    if [[ -f $folder/want/gone ]]; then
        while IFS= read -r path; do [[ ! -e $path ]] || no "left behind: $path"; done <"$folder/want/gone"
    fi
    rm -rf "$folder/want"
    mkdir "$folder/want"
    command=
}

while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line != "== "* ]]; then
        [[ -z $section ]] || printf '%s\n' "$line" >>"$target"
        continue
    fi
    section=${line#== }
    argument=${section#* }
    case $section in
    "file "*)
        finish
        target=$argument
        [[ $target != */* ]] || mkdir -p "${target%/*}"
        : >"$target"
        ;;
    "run "*)
        finish
        command=$argument
        target=/dev/null
        ;;
    stdout | stderr) target=$folder/want/$section && : >"$target" ;;
    "stdout has" | "stderr has") target=$folder/want/${section% has}.has && : >"$target" ;;
    "status "*) printf '%s\n' "$argument" >"$folder/want/status" && target=/dev/null ;;
    "there "*) printf '%s\n' "$argument" >>"$folder/want/there" && target=/dev/null ;;
    "gone "*) printf '%s\n' "$argument" >>"$folder/want/gone" && target=/dev/null ;;
    *)
        echo "$case: unknown section: $line"
        exit 1
        ;;
    esac
done <"$case"
finish
if [[ $runs == 0 ]]; then
    echo "$case: runs nothing"
    exit 1
fi
exit $failed
