#!/usr/bin/env bash
# Policies that break a rule are caught. Each file of gate/ is a layer that breaks one, and begins with what must happen:
#
#   // ITEM refused EXAMPLE             exit status 1 and a numbered line with ITEM
#   // ITEM repaired EXAMPLE "SHOWN"    exit status 0, ITEM repaired in the report, SHOWN in what is written
#
# Every item of the catalogue's group A10 that the shipped rules check is broken by one of them. Usage: gate.sh ARCHVM SOURCE_DIR
set -uo pipefail
archvm=$1
cd "$2" || exit 2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
wrong=0 files=0
say() { echo "$1"; wrong=1; }
items=" "
for layer in tests/rules/gate/*.arch; do
  files=$((files + 1))
  read -r _ item way example shown < <(head -1 "$layer")
  brief=examples/$example/brief.facts
  items="$items$item "
  status=0
  "$archvm" run rules "$layer" "$brief" -o "$out/files" >/dev/null 2>"$out/err" || status=$?
  case $way in
  refused)
    [[ $status == 1 ]] || say "$layer: exit status $status, not 1: $(head -5 "$out/err")"
    grep -qE "^ +[0-9]+\. $item " "$out/err" || say "$layer: no numbered line names $item: $(head -5 "$out/err")"
    [[ ! -e $out/files ]] || say "$layer: something was written"
    ;;
  repaired)
    [[ $status == 0 ]] || say "$layer: exit status $status, not 0: $(head -5 "$out/err")"
    grep -qE "^\| $item \|" "$out/files/ARCHITECTURE.md" 2>/dev/null || say "$layer: the report does not say that $item was repaired"
    shown=${shown#\"} shown=${shown%\"}
    grep -rqF -- "$shown" "$out/files" || say "$layer: nothing written shows $shown"
    ;;
  *) say "$layer does not begin with: // ITEM refused|repaired EXAMPLE" ;;
  esac
  rm -rf "$out/files"
done
while read -r item; do
  [[ $items == *" $item "* ]] || say "no layer of tests/rules/gate breaks $item"
done < <(grep -rhoE 'item +"A10-[0-9]+"' rules | grep -oE 'A10-[0-9]+' | sort -u)
echo "$files layers that break a rule"
exit "$wrong"
