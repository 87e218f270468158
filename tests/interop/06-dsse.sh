# securesystemslib (the library under in-toto and TUF) verifies every DSSE envelope.
source "$LIB/lib.sh"

read -r -d '' verify_dsse <<'PYTHON' || true
import json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
key = SSlibKey.from_crypto(load_pem_public_key(open(sys.argv[1], "rb").read()))
envelope = json.load(open(sys.argv[2]))["dsseEnvelope"]
for signature in envelope["signatures"]:
    signature["keyid"] = key.keyid  # DSSE makes it optional, the library looks the key up by it
Envelope.from_dict(envelope).verify([key], 1)
PYTHON
for bundle in $(bundles); do
    accepts "securesystemslib verifies $bundle" "$PYTHON" -c "$verify_dsse" "$facts/pipeline.pub" "$box/$bundle"
done
refuses "securesystemslib refuses another key" "$PYTHON" -c "$verify_dsse" "$facts/other.pub" "$box/seal.sigstore.json"
flip "$box/seal.sigstore.json" "$WORK/altered.seal.json"
refuses "securesystemslib refuses an altered seal" "$PYTHON" -c "$verify_dsse" "$facts/pipeline.pub" "$WORK/altered.seal.json"
left_out sigstore-python "version 4.5.1 reads bundles with a certificate only (\"expected certificate in bundle\")"
