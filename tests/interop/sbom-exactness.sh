#!/usr/bin/env bash
# Holds `batchseal sbom` against what cargo-auditable embeds in the built program.
#
# usage: tests/interop/sbom-exactness.sh [FOLDER…]
#
# Without folders: this repository, ripgrep, and a workspace with a procedural macro, build
# dependencies, platform-specific, optional and weak features, and development dependencies with
# extra features. Needs cargo with a network (first run), python3, and a built batchseal:
# BATCHSEAL=PATH, else target/release/batchseal, else target/debug/batchseal.
#
# cargo-auditable knows the packages in two ways:
#   exact  from the build plan that Cargo itself writes for each program (cargo -Zsbom). This is
#          what was compiled; our set has to be equal to it.
#   stock  from `cargo metadata`, which also counts weak and development features. Our set must not
#          hold anything that is not in it, and nothing shipped that it calls build-only.
# Exit 1 on any difference.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/target/interop
tools=$work/tools
mkdir -p "$work"

batchseal=${BATCHSEAL:-}
for candidate in "$root/target/release/batchseal" "$root/target/debug/batchseal"; do
    if [ -z "$batchseal" ] && [ -x "$candidate" ]; then batchseal=$candidate; fi
done
[ -x "$batchseal" ] || { echo "no batchseal to test: build it, or name it with BATCHSEAL" >&2; exit 2; }

[ -x "$tools/bin/cargo-auditable" ] || cargo install --locked --root "$tools" cargo-auditable@0.7.7
[ -x "$tools/bin/rust-audit-info" ] || cargo install --locked --root "$tools" rust-audit-info@0.5.4
export PATH=$tools/bin:$PATH

# Source of a published program, into $work/<name>.
published() {
    local name=$1 version=$2 probe=$work/probe-$1
    [ -d "$work/$name" ] && return
    mkdir -p "$probe/src"
    touch "$probe/src/lib.rs"
    printf '[package]\nname = "probe"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n[workspace]\n' \
        "$name" "$version" > "$probe/Cargo.toml"
    # A program without a library is fetched all the same, with a warning.
    (cd "$probe" && cargo fetch --quiet 2> /dev/null)
    cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$name-$version" "$work/$name"
    grep -q '^\[workspace' "$work/$name/Cargo.toml" || printf '\n[workspace]\n' >> "$work/$name/Cargo.toml"
    (cd "$work/$name" && cargo fetch --quiet --locked)
}

# A workspace of path packages in which every rule of the feature resolver matters.
made_up() {
    local folder=$work/made-up
    rm -rf "$folder"
    package() {
        mkdir -p "$folder/$1/src"
        printf '[package]\nname = "%s"\nversion = "1.0.0"\nedition = "2021"\n%b' "$1" "$2" > "$folder/$1/Cargo.toml"
        touch "$folder/$1/src/lib.rs"
    }
    local leaf
    for leaf in synlike heavy hostdep windep extra bigdep other devonly onunix onwindows never; do package "$leaf" ''; done
    package app 'build = "build.rs"
[features]
default = ["renamed"]
renamed = ["rn"]
weak = ["helper?/big"]
more = ["dep:extra", "weak"]
[dependencies]
core-lib = { path = "../core-lib" }
mac = { path = "../mac" }
nobuild = { path = "../nobuild" }
extra = { path = "../extra", optional = true }
helper = { path = "../helper", optional = true }
rn = { package = "other", path = "../other", optional = true }
[build-dependencies]
builder = { path = "../builder" }
[dev-dependencies]
core-lib = { path = "../core-lib", features = ["test-extra"] }
devonly = { path = "../devonly" }
[target."cfg(unix)".dependencies]
onunix = { path = "../onunix" }
[target."cfg(windows)".dependencies]
onwindows = { path = "../onwindows" }
core-lib = { path = "../core-lib", features = ["win-extra"] }
'
    rm "$folder/app/src/lib.rs"
    echo 'fn main() {}' | tee "$folder/app/src/main.rs" > "$folder/app/build.rs"
    package core-lib '[features]
test-extra = ["dep:heavy"]
host-extra = ["dep:hostdep"]
win-extra = ["dep:windep"]
[dependencies]
heavy = { path = "../heavy", optional = true }
hostdep = { path = "../hostdep", optional = true }
windep = { path = "../windep", optional = true }
'
    package mac '[lib]\nproc-macro = true\n[dependencies]\nsynlike = { path = "../synlike" }\n'
    package builder '[dependencies]\ncore-lib = { path = "../core-lib", features = ["host-extra"] }\n'
    package nobuild 'build = false\n[build-dependencies]\nnever = { path = "../never" }\n'
    package helper '[features]\nbig = ["dep:bigdep"]\n[dependencies]\nbigdep = { path = "../bigdep", optional = true }\n'
    printf '[workspace]\nresolver = "2"\nmembers = ["*"]\ndefault-members = ["app"]\n' > "$folder/Cargo.toml"
    (cd "$folder" && cargo generate-lockfile --quiet --offline)
}

# Builds with cargo-auditable and prints what the first program holds: `name version kind` a line.
embedded() {
    local folder=$1 mode=$2
    shift 2
    local options=(build --locked --message-format json --config 'profile.dev.package."*".opt-level=0')
    if [ "$mode" = exact ]; then
        # Only Cargo is told that unstable options are allowed; rustc stays as it is.
        export __CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS=nightly
        options+=(-Zsbom --config 'build.sbom=true')
    else
        unset __CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS
    fi
    # A program of another mode would be taken as fresh.
    local target=$work/build-$mode
    local program
    program=$(cd "$folder" && CARGO_TARGET_DIR=$target cargo-auditable auditable "${options[@]}" "$@" 2> "$work/build.log" | python3 -c '
import json, sys
found = [m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")]
print(found[0] if found else "")') || { tail -20 "$work/build.log" >&2; exit 1; }
    unset __CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS
    rust-audit-info "$program" | python3 -c '
import json, sys
for p in json.load(sys.stdin)["packages"]:
    print(p["name"], p["version"], p.get("kind", "runtime"))' | sort
}

ours() {
    local folder=$1
    shift
    "$batchseal" --quiet sbom --path "$folder" "$@" | python3 -c '
import json, sys
for c in json.load(sys.stdin)["components"]:
    print(c["name"], c["version"], "runtime" if c["scope"] == "required" else "build")' | sort
}

failed=0
printf '%-40s %6s %6s %6s  %s\n' source ours exact stock result
compare() {
    local folder=$1 label
    shift
    label="$(basename "$folder") $*"
    ours "$folder" "$@" > "$work/ours"
    embedded "$folder" exact "$@" > "$work/exact"
    embedded "$folder" stock "$@" > "$work/stock"
    local row
    if row=$(python3 - "$work/ours" "$work/exact" "$work/stock" <<'PYTHON'
import sys
ours, exact, stock = ({tuple(l.split()[:2]): l.split()[2] for l in open(path)} for path in sys.argv[1:])
problems = []
for name, extra in (("not compiled", ours.keys() - exact.keys()), ("not listed", exact.keys() - ours.keys()),
                    ("not in stock", ours.keys() - stock.keys())):
    if extra:
        problems.append(f"{name}: " + ", ".join(" ".join(p) for p in sorted(extra)))
shipped = [p for p, kind in ours.items() if kind == "runtime" and stock.get(p) != "runtime"]
if shipped:
    problems.append("shipped, but build-only in stock: " + ", ".join(" ".join(p) for p in sorted(shipped)))
more = sorted(p[0] for p in stock.keys() - exact.keys())
note = f"equal; stock also names {len(more)} that are not compiled" if more else "equal to both"
print(f"{len(ours):6} {len(exact):6} {len(stock):6}  " + ("DIFFERENT " + "; ".join(problems) if problems else note))
if more:
    print(" " * 42 + ", ".join(more))
sys.exit(bool(problems))
PYTHON
    ); then :; else failed=1; fi
    printf '%-40s %s\n' "$label" "$row"
}

if [ $# -gt 0 ]; then
    for folder in "$@"; do compare "$(cd "$folder" && pwd)"; done
else
    published ripgrep 15.2.0
    made_up
    compare "$work/made-up"
    compare "$work/made-up" --no-default-features
    compare "$work/made-up" --features more
    compare "$work/made-up" --features helper,more
    compare "$work/made-up" --all-features
    compare "$work/ripgrep"
    compare "$root"
fi
exit $failed
