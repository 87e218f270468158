# cosign 3 verifies every Sigstore bundle with the pipeline's key, for the batch and for each product.
source "$LIB/lib.sh"
needs cosign
if [[ $(<"$facts/algorithm") == p384 ]]; then
    left_out cosign "it takes SHA-256 with every ECDSA key; P-384 is signed with SHA-384"
    exit 0
fi

verify() {
    local key=$1 bundle=$2 type=$3 file=$4
    cosign verify-blob-attestation --key "$key" --bundle "$bundle" --type "$type" --insecure-ignore-tlog "$file"
}
for bundle in $(bundles); do
    type=$(<"$facts/$bundle/type")
    accepts "cosign verifies $bundle for batch.json" verify "$facts/pipeline.pub" "$box/$bundle" "$type" "$box/batch.json"
done

slsa=https://slsa.dev/provenance/v1
provenance=$box/attestations/provenance-build.sigstore.json
for product in "$facts"/products/*; do
    name=$(basename "$product")
    accepts "cosign verifies the provenance of $name" verify "$facts/pipeline.pub" "$provenance" "$slsa" "$product"
    flip "$product" "$WORK/altered.product"
    refuses "cosign refuses $name altered" verify "$facts/pipeline.pub" "$provenance" "$slsa" "$WORK/altered.product"
done
refuses "cosign refuses another key" verify "$facts/other.pub" "$provenance" "$slsa" "$box/batch.json"
refuses "cosign refuses another predicate type" \
    verify "$facts/pipeline.pub" "$provenance" https://cyclonedx.org/bom "$box/batch.json"
flip "$provenance" "$WORK/altered.sigstore.json"
refuses "cosign refuses an altered bundle" verify "$facts/pipeline.pub" "$WORK/altered.sigstore.json" "$slsa" "$box/batch.json"
