# SHA256SUMS is what coreutils reads, and lists every entry but itself and the seal.
source "$LIB/lib.sh"

sums() { (cd "$1" && sha256sum --quiet --strict -c SHA256SUMS); }
listed() {
    diff <(sed 's/^[0-9a-f]* [ *]//' "$box/SHA256SUMS" | LC_ALL=C sort) \
        <(cd "$box" && find . -type f -printf '%P\n' | grep -vx -e SHA256SUMS -e seal.sigstore.json | LC_ALL=C sort)
}
accepts "sha256sum accepts every entry" sums "$box"
accepts "SHA256SUMS lists every entry but itself and the seal" listed

cp -r "$box" "$WORK/sums-altered"
flip "$box/record.json" "$WORK/sums-altered/record.json"
refuses "sha256sum finds an altered entry" sums "$WORK/sums-altered"
cp -r "$box" "$WORK/sums-missing"
rm "$WORK/sums-missing/batch.json"
refuses "sha256sum finds a missing entry" sums "$WORK/sums-missing"
