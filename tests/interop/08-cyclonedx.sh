# CycloneDX's own library validates the SBOM strictly against the schema of its version.
source "$LIB/lib.sh"

read -r -d '' validate <<'PYTHON' || true
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
text = open(sys.argv[1], encoding="utf-8").read()
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
error = JsonStrictValidator(version).validate_str(text)
sys.exit(f"not valid: {error}" if error else 0)
PYTHON
for sbom in "$box"/sbom/*.cdx.json; do
    name=$(basename "$sbom")
    accepts "cyclonedx-python-lib validates $name" "$PYTHON" -c "$validate" "$sbom"
    sed 's/"bomFormat"/"bomFormats"/' "$sbom" >"$WORK/altered.cdx.json"
    refuses "cyclonedx-python-lib refuses $name altered" "$PYTHON" -c "$validate" "$WORK/altered.cdx.json"
done
read -r -d '' same <<'PYTHON' || true
import json, sys
sys.exit(json.load(open(sys.argv[1]))["predicate"] != json.load(open(sys.argv[2])))
PYTHON
accepts "the signed SBOM is the SBOM beside it" \
    python3 -c "$same" "$facts/attestations/sbom-device.sigstore.json/payload" "$box/sbom/device.cdx.json"

# write VERSION FILE: the SBOM of the example project with one shipped file.
write() {
    "$BATCHSEAL" sbom --path examples/infusion-pump --spec "$1" --output "$2" \
        --manufacturer "Example Devices (demo)" --artifact "$WORK/shipped.bin"
}
printf 'shipped\n' >"$WORK/shipped.bin"
for version in 1.5 1.7; do
    sbom=$WORK/example-$version.cdx.json
    accepts "batchseal writes CycloneDX $version" write "$version" "$sbom"
    accepts "cyclonedx-python-lib validates CycloneDX $version" "$PYTHON" -c "$validate" "$sbom"
    sed 's/"specVersion": "[^"]*"/"specVersion": "1.4"/' "$sbom" >"$WORK/altered.cdx.json"
    refuses "cyclonedx-python-lib refuses CycloneDX $version as 1.4" "$PYTHON" -c "$validate" "$WORK/altered.cdx.json"
done
