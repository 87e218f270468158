# Sourced by ../12-sigstore.sh after clients.sh and ../device.sh: whole releases with [signing.keyless] under
# GitHub-shaped tokens, judged by Batchseal under exact claims and without leave to do without trusted time.
readonly keyless=$WORK/keyless workflow_commit=0a1b2c3d4e5f60718293a4b5c6d7e8f901234567
readonly sealing_workflow=example-devices/release-workflows/.github/workflows/seal.yml@refs/tags/v2.0.0
# What the certificate says must be what the policy and the clone say (RG-06).
readonly repository=https://github.com/example-devices/infusion-pump-controller
readonly sealing_identity=https://github.com/$sealing_workflow

# keyless_device DIR: its [signing.keyless] comes from standard input; the instance's files lie in it.
keyless_device() {
    mkdir -p "$1"
    cp "$TRUSTED_ROOT" "$1/trusted_root.json"
    cp "$SIGNING_CONFIG" "$1/signing_config.json"
    { echo '[signing.keyless]'; cat; } |
        builder=$'ci = "local"\nrepository = "'"$repository"$'"' remote=$repository device "$1"
}

# keyless_trust DIR TO ROOT [NAME=VALUE]: every claim of the two workflows, exactly; one of the first's may be another.
keyless_trust() {
    local root=$3 other=${4:-} name value line
    name=${other%%=*} value=${other#*=}
    cp "$root" "$2.root.json"
    trust_for "$1" "$2" < <(
        cat <<TOML
[[sigstore]]
name = "interop"
trusted-root = "$(basename "$2").root.json"
stamps = 1
[[signer]]
name = "release workflow"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record"]
TOML
        workflow_claims "$GITHUB_IDENTITY" push | while read -r line; do
            if [[ ${line%% *} == "$name" ]]; then line="$name = \"$value\""; fi
            printf '%s\n' "$line"
        done
        cat <<TOML
workflow-digest = "$workflow_commit"
[[signer]]
name = "sealing workflow"
may-sign = ["verdict", "seal"]
$(workflow_claims "$sealing_identity" workflow_dispatch)
ref = "refs/heads/main"
of-batch = false
TOML
    )
}

# workflow_claims IDENTITY TRIGGER
workflow_claims() {
    cat <<TOML
sigstore = "interop"
issuer = "$OIDC_GITHUB"
workflow = "$1"
repository-id = "701234567"
owner-id = "81234567"
runner = "github-hosted"
trigger = "$2"
TOML
}

# as_release DIR [token option...] -- COMMAND...: with the token of the release job for DIR's commit.
as_release() {
    local dir=$1 options=()
    shift
    while [[ $1 != -- ]]; do options+=("$1"); shift; done
    shift
    SIGSTORE_ID_TOKEN=$(token github --claim "sha=$(commit_of "$dir")" "${options[@]}") "$@"
}

# as_sealing COMMAND...: with the token of another workflow, on another commit.
as_sealing() {
    SIGSTORE_ID_TOKEN=$(token github --claim "job_workflow_ref=$sealing_workflow" --claim ref=refs/heads/main \
        --claim event_name=workflow_dispatch --claim sha=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) "$@"
}

# not_there NAME FILE
not_there() {
    accepts "$1" test ! -e "$2"
}

readonly with_config='signing-config = "signing_config.json"
trusted-root = "trusted_root.json"'

# The way of a release, as two workflows and one person go it.
a_release() {
    keyless_device "$keyless/device" <<<"$with_config"
    keyless_trust "$keyless/device" "$keyless/trust.toml" "$TRUSTED_ROOT"
    exits "a keyless candidate is made" 0 as_release "$keyless/device" -- \
        candidate_of "$keyless/device" "$keyless/out" --trust "$keyless/trust.toml"
    exits "a person approves it" 0 approve_of "$keyless/out" "$keyless/trust.toml"
    exits "the release workflow may not seal" 1 as_release "$keyless/device" -- \
        seal_of "$keyless/device" "$keyless/out" "$keyless/trust.toml"
    not_there "... and leaves no bundle" "$keyless/out/$stem.evidence.zip"
    exits "the sealing workflow seals it" 0 as_sealing seal_of "$keyless/device" "$keyless/out" "$keyless/trust.toml"
    exits "it verifies with trusted time and exact claims" 0 verify_of "$keyless/out" "$keyless/trust.toml"
    says "... dated by the timestamp authority" "as RFC 3161 stamp"
    if grep -q '^\[unsafe\]' "$keyless/trust.toml"; then result "FAIL the trust file has unsafe settings"; fi
    unpack_of "$keyless/out" "$keyless/box"
}

# The seal is covered by no digest, so what stands in it beside its statement must be covered by signatures or
# compared: every certificate in the stamp too, which other clients pass over.
altered_seals() {
    local number
    for number in {0..27}; do
        python3 "$LIB/evidence.py" reseal "$keyless/out/$stem.evidence.zip" "$number" "$keyless/altered.zip"
        exits "verify refuses the seal altered at place $number" 1 \
            "$BATCHSEAL" verify "$keyless/altered.zip" --bundle-only --trust "$keyless/trust.toml"
    done
    says "... and not for the container's sake" "seal does not verify"
}

# The same bundle under trust files that know another pipeline or another instance.
other_trust() {
    local claim value root
    while read -r claim value; do
        keyless_trust "$keyless/device" "$keyless/other.toml" "$TRUSTED_ROOT" "$claim=$value"
        exits "verify refuses another $claim in the trust file" 1 verify_of "$keyless/out" "$keyless/other.toml"
        says "... by name" "$claim is"
    done <<CLAIMS
repository-id 701234568
owner-id 81234568
runner self-hosted
trigger schedule
issuer $OIDC_GITLAB
workflow ${GITHUB_IDENTITY}x
CLAIMS
    for root in fulcio ct rekor tsa all; do
        keyless_trust "$keyless/device" "$keyless/other.toml" "$SIGSTORE_DIR/others/$root.json"
        exits "verify refuses another instance's $root" 1 verify_of "$keyless/out" "$keyless/other.toml"
    done
    keyless_trust "$keyless/device" "$keyless/other.toml" "$TRUSTED_ROOT"
    sed -i '/^of-batch/d; /^ref = /d' "$keyless/other.toml"
    exits "verify refuses a seal that is not of the batch's commit" 1 verify_of "$keyless/out" "$keyless/other.toml"
    says "... by name" "commit is \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\""
}

# Jobs that are not the one the trust file names: refused before anybody is asked to approve.
other_jobs() {
    local what claim words number=0
    while IFS='|' read -r what claim words; do
        number=$((number + 1))
        exits "release refuses a job of $what" 1 as_release "$keyless/device" --claim "$claim" -- \
            candidate_of "$keyless/device" "$keyless/job$number" --trust "$keyless/trust.toml"
        says "... by name" "$words"
        not_there "... and leaves no candidate" "$keyless/job$number/$stem.candidate.zip"
    done <<'JOBS'
another repository of that name|repository_id=1|repository-id is "1" (expected "701234567")
another owner|repository_owner_id=1|owner-id is "1" (expected "81234567")
another tag|ref=refs/tags/v1.4.1|ref is "refs/tags/v1.4.1" (expected "refs/tags/v1.4.0")
a branch|ref=refs/heads/v1.4.0|ref is "refs/heads/v1.4.0"
another batch's commit|sha=cccccccccccccccccccccccccccccccccccccccc|commit is "cccccccccccccccccccccccccccccccccccccccc"
a pull request|event_name=pull_request|trigger is "pull_request" (expected "push")
another runner|runner_environment=self-hosted|runner is "self-hosted"
another state of the workflow|job_workflow_sha=dddddddddddddddddddddddddddddddddddddddd|workflow-digest is
JOBS
}

# Tokens that no service takes; the first two are not even sent.
other_tokens() {
    exits "release refuses an expired token" 3 as_release "$keyless/device" --expired -- candidate_of "$keyless/device" "$keyless/token1"
    says "... and says since when" "expired at"
    exits "release refuses a token for another audience" 3 as_release "$keyless/device" --audience elsewhere -- \
        candidate_of "$keyless/device" "$keyless/token2"
    says "... and names both" 'is for the audience "elsewhere" (expected "sigstore")'
    exits "release passes on Fulcio's refusal of a forged token" 4 as_release "$keyless/device" --forged -- \
        candidate_of "$keyless/device" "$keyless/token3"
    exits "release needs a token" 2 candidate_of "$keyless/device" "$keyless/token4"
    says "... and says so" "no identity token is at hand"
}

# A pipeline whose own trusted root is of another instance believes none of what it just signed.
other_roots() {
    local root
    for root in fulcio ct rekor tsa; do
        mkdir -p "$keyless/with-$root"
        cp "$SIGSTORE_DIR/others/$root.json" "$keyless/with-$root/other.json"
        keyless_device "$keyless/with-$root" <<<"${with_config/trusted_root.json/other.json}"
        exits "release refuses another instance's $root" 1 as_release "$keyless/with-$root" -- \
            candidate_of "$keyless/with-$root" "$keyless/root-$root"
        not_there "... and leaves no candidate" "$keyless/root-$root/$stem.candidate.zip"
    done
}

# restart NAME: the same program with the same arguments, after `halt NAME`.
halt() {
    local pid
    pid=$(<"$instance/pids/$1")
    mapfile -d '' -t halted <"/proc/$pid/cmdline"
    kill "$pid"
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
    kill -KILL "$pid"
}
restart() {
    setsid "${halted[@]}" >>"$instance/logs/$1.log" 2>&1 </dev/null &
    echo $! >"$instance/pids/$1"
    for _ in {1..100}; do curl --fail --silent --output /dev/null "$2" && return; sleep 0.1; done
    return 1
}

# Rekor goes away; the run says whom it could not reach and leaves nothing, and a second run goes through.
an_outage() {
    local out=$keyless/outage
    halt rekor
    exits "release ends when the log is down" 4 as_release "$keyless/device" -- candidate_of "$keyless/device" "$out"
    says "... and names it" "transparency log"
    not_there "... and leaves no candidate" "$out/$stem.candidate.zip"
    accepts "... nor any attestation" test -z "$(find "$out" -name '*.sigstore.json')"
    accepts "the log comes back" restart rekor "$REKOR_URL/healthz"
    exits "release goes through after the outage" 0 as_release "$keyless/device" -- \
        candidate_of "$keyless/device" "$out" --trust "$keyless/trust.toml"
    halt rekor
    accepts "a person approves while the log is down" approve_of "$out" "$keyless/trust.toml"
    exits "seal ends when the log is down" 4 as_sealing seal_of "$keyless/device" "$out" "$keyless/trust.toml"
    not_there "... and leaves no bundle" "$out/$stem.evidence.zip"
    accepts "the log comes back again" restart rekor "$REKOR_URL/healthz"
    exits "seal goes through after the outage" 0 as_sealing seal_of "$keyless/device" "$out" "$keyless/trust.toml"
    exits "what it sealed verifies" 0 verify_of "$out" "$keyless/trust.toml"
}

# Services as plain addresses in place of a configuration.
plain_addresses() {
    local name tsa code
    while read -r name code tsa; do
        keyless_device "$keyless/$name" <<TOML
fulcio = "$FULCIO_URL"
rekor = "$REKOR_URL"
timestamp-authorities = ["$tsa"]
trusted-root = "trusted_root.json"
TOML
        exits "release with $name" "$code" as_release "$keyless/$name" -- candidate_of "$keyless/$name" "$keyless/out-$name"
        if [[ $code != 0 ]]; then
            says "... names the service" "timestamp authority"
            not_there "... and leaves no candidate" "$keyless/out-$name/$stem.candidate.zip"
        fi
    done <<ADDRESSES
plain-addresses 0 $TSA_URL
a-wrong-TSA-path 4 $TSA_URL/elsewhere
a-TSA-that-is-none 4 $REKOR_URL
a-closed-TSA-port 4 http://127.0.0.1:1/
ADDRESSES
}

# HOW-TO-VERIFY.md of a keyless bundle, followed to the letter with the root and the names from outside.
readonly desk=$keyless/desk
follow() {
    (
        cd "$desk" && rm -rf evidence
        export PIPELINE=$GITHUB_IDENTITY SEALER=$sealing_identity ISSUER=$1
        bash "$keyless/how-to.sh"
    )
}
the_instructions() {
    mkdir -p "$desk"
    cp -r "$keyless/out/artifacts" "$keyless/out/$stem.evidence.zip" "$desk/"
    cp "$TRUSTED_ROOT" "$desk/trusted_root.json"
    echo "release-manager $(cut -d' ' -f1,2 "$WORK/person.pub")" >"$desk/allowed_signers"
    { echo 'set -euo pipefail'; sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$keyless/box/HOW-TO-VERIFY.md"; } |
        sed 's/ -I NAME / -I release-manager /' >"$keyless/how-to.sh"
    accepts "HOW-TO-VERIFY.md of a keyless bundle followed to the letter" follow "$OIDC_GITHUB"
    says "... verifies the record" "record OK"
    says "... and what is sealed" "nothing missing, nothing extra"
    refuses "HOW-TO-VERIFY.md refuses another issuer" follow "$OIDC_GITLAB"
    cp "$SIGSTORE_DIR/others/rekor.json" "$desk/trusted_root.json"
    refuses "HOW-TO-VERIFY.md refuses another instance's rekor" follow "$OIDC_GITHUB"
}
