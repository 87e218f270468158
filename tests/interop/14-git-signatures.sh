# SSH signatures of tag and commit: what git calls good, Batchseal calls good, and git finds in the candidate again.
source "$LIB/lib.sh"
for program in git ssh-keygen cargo unzip; do needs "$program"; done

readonly desk=$WORK/git-signatures
readonly device=$desk/device reader=$desk/reader tag=v1.0.0
rm -rf "$desk"
mkdir -p "$device/src" "$reader"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
for name in person stranger; do ssh-keygen -q -t ed25519 -N "" -C "" -f "$desk/$name"; done
"$BATCHSEAL" --quiet key new --output "$desk/pipeline" --no-passphrase >"$WORK/last.log"
BATCHSEAL_KEY=$(<"$desk/pipeline.key")
export BATCHSEAL_KEY
printf 'person@roster namespaces="git" %s\n' "$(<"$desk/person.pub")" >"$desk/allowed_signers"

printf '[package]\nname = "tiny"\nversion = "1.0.0"\nedition = "2024"\nlicense = "Apache-2.0"\n\n[workspace]\n' >"$device/Cargo.toml"
printf 'fn main() {}\n' >"$device/src/main.rs"
printf '/target\n' >"$device/.gitignore"
cat >"$device/batchseal.toml" <<'POLICY'
schema = 1
[device]
name = "tiny"
manufacturer = "Example Devices (demo)"
safety-class = "B"
finished = true
cyber-device = false
life-supporting = false
implantable = false
udi = { scope = "none" }
[release]
tag = "v{version}"
purpose = "demo"
first-release = true
approvals = ["authoriser"]
artifacts = [{ path = "target/release/tiny", name = "tiny-linux" }]
[release.cargo]
packages = ["tiny"]
[signing]
key = "env:BATCHSEAL_KEY"
[gate]
sbom-profiles = ["fda-2026"]
[[supplier]]
purl = "pkg:cargo/tiny@*"
name = "Example Devices (demo)"
POLICY
cat >"$desk/trust.toml" <<TRUST
schema = 1
[[device]]
name = "tiny"
facts = { safety-class = "B", finished = true, cyber-device = false, life-supporting = false, implantable = false }
policies = ["sha256:$(sha256sum "$device/batchseal.toml" | cut -d' ' -f1)"]
allow-purpose = ["demo"]
tag-signature = "required"
commit-signature = "required"
[[signer]]
name = "pipeline"
may-sign = ["provenance", "sbom", "tests", "document", "record", "verdict", "seal"]
key-file = "pipeline.pub"
[[person]]
name = "Release Manager (example)"
roles = ["authoriser"]
ssh-key = "$(cut -d' ' -f1,2 "$desk/person.pub")"
[unsafe]
no-trusted-time = true
TRUST

in_repository() {
    local repository=$1
    shift
    git -C "$repository" -c user.name=Example -c user.email=person@example.invalid -c gpg.format=ssh \
        -c gpg.ssh.allowedSignersFile="$desk/allowed_signers" "$@"
}

# release_of KEY TAG-KEY: commit and tag of the device, each signed with its key; a new object each time.
release_of() {
    in_repository "$device" -c user.signingKey="$desk/$1.pub" commit --quiet --amend --no-edit -S
    in_repository "$device" -c user.signingKey="$desk/$2.pub" tag -f -s -m "tiny 1.0.0" "$tag" >"$WORK/last.log"
}
git_judges() {
    in_repository "$device" verify-commit "$tag^{commit}" && in_repository "$device" verify-tag "$tag"
}
# The candidate gate under the trust file; RG-01 must hold, whatever waits for a person.
batchseal_judges() {
    rm -rf "$desk/out"
    (cd "$device" && "$BATCHSEAL" --quiet release --tag "$tag" --stage candidate --out "$desk/out" \
        --trust "$desk/trust.toml" -- cargo build --release --offline --quiet)
}
both() {
    "$1" "git: $2" git_judges
    "$1" "batchseal: $2" batchseal_judges
}
# swap FROM TO: the tag made again with other words and the old signature.
swap() {
    local altered
    altered=$(in_repository "$device" cat-file tag "$tag" | sed "s/$1/$2/" | in_repository "$device" hash-object -t tag -w --stdin)
    in_repository "$device" update-ref "refs/tags/$tag" "$altered"
}

in_repository "$device" init --quiet -b main
(cd "$device" && cargo generate-lockfile --offline --quiet)
in_repository "$device" add --all
in_repository "$device" commit --quiet -m "Release 1.0.0"
release_of person person
both accepts "tag and commit of a person"

# The objects as the candidate keeps them, read into a repository that knows nothing else.
unzip -q -d "$desk/candidate" "$desk"/out/*.candidate.zip
in_repository "$reader" init --quiet
kept() {
    local kind=$1 id
    id=$(in_repository "$reader" hash-object -t "$kind" -w --literally "$2") && in_repository "$reader" "verify-$kind" "$id"
}
for kind in tag commit; do
    accepts "git verifies git/$kind of the candidate" kept "$kind" "$desk/candidate/git/$kind"
    sed 's/1\.0\.0$/1.0.1/' "$desk/candidate/git/$kind" >"$desk/altered"
    refuses "git refuses git/$kind altered" kept "$kind" "$desk/altered"
done

swap "tiny 1.0.0" "tiny 1.0.1"
both refuses "the tag's message altered"
release_of person stranger
both refuses "tag of a stranger"
release_of stranger person
both refuses "commit of a stranger"
in_repository "$device" tag -f -a -m "tiny 1.0.0" "$tag" >"$WORK/last.log"
both refuses "tag without a signature"
release_of person person
swap '^-----END SSH SIGNATURE-----$' '-----END-----'
both refuses "the tag's armour not closed"
release_of person person
both accepts "tag and commit of a person again"
