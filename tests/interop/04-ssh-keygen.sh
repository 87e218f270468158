# OpenSSH verifies every approval against an allowed_signers file made from the trust file.
source "$LIB/lib.sh"
needs ssh-keygen

verify() {
    local principal=$1 namespace=$2 time=$3 signature=$4 statement=$5
    ssh-keygen -Y verify -f "$facts/allowed_signers" -I "$principal" -n "$namespace" -O verify-time="$time" \
        -s "$signature" <"$statement"
}
readonly approvals_namespace=approval-v1@batchseal.dev
for folder in "$facts"/approvals/*/; do
    name=$(basename "$folder")
    statement=$box/approvals/$name.json signature=$box/approvals/$name.sshsig
    principal=$(<"$folder/principal") time=$(<"$folder/time")
    accepts "ssh-keygen verifies $name" verify "$principal" "$approvals_namespace" "$time" "$signature" "$statement"
    flip "$statement" "$WORK/altered.json"
    refuses "ssh-keygen refuses $name altered" verify "$principal" "$approvals_namespace" "$time" "$signature" "$WORK/altered.json"
    refuses "ssh-keygen refuses $name in another namespace" verify "$principal" file "$time" "$signature" "$statement"
    refuses "ssh-keygen refuses $name as another person" verify nobody@roster "$approvals_namespace" "$time" "$signature" "$statement"
    if grep -q valid-after "$facts/allowed_signers"; then
        refuses "ssh-keygen refuses $name before the person was valid" \
            verify "$principal" "$approvals_namespace" 20000101000000Z "$signature" "$statement"
    fi
done
