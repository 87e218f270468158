# A release with a key of one's own, dated by the Sigstore project's timestamp server: OpenSSL judges every stamp,
# Batchseal asks for trusted time, and a second authority carries on what the first one's certificate ends.
source "$LIB/lib.sh"
source "$LIB/device.sh"
source "$LIB/tsa.sh"
for program in timestamp-server jq curl openssl cargo; do needs "$program"; done

readonly home=$WORK/own-key
mkdir -p "$home"
tsa_keys "$home/first" 30
tsa_keys "$home/second" 3650
tsa_keys "$home/stranger" 30
first_port=$(free_port) second_port=$(free_port)
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$home/pipeline.pem" 2>/dev/null
chmod 600 "$home/pipeline.pem"
openssl pkey -in "$home/pipeline.pem" -pubout -out "$home/pipeline.pub"
trap tsa_stop EXIT

# signing PORT: the [signing] of a policy in a folder below $home.
signing() {
    cat <<TOML
[signing]
key = "file:../pipeline.pem"
[[signing.timestamp-authority]]
url = "http://127.0.0.1:$1/api/v1/timestamp"
certificates-file = "tsa.pem"
TOML
}

# trust TO AUTHORITY...
trust() {
    local to=$1 authority
    shift
    trust_for "$home/device" "$to" < <(
        cat <<TOML
[[signer]]
name = "release pipeline"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record", "verdict", "seal", "addendum"]
key-file = "pipeline.pub"
TOML
        for authority in "$@"; do
            printf '[[timestamp-authority]]\nname = "%s"\ncertificates-file = "%s/root.pem"\n' "$authority" "$authority"
        done
    )
}

mkdir -p "$home/device"
cp "$home/first/chain.pem" "$home/device/tsa.pem"
signing "$first_port" | device "$home/device"
trust "$home/trust.toml" first
trust "$home/stranger.toml" stranger
trust "$home/both.toml" first second
in_days() {
    date -u -d "+$1 days" +%F
}

a_release() {
    exits "release ends when the authority is down" 4 candidate_of "$home/device" "$home/out"
    accepts "... and leaves no candidate" test ! -e "$home/out/$stem.candidate.zip"
    accepts "the timestamp server starts" tsa_start "$home/first" "$first_port"
    exits "a stamped candidate is made" 0 candidate_of "$home/device" "$home/out" --trust "$home/trust.toml"
    exits "a person approves it" 0 approve_of "$home/out" "$home/trust.toml"
    exits "it is sealed" 0 seal_of "$home/device" "$home/out" "$home/trust.toml"
    exits "it verifies with trusted time" 0 verify_of "$home/out" "$home/trust.toml"
    says "... dated by the authority" "as RFC 3161 stamp first says"
    exits "verify refuses another authority" 1 verify_of "$home/out" "$home/stranger.toml"
    unpack_of "$home/out" "$home/box"
}

openssl_verifies_stamp() {
    openssl ts -verify -data "$1/signature.bin" -in "$1/stamp.tsr" -CAfile "$2/root.pem"
}
openssl_judges_the_stamps() {
    local bundle name
    for bundle in "$home"/box/*.sigstore.json "$home"/box/attestations/*.sigstore.json; do
        name=$(basename "$bundle")
        signature_and_stamp "$bundle" "$home"
        accepts "openssl verifies the stamp in $name" openssl_verifies_stamp "$home" "$home/first"
        refuses "openssl refuses another authority for $name" openssl_verifies_stamp "$home" "$home/stranger"
        flip "$home/signature.bin" "$home/altered.bin"
        mv "$home/altered.bin" "$home/signature.bin"
        refuses "openssl refuses another signature for $name" openssl_verifies_stamp "$home" "$home/first"
    done
}

# The first authority's certificate ends after 30 days; a renewal by the second carries on until its own end.
a_renewal() {
    local addendum=$home/out/$stem.evidence.zip.01-renewal.sigstore.json
    exits "it verifies before the stamps end" 0 verify_of "$home/out" "$home/trust.toml" --at "$(in_days 20)"
    says "... and says until when" "good until"
    says "... and to renew soon" "RENEW SOON"
    exits "it fails after the stamps ended" 1 verify_of "$home/out" "$home/both.toml" --at "$(in_days 60)"
    says "... for that reason" "was not renewed in time, so nothing dates it"
    tsa_stop
    mkdir -p "$home/archive"
    cp "$home/second/chain.pem" "$home/archive/tsa.pem"
    sed "s/:$first_port/:$second_port/" "$home/device/batchseal.toml" >"$home/archive/archive.toml"
    exits "renew ends when the second authority is down" 4 renew "$home/both.toml"
    accepts "... and leaves no addendum" test ! -e "$addendum"
    accepts "the second timestamp server starts" tsa_start "$home/second" "$second_port"
    exits "renew refuses an authority that the trust file does not name" 2 renew "$home/trust.toml"
    accepts "... and leaves no addendum" test ! -e "$addendum"
    exits "the release is renewed" 0 renew "$home/both.toml"
    exits "it verifies after the first stamps ended" 0 verify_of "$home/out" "$home/both.toml" --at "$(in_days 60)"
    says "... by the renewal" "renewed by addendum 01"
    exits "it fails after the second stamp ended" 1 verify_of "$home/out" "$home/both.toml" --at "$(in_days 3700)"
    signature_and_stamp "$addendum" "$home"
    accepts "openssl verifies the stamp of the renewal" openssl_verifies_stamp "$home" "$home/second"
    mv "$addendum" "$home/aside"
    exits "it fails without the renewal" 1 verify_of "$home/out" "$home/both.toml" --at "$(in_days 60)"
    mv "$home/aside" "$addendum"
}
renew() {
    "$BATCHSEAL" renew "$home/out/$stem.evidence.zip" "$home/out/artifacts" --trust "$1" --policy "$home/archive/archive.toml"
}

# The same key without stamps, under a trust file that asks for trusted time.
no_stamps() {
    mkdir -p "$home/undated"
    printf '[signing]\nkey = "file:../pipeline.pem"\n' | device "$home/undated"
    trust_for "$home/undated" "$home/undated.toml" <<TOML
[[signer]]
name = "release pipeline"
may-sign = ["provenance", "sbom", "scan", "tests", "document", "record", "verdict", "seal"]
key-file = "pipeline.pub"
TOML
    exits "a candidate without stamps is made" 0 candidate_of "$home/undated" "$home/out-undated"
    exits "approve refuses it where time must be trusted" 1 approve_of "$home/out-undated" "$home/undated.toml"
    says "... for that reason" "no trusted time"
}

a_release
openssl_judges_the_stamps
a_renewal
no_stamps
