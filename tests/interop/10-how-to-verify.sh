# HOW-TO-VERIFY.md of the bundle, followed to the letter with outside keys and foreign programs only.
source "$LIB/lib.sh"
needs jq openssl ssh-keygen sha256sum unzip

readonly desk=$WORK/how-to
rm -rf "$desk"
mkdir -p "$desk"
cp "$INTEROP_DEMO"/*.evidence.zip "$desk/"
cp -r "$INTEROP_DEMO/artifacts" "$desk/artifacts"
cp "$facts/pipeline.pub" "$desk/pipeline.pub"
cp "$facts/allowed_signers" "$desk/allowed_signers"

# commands: every ```sh block of the page in order; NAME is the one thing a reader fills in.
python3 - "$box/HOW-TO-VERIFY.md" "$facts" >"$WORK/how-to.sh" <<'PYTHON'
import pathlib, re, sys
page = pathlib.Path(sys.argv[1]).read_text()
facts = pathlib.Path(sys.argv[2])
print("set -euo pipefail")
for block in re.findall(r"```sh\n(.*?)```", page, re.S):
    for name in re.findall(r"approvals/([0-9a-z-]+)\.sshsig", block):
        principal = (facts / "approvals" / name / "principal").read_text().strip()
        block = block.replace("-I NAME", f"-I '{principal}'", 1)
    print(block)
PYTHON
accepts "HOW-TO-VERIFY.md has commands" grep -q ssh-keygen "$WORK/how-to.sh"
follow() { (cd "$desk" && bash "$WORK/how-to.sh"); }
accepts "HOW-TO-VERIFY.md followed to the letter" follow
cp "$WORK/last.log" "$WORK/how-to.log"
for said in "entries OK" "nothing missing, nothing extra" "released" "record OK"; do
    accepts "HOW-TO-VERIFY.md says \"$said\"" grep -q "$said" "$WORK/how-to.log"
done
rm -rf "$desk/evidence"
for product in "$desk"/artifacts/*; do flip "$product" "$product"; done
refuses "HOW-TO-VERIFY.md refuses an altered product" follow
rm -rf "$desk/evidence" "$desk/artifacts"
cp -r "$INTEROP_DEMO/artifacts" "$desk/artifacts"
openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null | openssl pkey -pubout -out "$desk/pipeline.pub"
refuses "HOW-TO-VERIFY.md refuses another key" follow
