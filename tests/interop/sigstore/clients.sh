# Sourced after lib.sh by what has a running instance (`start`): its env read, WORK and INTEROP set.
# Foreign clients in one shape, CLIENT ROOT BUNDLE FILE IDENTITY ISSUER, and what each must refuse.
readonly sigstore=$LIB/sigstore predicate_type=https://slsa.dev/provenance/v1
export NODE_PATH=$INTEROP/node/node_modules

# What a client does not look at, because it computes it: the tree's root, from the proof, against the
# checkpoint; and cosign the log entry too, from the bundle's signature, certificate and payload.
# Batchseal's `conformance` leaves both to the Sigstore project's own crate; its `verify` looks at the hash too.
declare -rA unread=([cosign]="entry-flipped root-hash-flipped" [npm]="root-hash-flipped" [batchseal]="root-hash-flipped")

cosign_verifies() {
    cosign verify-blob-attestation --trusted-root "$1" --bundle "$2" --type "${TYPE:-$predicate_type}" \
        --certificate-identity "$4" --certificate-oidc-issuer "$5" "$3"
}

# The same for a plain file's signature; the other clients have one command for both.
cosign_blob_verifies() {
    cosign verify-blob --trusted-root "$1" --bundle "$2" --certificate-identity "$4" --certificate-oidc-issuer "$5" "$3"
}

# sigstore-python reads a trusted root only together with a signing configuration.
sigstore_python_verifies() {
    jq -n --slurpfile root "$1" --slurpfile signing "$SIGNING_CONFIG" \
        '{mediaType: "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json", trustedRoot: $root[0], signingConfig: $signing[0]}' \
        >"$WORK/trust_config.json" || return 127
    "$INTEROP/venv/bin/sigstore" --trust-config "$WORK/trust_config.json" verify identity --offline \
        --bundle "$2" --cert-identity "$4" --cert-oidc-issuer "$5" "$3"
}

npm_verifies() {
    node "$sigstore/jsclient.cjs" "$@"
}

batchseal_verifies() {
    "$BATCHSEAL" conformance verify-bundle --bundle "$2" --certificate-identity "$4" --certificate-oidc-issuer "$5" \
        --trusted-root "$1" "$3"
}

# token KIND [options]: see oidc_issuer.py. No token stands in an argument of a program.
token() {
    "$sigstore/token" "$@"
}

# statement FILE: a v1 statement about it, with the least provenance that is one.
statement() {
    jq -nc --arg name "$(basename "$1")" --arg digest "$(sha256sum <"$1" | cut -c1-64)" --arg type "$predicate_type" '{
        _type: "https://in-toto.io/Statement/v1", subject: [{name: $name, digest: {sha256: $digest}}], predicateType: $type,
        predicate: {buildDefinition: {buildType: "https://example.com/build", externalParameters: {}},
                    runDetails: {builder: {id: "https://example.com/builder"}}}}'
}

# cosign_attests FILE BUNDLE KIND [token options]: cosign signs a statement about FILE with such a token.
cosign_attests() {
    local file=$1 bundle=$2
    shift 2
    statement "$file" >"$WORK/statement.json"
    cosign attest-blob --yes --statement "$WORK/statement.json" --type "$predicate_type" --identity-token <(token "$@") \
        --signing-config "$SIGNING_CONFIG" --trusted-root "$TRUSTED_ROOT" --bundle "$bundle"
}

# sigstore_python_attests FILE BUNDLE KIND [token options]: the same with sigstore-python.
sigstore_python_attests() {
    local file=$1 bundle=$2
    shift 2
    statement "$file" | jq .predicate >"$WORK/predicate.json"
    SIGSTORE_IDENTITY_TOKEN=$(token "$@") "$INTEROP/venv/bin/sigstore" --trust-config "$CLIENT_TRUST_CONFIG" attest \
        --predicate "$WORK/predicate.json" --predicate-type "$predicate_type" --overwrite --bundle "$bundle" "$file"
}

# judges CLIENT BUNDLE OTHER FILE IDENTITY ISSUER: CLIENT (a function CLIENT_verifies) accepts BUNDLE over
# FILE, and refuses it under every other name and root, over another file, and after every attack of
# alter.py, for which OTHER is a bundle of the same instance over something else.
judges() {
    local client=$1 bundle=$2 other=$3 file=$4 identity=$5 issuer=$6 attack
    tells_apart "$client" "$bundle" "$file" "$identity" "$issuer" fulcio ct rekor tsa all
    for attack in $(python3 "$sigstore/alter.py"); do
        if [[ " ${unread[$client]:-} " == *" $attack "* ]]; then
            left_out "$client and $attack" "it computes that part itself"
            continue
        fi
        python3 "$sigstore/alter.py" "$attack" "$bundle" "$other" "$WORK/altered.sigstore.json"
        refuses "$client refuses $attack" "${client}_verifies" "$TRUSTED_ROOT" "$WORK/altered.sigstore.json" "$file" "$identity" "$issuer"
    done
}

# tells_apart CLIENT BUNDLE FILE IDENTITY ISSUER ROOT...: accepts it; refuses other names, files and those roots.
tells_apart() {
    local client=$1 bundle=$2 file=$3 identity=$4 issuer=$5 root
    shift 5
    accepts "$client verifies $(basename "$bundle")" "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$file" "$identity" "$issuer"
    refuses "$client refuses another identity" "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$file" "${identity}1" "$issuer"
    refuses "$client refuses another issuer" "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$file" "$identity" "${issuer}1"
    flip "$file" "$WORK/altered.file"
    refuses "$client refuses an altered file" "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$WORK/altered.file" "$identity" "$issuer"
    for root in "$@"; do
        refuses "$client refuses another instance's $root" \
            "${client}_verifies" "$SIGSTORE_DIR/others/$root.json" "$bundle" "$file" "$identity" "$issuer"
    done
}
