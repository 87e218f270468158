# SSH signatures of tag and commit: what git calls good, Batchseal calls good, and git finds in the candidate again.
source "$LIB/lib.sh"
source "$LIB/device.sh"
for program in git ssh-keygen cargo unzip; do needs "$program"; done

readonly home=$WORK/git-signatures
readonly device=$home/device reader=$home/reader
mkdir -p "$home" "$reader"
"$BATCHSEAL" --quiet key new --output "$home/pipeline" --no-passphrase >"$WORK/last.log"
BATCHSEAL_KEY=$(<"$home/pipeline.key")
export BATCHSEAL_KEY

printf '[signing]\nkey = "env:BATCHSEAL_KEY"\n' | device "$device"
trust_for "$device" "$home/roster.toml" <<'TOML'
[[signer]]
name = "pipeline"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record", "verdict", "seal"]
key-file = "pipeline.pub"
[unsafe]
no-trusted-time = true
TOML
sed 's/^allow-purpose .*/&\ntag-signature = "required"\ncommit-signature = "required"/' "$home/roster.toml" >"$home/trust.toml"
ssh-keygen -q -t ed25519 -N "" -C "" -f "$home/stranger"
cp "$WORK/person" "$WORK/person.pub" "$home/"
printf 'person@roster namespaces="git" %s\n' "$(<"$home/person.pub")" >"$home/allowed_signers"

in_repository() {
    local repository=$1
    shift
    git_as_developer -C "$repository" -c gpg.format=ssh -c gpg.ssh.allowedSignersFile="$home/allowed_signers" "$@"
}
# signed_by KEY TAG-KEY: commit and tag of the device made again, each signed with its key.
signed_by() {
    in_repository "$device" -c user.signingKey="$home/$1.pub" commit --quiet --amend --no-edit -S
    in_repository "$device" -c user.signingKey="$home/$2.pub" tag -f -s -m "tiny 1.4.0" "$tag" >"$WORK/last.log"
}
# altered SCRIPT: the tag changed by sed, with its old signature.
altered() {
    local id
    id=$(in_repository "$device" cat-file tag "$tag" | sed "$1" | in_repository "$device" hash-object -t tag -w --stdin)
    in_repository "$device" update-ref "refs/tags/$tag" "$id"
}
# verify REPOSITORY KIND OBJECT: git ends by SIGPIPE when ssh-keygen refuses before it has read everything.
verify() {
    local code=0
    in_repository "$1" "verify-$2" "$3" || code=$?
    return $((code == 141 ? 1 : code))
}
git_judges() {
    verify "$device" commit "$tag^{commit}" && verify "$device" tag "$tag"
}
batchseal_judges() {
    rm -rf "$home/out"
    candidate_of "$device" "$home/out" --trust "$home/trust.toml" --format json
}
both_accept() {
    accepts "git verifies $1" git_judges
    exits "Batchseal makes a candidate of $1" 0 batchseal_judges
}
# both_refuse NAME CODE: git, and RG-01 by that finding.
both_refuse() {
    refuses "git refuses $1" git_judges
    exits "Batchseal makes no candidate of $1" 1 batchseal_judges
    cp "$WORK/last.log" "$home/refusal"
    accepts "... because of $2" grep -q "$2" "$home/refusal"
}

signed_by person person
both_accept "tag and commit of a person"

# The objects as the candidate keeps them, read into a repository that knows nothing else.
unzip -q -d "$home/candidate" "$home/out/$stem.candidate.zip"
in_repository "$reader" init --quiet
kept() {
    local kind=$1 id
    id=$(in_repository "$reader" hash-object -t "$kind" -w --literally "$2") && verify "$reader" "$kind" "$id"
}
for kind in tag commit; do
    accepts "git verifies git/$kind of the candidate" kept "$kind" "$home/candidate/git/$kind"
    sed 's/^author/author x/; s/1\.4\.0$/1.4.1/' "$home/candidate/git/$kind" >"$home/altered"
    refuses "git refuses git/$kind altered" kept "$kind" "$home/altered"
done

altered 's/tiny 1\.4\.0/tiny 1.4.1/'
both_refuse "a tag with another message" tag-signature-bad
signed_by person stranger
both_refuse "a stranger's tag" tag-signer-unknown
signed_by stranger person
both_refuse "a stranger's commit" commit-signer-unknown
in_repository "$device" tag -f -a -m "tiny 1.4.0" "$tag" >"$WORK/last.log"
both_refuse "a tag without signature" tag-unsigned
signed_by person person
altered 's/^-----END SSH SIGNATURE-----$/-----END-----/'
both_refuse "a tag whose armour is not closed" tag-signature-bad
signed_by person person
both_accept "tag and commit of a person again"
