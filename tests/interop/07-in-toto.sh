# in-toto's own library reads every statement and finds it valid.
source "$LIB/lib.sh"

read -r -d '' validate <<'PYTHON' || true
import sys
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
message = json_format.Parse(open(sys.argv[1], "rb").read(), statement_pb2.Statement())
Statement.copy_from_pb(message).validate()
PYTHON
for bundle in $(bundles); do
    accepts "in-toto validates the statement of $bundle" "$PYTHON" -c "$validate" "$facts/$bundle/payload"
done
for statement in "$box"/approvals/*.json; do
    accepts "in-toto validates approval $(basename "$statement" .json)" "$PYTHON" -c "$validate" "$statement"
done
sed 's/"digest"/"digests"/' "$box/record.json" >"$WORK/no-digest.json"
refuses "in-toto refuses a subject without a digest" "$PYTHON" -c "$validate" "$WORK/no-digest.json"
