# The container is a plain ZIP for Info-ZIP and for Python.
source "$LIB/lib.sh"
needs unzip

flip "$facts/bundle.zip" "$WORK/altered.zip"
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
