# The SPDX project's own libraries validate the SBOM of the example in both versions of SPDX, and the
# checker of NTIA's minimum elements finds all of them.
source "$LIB/lib.sh"

read -r -d '' model <<'PYTHON' || true
import sys
from spdx_python_model import v3_0_1 as model
objects = model.SHACLObjectSet()
with open(sys.argv[1], "rb") as file:
    model.JSONLDDeserializer().read(file, objects)
objects.link()
missing = objects.missing_ids
sys.exit(f"missing: {missing}" if missing else 0)
PYTHON

# write SPEC FILE: the SBOM of the example project with one shipped file.
write() {
    "$BATCHSEAL" sbom --path examples/infusion-pump --spec "$1" --output "$2" \
        --manufacturer "Example Devices (demo)" --artifact "$WORK/shipped.bin"
}

bin=$(dirname "$PYTHON")
two=$WORK/example-2.3.spdx.json
three=$WORK/example-3.0.spdx.json
printf 'shipped\n' >"$WORK/shipped.bin"
accepts "batchseal writes SPDX 2.3" write spdx-2.3 "$two"
accepts "batchseal writes SPDX 3.0" write spdx-3.0 "$three"

accepts "spdx-tools validates SPDX 2.3" "$bin/pyspdxtools" -i "$two"
sed 's/"CC0-1.0"/"MIT"/' "$two" >"$WORK/altered-2.3.spdx.json"
refuses "spdx-tools refuses SPDX 2.3 altered" "$bin/pyspdxtools" -i "$WORK/altered-2.3.spdx.json"

accepts "spdx-python-model reads SPDX 3.0" "$PYTHON" -c "$model" "$three"
sed 's/"dependsOn"/"dependsUpon"/' "$three" >"$WORK/altered-3.0.spdx.json"
refuses "spdx-python-model refuses SPDX 3.0 altered" "$PYTHON" -c "$model" "$WORK/altered-3.0.spdx.json"

accepts "ntia-checker finds every element in SPDX 2.3" "$bin/ntia-checker" --comply ntia "$two"
accepts "ntia-checker finds every element in SPDX 3.0" "$bin/ntia-checker" --sbom-spec spdx3 --comply ntia "$three"
sed 's/"Organization: Example Devices (demo) ()"/"NOASSERTION"/' "$two" >"$WORK/unsupplied-2.3.spdx.json"
refuses "ntia-checker misses a supplier in SPDX 2.3" "$bin/ntia-checker" --comply ntia "$WORK/unsupplied-2.3.spdx.json"
