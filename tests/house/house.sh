#!/usr/bin/env bash
# house.sh CHECK ROOT [ARGUMENT...]: the rules of this code base that no compiler knows. Prints a line
# per breach, with its place; exit status 1 when there is one. CHECK is one of the functions below.
#
# Forbidden words are spelt with a bracket (as in wor[d]) so that this file does not hold them.
set -euo pipefail
shopt -s nullglob

check=$1
root=$2
shift 2
cd "$root"

files() { # files PATTERN...: the project's files under these git path patterns, a line each
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -co --exclude-standard -- "$@" | while IFS= read -r file; do
            if [[ -f $file ]]; then printf '%s\n' "$file"; fi
        done
    else
        local pattern
        for pattern in "$@"; do
            find . \( -name .git -o -path ./build -o -path ./out -o -name node_modules \) -prune -o \
                -type f -path "./$pattern" -print
        done | sed 's|^\./||' | sort -u
    fi
}

search() { # search [-i] REGEX PATTERN...: matching lines of those files, with file and line
    local options=-InEH
    if [[ $1 == -i ]]; then
        options+=i
        shift
    fi
    local regex=$1
    shift
    files "$@" | xargs -r -d '\n' grep "$options" -- "$regex" | cut -c1-180 || true
}

report() { # report MESSAGE <breaches: prints them under the message; fails when there are any
    local breaches
    breaches=$(cat)
    if [[ -n $breaches ]]; then
        printf '%s:\n%s\n' "$1" "$breaches"
        return 1
    fi
}

# A folder of src/ includes itself and the folders before it. The public header is for engine and
# what follows, generated headers are for syntax, and cli sees archvm.h and base alone.
includes() {
    # shellcheck disable=SC2016 # the program is awk's
    files 'src/*.c' 'src/*.h' 'grammar/*' | xargs -r -d '\n' awk '
        BEGIN {
            n = split("base source prose syntax sema code facts outline vm oracle emit analysis lsp engine cli", order, " ")
            for (i = 1; i <= n; i++) rank[order[i]] = i
        }
        FNR == 1 {
            split(FILENAME, part, "/")
            here = part[1] == "grammar" ? "syntax" : part[2]
            if (here != "include" && !(here in rank)) print FILENAME ": a folder without a place in the order"
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            target = $0
            sub(/^[^"]*"/, "", target)
            sub(/".*/, "", target)
            place = FILENAME ":" FNR ": "
            if (target == "archvm.h" || target == "include/archvm.h") {
                if (rank[here] < rank["analysis"]) print place here " includes the public header"
            } else if (target !~ "/") {
                if (here != "syntax") print place "name the folder: \"" target "\""
            } else {
                there = target
                sub(/\/.*/, "", there)
                if (!(there in rank)) print place "no such folder: \"" target "\""
                else if (here == "include") print place "the public header stands alone"
                else if (rank[there] > rank[here]) print place here " includes " there
                else if (here == "cli" && there != "cli" && there != "base")
                    print place "cli includes " there
            }
        }' | report "includes against the order of the pipeline"
}

# Every header of src/ compiles alone. ARGUMENTS: compiler, folder of generated headers.
headers() {
    local compiler=$1 generated=$2 header
    files 'src/*.h' | while IFS= read -r header; do
        # Tables of X( ) lines are made to be included many times and need their reader.
        if grep -qE '^ *AV_[A-Z_]*\(|^ *X\(' "$header" && ! grep -qE '^#ifndef' "$header"; then continue; fi
        printf '#include "%s"\n' "${header#src/}" |
            "$compiler" -std=c17 -fsyntax-only -Isrc -Isrc/include "-I$generated" -x c - >/dev/null 2>&1 ||
            echo "$header"
    done | report "headers that do not compile alone"
}

# What the library needs from outside is listed in allowed_symbols.txt; what it takes from the
# allocator of C, in one object only. ARGUMENTS: libarchvm.a.
symbols() {
    local archive=$1 list
    list=$(dirname "${BASH_SOURCE[0]}")/allowed_symbols.txt
    [[ -f $list ]] || list=$root/tests/house/allowed_symbols.txt
    nm -A -P "$archive" | awk -v list="$list" '
        BEGIN {
            while ((getline line < list) > 0) {
                if (line == "" || line ~ /^#/) continue
                split(line, field, /[ \t]+/)
                only[field[1]] = field[2]
            }
        }
        {
            object = $1
            sub(/^.*\[/, "", object)
            sub(/\]:.*$/, "", object)
            if ($3 == "U") needs[$2] = needs[$2] " " object
            else if ($3 != "w" && $3 != "v") has[$2] = 1
        }
        END {
            for (name in needs) {
                if (name in has) continue
                found = 0
                for (pattern in only) {
                    if (name !~ "^" pattern "$") continue
                    found = 1
                    m = split(needs[name], objects, " ")
                    for (i = 1; i <= m && only[pattern] != ""; i++)
                        if (objects[i] != only[pattern]) print name " in " objects[i]
                }
                if (!found) print name " in" needs[name]
            }
        }' | sort | report "symbols from outside that the library may not use (tests/house/allowed_symbols.txt)"
}

# No object of the library has data that can be written. ARGUMENTS: libarchvm.a.
state() {
    nm -A -f sysv "$1" | awk -F '|' '
        $NF ~ /^[ \t]*(\.data|\.bss|\.tdata|\.tbss|\.data\.[^r].*|\.bss\..*|\*COM\*)[ \t]*$/ &&
        $4 ~ /OBJECT|TLS/ { gsub(/[ \t]+/, "", $1); print $1 }' |
        report "global state in the library"
}

# The shared library exports the public names and nothing else. ARGUMENTS: libarchvm.so.
exports() {
    nm -D --defined-only -P "$1" | awk '$1 !~ /^archvm_/ && $1 !~ /^_(init|fini)$/ { print $1 }' |
        report "exported names that are not archvm_*"
    if ! nm -D --defined-only -P "$1" | grep -q '^archvm_'; then
        echo "the shared library exports nothing"
        return 1
    fi
}

# Policy lives in rules/: the engine and the grammar know nothing of what it speaks about.
domain() {
    search -i '\b(postgres(ql)?|mysql|mongodb|dynamodb|redis|kafka|rabbitmq|elasticsearch|kubernetes|lambda|aws|azure|hipaa|gdpr|soc ?2|microservices?|monolith(ic)?|serverless|saas)\b' \
        'src/*.c' 'src/*.h' 'grammar/*' | report "C or grammar that names things of the domain"
}

words() {
    local failed=0
    search '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K]|[Nn]ot implemente[d]|[Uu]nimplemente[d]|[Pp]laceholde[r])\b' \
        'src/*' 'grammar/*' 'rules/*' 'stdlib/*' 'tests/*' 'tools/*' 'docs/*' '*.md' CMakeLists.txt |
        report "unfinished work" || failed=1
    search -i '\bstu[b](s|bed)?\b' 'src/*' 'grammar/*' 'tools/*' | report "unfinished work" || failed=1
    search '(\.\./share[d]|/wor[k]/(main|wt|share[d]|lead)|[Ss]essio[n] [0-9]|\b[Ii]ssu[e] #?[0-9]+)' '*' |
        report "words that do not belong in the project" || failed=1
    search -i '(clau[d]e|anthro[p]ic|chat[g]pt)' 'src/*' 'grammar/*' 'tools/*' 'tests/*' 'docs/*' '*.md' |
        report "words that do not belong in the project" || failed=1
    search '"resolve[d]": *"https?://|registr[y]\.' '*.json' '*.yaml' '*.yml' '*.lock' '*.npmrc' |
        report "addresses of package registries" || failed=1
    return "$failed"
}

size() {
    files 'src/*' 'grammar/*' 'rules/*' 'stdlib/*' 'tools/*' 'tests/*.c' 'tests/*.h' 'tests/*.sh' 'tests/*.mjs' |
        xargs -r -d '\n' awk '
            FNR == 1 && last != "" && lines > 1000 { print last " (" lines " lines)" }
            { last = FILENAME; lines = FNR }
            END { if (lines > 1000) print last " (" lines " lines)" }' |
        report "files over a thousand lines"
}

# Relative links of the project's Markdown lead to files that exist; a #part, to a heading of that page. What archvm wrote is
# looked at by the validators.
links() {
    # shellcheck disable=SC2016 # the program is awk's
    files '*.md' | { grep -vE '^tests/external/samples/|^examples/[^/]*/output/' || true; } | xargs -r -d '\n' awk '
        function slug(title) {
            title = tolower(title)
            gsub(/[^a-z0-9_ -]/, "", title)
            gsub(/ /, "-", title)
            return title
        }
        function headings(page,   line, fenced) {
            if (page in known) return
            known[page] = 1
            while ((getline line < page) > 0) {
                if (line ~ /^ *```/) fenced = !fenced
                if (!fenced && line ~ /^#+ /) { sub(/^#+ +/, "", line); has[page, slug(line)] = 1 }
            }
            close(page)
        }
        FNR == 1 { fenced = 0; folder = FILENAME; if (!sub(/[^\/]*$/, "", folder)) folder = "" }
        /^ *```/ { fenced = !fenced }
        fenced { next }
        {
            rest = $0
            gsub(/`[^`]*`/, "", rest)
            while (match(rest, /\]\([^) ]+\)/)) {
                target = substr(rest, RSTART + 2, RLENGTH - 3)
                rest = substr(rest, RSTART + RLENGTH)
                if (target ~ /^[a-z]+:/) continue
                part = ""
                if (match(target, /#/)) { part = substr(target, RSTART + 1); target = substr(target, 1, RSTART - 1) }
                page = target == "" ? FILENAME : folder target
                if (system("test -e \"" page "\"") != 0) print FILENAME ":" FNR ": " page " does not exist"
                else if (part != "") {
                    headings(page)
                    if (!((page, part) in has)) print FILENAME ":" FNR ": " page " has no heading #" part
                }
            }
        }' | report "links that lead nowhere"
}

scripts() {
    local failed=0 file list=()
    while IFS= read -r file; do
        case $file in tests/external/samples/*) continue ;; esac
        if [[ $file == *.sh ]] || head -c 64 "$file" | head -1 | grep -qaE '^#!.*\b(ba)?sh\b'; then
            list+=("$file")
            bash -n "$file" || failed=1
            if [[ $file != tools/lib.sh && ! -x $file ]]; then
                echo "$file: no run bit"
                failed=1
            fi
        fi
    done < <(files 'tools/*' 'tests/*' '.ci/*')
    ((${#list[@]} == 0)) || shellcheck -x "${list[@]}" || failed=1
    return "$failed"
}

# Layouts differ between versions of clang-format: only the one the tree is laid out by can say.
layout() {
    local version
    version=$(clang-format --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
    if [[ $version != 14 ]]; then
        echo "clang-format 14 lays out this tree; here is version ${version:-none}"
        return 77
    fi
    files 'src/*.[ch]' 'tests/*.[ch]' 'examples/*.[ch]' |
        xargs -r -d '\n' clang-format --dry-run 2>&1 | { grep -E '^[^ ].*: warning:' || true; } |
        report "C files in another layout than .clang-format's"
}

case $check in
includes | headers | symbols | state | exports | domain | words | size | links | scripts | layout) "$check" "$@" ;;
*)
    echo "house.sh: no check named $check" >&2
    exit 2
    ;;
esac
