# Sourced after lib.sh by what makes whole releases: a small Cargo device, its one person, and the steps of
# a release, each with the program in $BATCHSEAL. A refusal's words stay in $WORK/last.log.
# shellcheck source=quality.sh
source "$(dirname "${BASH_SOURCE[0]}")/quality.sh"
readonly tag=v1.4.0 stem=tiny-1.4.0
readonly cargo_build=(cargo build --release --locked --offline --quiet)

git_as_developer() {
    git -c user.name=Developer -c user.email=developer@example.invalid -c commit.gpgsign=false -c tag.gpgsign=false "$@"
}

# device DIR: a committed and tagged device; its [signing] comes from standard input, its [gate.builder] from $builder
# and its remote from $remote where those are set. Whatever runs these scripts is not its CI.
device() {
    local dir=$1
    mkdir -p "$dir/src"
    cat >"$dir/Cargo.toml" <<'TOML'
[package]
name = "tiny"
version = "1.4.0"
edition = "2021"
license = "MIT"
publish = false
TOML
    echo 'fn main() { println!("tiny {}", env!("CARGO_PKG_VERSION")); }' >"$dir/src/main.rs"
    printf '/target\n/token\n' >"$dir/.gitignore"
    {
        cat <<'TOML'
schema = 1
[device]
name = "tiny"
manufacturer = "Example Devices (test)"
safety-class = "A"
finished = false
cyber-device = false
life-supporting = false
implantable = false
distribution = "none"
[release]
tag = "v{version}"
purpose = "demo"
first-release = true
field-action = false
confidential = false
evidence = "evidence.toml"
pipeline = ["Cargo.toml"]
approvals = ["authoriser"]
artifacts = [{ path = "target/release/tiny", name = "tiny" }]
[release.cargo]
packages = ["tiny"]
[[supplier]]
purl = "pkg:cargo/*"
name = "Example Devices (test)"
TOML
        printf '[gate.builder]\n%s\n' "${builder:-ci = \"local\"}"
        cat
    } >"$dir/batchseal.toml"
    (cd "$dir" && cargo generate-lockfile --offline --quiet && git init --quiet --initial-branch=main)
    (cd "$dir" && quality 1.4.0 "$("$BATCHSEAL" --version | cut -d' ' -f2)" Cargo.toml "${cargo_build[@]}")
    if [[ -n ${remote:-} ]]; then git -C "$dir" remote add origin "$remote"; fi
    git_as_developer -C "$dir" add --all
    git_as_developer -C "$dir" commit --quiet --message "release of ${dir##*/}

Change-Id: CR-1
Reviewed-by: Reviewer <reviewer@example.invalid>"
    git_as_developer -C "$dir" tag --annotate --message "$tag" "$tag"
}

commit_of() {
    git -C "$1" rev-parse HEAD
}

# trust_for DIR TO: a trust file for that device and its person; signers and anchors come from standard input.
trust_for() {
    [[ -e $WORK/person ]] || ssh-keygen -q -t ed25519 -N "" -C "" -f "$WORK/person"
    {
        cat <<TOML
schema = 1
[[device]]
name = "tiny"
facts = { safety-class = "A", finished = false, cyber-device = false, life-supporting = false, implantable = false, distribution = "none" }
policies = ["sha256:$(sha256sum <"$1/batchseal.toml" | cut -c1-64)"]
allow-purpose = ["demo"]
[[person]]
name = "Release Manager (test)"
roles = ["authoriser"]
ssh-key = "$(cut -d' ' -f1,2 "$WORK/person.pub")"
TOML
        cat
    } >"$2"
}

# candidate_of DIR OUT [option...]: builds and makes a candidate.
candidate_of() {
    local dir=$1 out=$2
    shift 2
    (cd "$dir" && env -u CI "$BATCHSEAL" release --tag "$tag" --out "$out" --stage candidate "$@" -- "${cargo_build[@]}")
}

# approve_of OUT TRUST: the person approves into OUT/approvals.
approve_of() {
    "$BATCHSEAL" approve "$1/$stem.candidate.zip" --trust "$2" --role authoriser --key "$WORK/person" --out "$1/approvals" \
        --answer "RG-04=accept:nothing was released before" "${quality_answers[@]}" --yes
}

# seal_of DIR OUT TRUST: in the device's folder, for files of its policy.
seal_of() {
    (cd "$1" && "$BATCHSEAL" seal "$2/$stem.candidate.zip" --approvals "$2/approvals" --trust "$3")
}

# verify_of OUT TRUST [option...]
verify_of() {
    local out=$1 trust=$2
    shift 2
    "$BATCHSEAL" verify "$out/$stem.evidence.zip" "$out/artifacts" --trust "$trust" "$@"
}

# unpack_of OUT BOX
unpack_of() {
    mkdir -p "$2"
    python3 -m zipfile -e "$1/$stem.evidence.zip" "$2"
}

# exits NAME CODE COMMAND...: the command must end with exactly that code.
exits() {
    local name=$1 expected=$2 code=0
    shift 2
    "$@" >"$WORK/last.log" 2>&1 || code=$?
    if [[ $code == "$expected" ]]; then
        result "PASS $name"
    else
        result "FAIL $name (exit $code, expected $expected)"
        tail -5 "$WORK/last.log"
    fi
}
