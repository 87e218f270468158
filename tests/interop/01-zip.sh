# The container is a plain ZIP for Info-ZIP and for Python.
source "$LIB/lib.sh"
needs unzip

# One bit of an entry's content: a byte of a header may be one that these readers do not look at.
python3 - "$facts/bundle.zip" "$box/record.json" "$WORK/altered.zip" <<'PYTHON'
import pathlib, sys
data = bytearray(pathlib.Path(sys.argv[1]).read_bytes())
content = pathlib.Path(sys.argv[2]).read_bytes()
data[data.index(content) + len(content) // 2] ^= 1
pathlib.Path(sys.argv[3]).write_bytes(data)
PYTHON
accepts "unzip tests the container" unzip -tqq "$facts/bundle.zip"
refuses "unzip finds an altered byte" unzip -tqq "$WORK/altered.zip"

mkdir "$WORK/unzipped"
accepts "unzip unpacks the container" unzip -qq "$facts/bundle.zip" -d "$WORK/unzipped"
accepts "unzip and Python unpack the same files" diff -r "$WORK/unzipped" "$box"

read -r -d '' test_zip <<'PYTHON' || true
import sys, zipfile
try:
    bad = zipfile.ZipFile(sys.argv[1]).testzip()
except zipfile.BadZipFile as error:
    bad = str(error)
sys.exit(f"bad entry: {bad}" if bad else 0)
PYTHON
accepts "Python tests the container" python3 -c "$test_zip" "$facts/bundle.zip"
refuses "Python finds an altered byte" python3 -c "$test_zip" "$WORK/altered.zip"
