# OpenSSL verifies every DSSE signature over its pre-authentication encoding.
source "$LIB/lib.sh"
needs openssl

verify() {
    local key=$1 pae=$2 signature=$3
    case $(<"$facts/algorithm") in
        ed25519) openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$pae" -sigfile "$signature" ;;
        p256) openssl dgst -sha256 -verify "$key" -signature "$signature" "$pae" ;;
        p384) openssl dgst -sha384 -verify "$key" -signature "$signature" "$pae" ;;
    esac
}
for bundle in $(bundles); do
    accepts "openssl verifies $bundle" verify "$facts/pipeline.pub" "$facts/$bundle/pae" "$facts/$bundle/signature"
done

record=$facts/record.sigstore.json
flip "$record/pae" "$WORK/altered.pae"
refuses "openssl refuses an altered payload" verify "$facts/pipeline.pub" "$WORK/altered.pae" "$record/signature"
refuses "openssl refuses another key" verify "$facts/other.pub" "$record/pae" "$record/signature"
refuses "openssl refuses the signature of another statement" \
    verify "$facts/pipeline.pub" "$record/pae" "$facts/seal.sigstore.json/signature"
accepts "record.json is the payload of record.sigstore.json" cmp "$box/record.json" "$record/payload"
