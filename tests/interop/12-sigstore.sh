# Keyless signing against the Sigstore project's own servers on loopback (sigstore/README.md).
source "$LIB/lib.sh"
for program in cosign fulcio rekor-server tesseract timestamp-server node jq curl openssl; do needs "$program"; done

readonly instance=$WORK/sigstore
"$LIB/sigstore/start" "$instance"
trap '"$LIB/sigstore/stop" "$instance"' EXIT
set -a
source "$instance/env"
set +a
# cosign would take these two as the sign of a GitHub job and ask for a token of its own.
readonly request_url=$ACTIONS_ID_TOKEN_REQUEST_URL request_token=$ACTIONS_ID_TOKEN_REQUEST_TOKEN
unset ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
source "$LIB/sigstore/clients.sh"
source "$LIB/device.sh"
source "$LIB/sigstore/release.sh"
printf 'the product\n' >"$WORK/product.bin"
printf 'another product\n' >"$WORK/another.bin"

# GitHub's request URL: with its bearer token only, and for the audience that was asked for.
request() {
    curl --fail --silent --show-error --config <(printf 'header = "Authorization: bearer %s"\n' "$1") "$request_url$2" | jq -je .value
}
token_by_request() {
    request "$request_token" "&audience=$1" >"$WORK/requested.token"
    cosign sign-blob --yes --identity-token "$WORK/requested.token" --signing-config "$SIGNING_CONFIG" \
        --trusted-root "$TRUSTED_ROOT" --bundle "$WORK/requested.sigstore.json" "$WORK/product.bin"
}
the_request_url() {
    accepts "the request URL gives a token that Fulcio takes" token_by_request sigstore
    refuses "Fulcio refuses the requested token for another audience" token_by_request elsewhere
    refuses "the request URL refuses another bearer token" request wrong "&audience=sigstore"
    says "... with 401" 401
}

# Every kind of token signs; every wrong one is refused by Fulcio, not by the client.
the_tokens() {
    local kind wrong
    for kind in github gitlab email; do
        accepts "Fulcio certifies the $kind token" cosign_attests "$WORK/product.bin" "$WORK/$kind.sigstore.json" "$kind"
        for wrong in "--audience elsewhere" --expired --forged; do
            # shellcheck disable=SC2086 # an option and its value
            refuses "Fulcio refuses the $kind token $wrong" cosign_attests "$WORK/product.bin" "$WORK/none.json" "$kind" $wrong
            says "... as Fulcio's word" "error processing the identity token"
        done
    done
    refuses "Fulcio refuses an unverified e-mail address" \
        cosign_attests "$WORK/product.bin" "$WORK/none.json" email --claim email_verified=
    accepts "cosign verifies gitlab.sigstore.json" \
        cosign_verifies "$TRUSTED_ROOT" "$WORK/gitlab.sigstore.json" "$WORK/product.bin" "$GITLAB_IDENTITY" "$OIDC_GITLAB"
    accepts "cosign verifies email.sigstore.json" \
        cosign_verifies "$TRUSTED_ROOT" "$WORK/email.sigstore.json" "$WORK/product.bin" "$EMAIL_IDENTITY" "$OIDC_EMAIL"
    refuses "cosign refuses one kind's name with another's issuer" \
        cosign_verifies "$TRUSTED_ROOT" "$WORK/email.sigstore.json" "$WORK/product.bin" "$EMAIL_IDENTITY" "$OIDC_GITHUB"
}

# The timestamp authority by itself, judged by OpenSSL.
stamp() {
    openssl ts -query -data "$1" -sha256 -cert -no_nonce -out "$WORK/query.tsq" 2>/dev/null
    curl --fail --silent --show-error --header "Content-Type: application/timestamp-query" \
        --data-binary "@$WORK/query.tsq" --output "$2" "$TSA_URL"
}
stamp_verifies() {
    openssl ts -verify -data "$1" -in "$2" -CAfile "$3"
}
the_stamps() {
    accepts "the timestamp authority stamps" stamp "$WORK/product.bin" "$WORK/product.tsr"
    accepts "openssl verifies the stamp" stamp_verifies "$WORK/product.bin" "$WORK/product.tsr" "$TSA_ROOT"
    refuses "openssl refuses the stamp for another file" stamp_verifies "$WORK/another.bin" "$WORK/product.tsr" "$TSA_ROOT"
    refuses "openssl refuses another authority's root" \
        stamp_verifies "$WORK/product.bin" "$WORK/product.tsr" "$instance/others/tsa/root.pem"
}

# The logs' read paths: the checkpoint counts what was signed.
log_size() {
    curl --fail --silent "$1/checkpoint" | sed -n 2p
}
the_logs() {
    local rekor ct
    rekor=$(log_size "$REKOR_READ_URL") ct=$(log_size "$CT_READ_URL")
    accepts "Rekor's read path has entries" test "$rekor" -ge 5
    accepts "the CT log's read path has entries" test "$ct" -ge 5
    accepts "Rekor's read path has tiles" curl --fail --silent --output /dev/null "$REKOR_READ_URL/tile/entries/000.p/$rekor"
    refuses "Rekor's read path has no entries to come" curl --fail --silent --output /dev/null "$REKOR_READ_URL/tile/entries/001"
}

# What cosign signed, judged by every foreign client.
foreign_clients_judge_cosign() {
    local client
    cosign_attests "$WORK/another.bin" "$WORK/another.sigstore.json" github >"$WORK/last.log" 2>&1
    for client in cosign sigstore_python npm; do
        judges "$client" "$WORK/github.sigstore.json" "$WORK/another.sigstore.json" "$WORK/product.bin" "$GITHUB_IDENTITY" "$OIDC_GITHUB"
    done
}

# A second signer: what sigstore-python signed, judged by the other two.
foreign_clients_judge_sigstore_python() {
    local client bundle=$WORK/python.sigstore.json
    accepts "sigstore-python signs with a github token" sigstore_python_attests "$WORK/product.bin" "$bundle" github
    refuses "Fulcio refuses sigstore-python a forged token" sigstore_python_attests "$WORK/product.bin" "$WORK/none.json" github --forged
    for client in cosign npm; do
        accepts "$client verifies python.sigstore.json" \
            "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$WORK/product.bin" "$GITHUB_IDENTITY" "$OIDC_GITHUB"
        refuses "$client refuses python.sigstore.json for another file" \
            "${client}_verifies" "$TRUSTED_ROOT" "$bundle" "$WORK/another.bin" "$GITHUB_IDENTITY" "$OIDC_GITHUB"
    done
}

# What Batchseal signed in a release, judged by every foreign client, each statement for the batch: the
# provenance with every attack, the others with other names, files and roots.
foreign_clients_judge_batchseal() {
    local client bundle identity TYPE
    for bundle in attestations/provenance-build attestations/sbom-device record result verdict seal; do
        bundle=$keyless/box/$bundle.sigstore.json identity=$GITHUB_IDENTITY
        TYPE=$(jq -r .dsseEnvelope.payload "$bundle" | base64 -d | jq -r .predicateType)
        case $bundle in */result.* | */verdict.* | */seal.*) identity=$sealing_identity ;; esac
        for client in cosign sigstore_python npm; do
            if [[ $bundle == *provenance* ]]; then
                judges "$client" "$bundle" "$WORK/another.sigstore.json" "$keyless/box/batch.json" "$identity" "$OIDC_GITHUB"
            else
                tells_apart "$client" "$bundle" "$keyless/box/batch.json" "$identity" "$OIDC_GITHUB" all
            fi
        done
    done
    TYPE=$predicate_type
    accepts "cosign verifies the provenance for the product" cosign_verifies "$TRUSTED_ROOT" \
        "$keyless/box/attestations/provenance-build.sigstore.json" "$keyless/out/artifacts/tiny" "$GITHUB_IDENTITY" "$OIDC_GITHUB"
}

# batchseal_signs FILE BUNDLE [option...]: by the suite's protocol, which puts the token into the arguments.
batchseal_signs() {
    local file=$1 bundle=$2
    shift 2
    "$BATCHSEAL" conformance sign-bundle --identity-token "$(token email)" --bundle "$bundle" \
        --trusted-root "$TRUSTED_ROOT" --signing-config "$SIGNING_CONFIG" "$@" "$file"
}
sign_with_another_root() {
    "$BATCHSEAL" conformance sign-bundle --identity-token "$(token email)" --bundle "$WORK/none.json" \
        --trusted-root "$SIGSTORE_DIR/others/$1.json" --signing-config "$SIGNING_CONFIG" "$WORK/product.bin"
}
the_conformance_signer() {
    local client root
    accepts "Batchseal signs a file" batchseal_signs "$WORK/product.bin" "$WORK/message.sigstore.json"
    for client in cosign_blob sigstore_python npm batchseal; do
        tells_apart "$client" "$WORK/message.sigstore.json" "$WORK/product.bin" "$EMAIL_IDENTITY" "$OIDC_EMAIL" fulcio ct rekor tsa
    done
    statement "$WORK/product.bin" >"$WORK/statement.json"
    accepts "Batchseal signs a statement" batchseal_signs "$WORK/statement.json" "$WORK/envelope.sigstore.json" --in-toto
    for client in cosign sigstore_python npm batchseal; do
        tells_apart "$client" "$WORK/envelope.sigstore.json" "$WORK/product.bin" "$EMAIL_IDENTITY" "$OIDC_EMAIL" all
    done
    for root in fulcio ct rekor tsa; do
        exits "Batchseal writes nothing that another instance's $root does not vouch for" 1 sign_with_another_root "$root"
        not_there "... no bundle" "$WORK/none.json"
    done
    exits "Batchseal refuses a file that is no statement" 3 batchseal_signs "$WORK/product.bin" "$WORK/none.json" --in-toto
}

# What cosign and sigstore-python signed, judged by Batchseal: envelopes with every attack, and plain files.
cosign_signs() {
    cosign sign-blob --yes --identity-token <(token email) --signing-config "$SIGNING_CONFIG" \
        --trusted-root "$TRUSTED_ROOT" --bundle "$2" "$1"
}
sigstore_python_signs() {
    SIGSTORE_IDENTITY_TOKEN=$(token email) "$INTEROP/venv/bin/sigstore" --trust-config "$CLIENT_TRUST_CONFIG" sign \
        --overwrite --bundle "$2" "$1"
}
batchseal_judges_cosign() {
    local signer bundle
    for bundle in github python; do
        judges batchseal "$WORK/$bundle.sigstore.json" "$WORK/another.sigstore.json" "$WORK/product.bin" "$GITHUB_IDENTITY" "$OIDC_GITHUB"
    done
    for signer in cosign sigstore_python; do
        accepts "$signer signs a file" "${signer}_signs" "$WORK/product.bin" "$WORK/$signer.file.json"
        tells_apart batchseal "$WORK/$signer.file.json" "$WORK/product.bin" "$EMAIL_IDENTITY" "$OIDC_EMAIL" fulcio ct rekor tsa all
    done
}

the_request_url
the_tokens
the_stamps
the_logs
foreign_clients_judge_cosign
foreign_clients_judge_sigstore_python
a_release
the_instructions
altered_seals
other_trust
other_jobs
other_tokens
other_roots
an_outage
plain_addresses
foreign_clients_judge_batchseal
the_conformance_signer
batchseal_judges_cosign
