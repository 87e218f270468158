# Sourced by what makes whole releases: what the gate asks of a device beyond its build, as small as it may be.

# quality VERSION TOOL PIPELINE COMMAND...: writes evidence.toml and quality/ into the working folder. VERSION is the
# device's, TOOL that of batchseal, PIPELINE a committed file, COMMAND what the release runs.
quality() {
    local version=$1 tool=$2 pipeline=$3 today word command=""
    shift 3
    today=$(date -u +%F)
    for word in "$@"; do command="$command${command:+, }\"$word\""; done
    mkdir -p quality
    echo '<testsuite tests="1"><testcase name="it starts"/></testsuite>' >quality/junit.xml
    cat >quality/scan.json <<JSON
{"scanner":{"uri":"https://example.invalid/scanner","version":"1","db":{"uri":"https://example.invalid/db","lastUpdate":"${today}T00:00:00Z"},"result":[]},
 "metadata":{"scanStartedOn":"${today}T00:00:00Z","scanFinishedOn":"${today}T00:00:01Z"}}
JSON
    cat >quality/kev-catalog.json <<JSON
{"catalogVersion":"1","dateReleased":"${today}T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2021-44228"}]}
JSON
    cat >quality/pipeline-validation.toml <<TOML
schema = 1
report = "PV-1"
validated-on = 2026-01-02
command = [$command]
[[file]]
path = "$pipeline"
sha256 = "$(sha256sum <"$pipeline" | cut -c1-64)"
TOML
    cat >quality/tool-qualification.toml <<TOML
schema = 1
tool = "batchseal"
version = "$tool"
qualified-on = 2026-01-02
expires-on = 2099-12-31
report = "TQ-1"
result = "passed"
TOML
    printf 'id,title,severity,evaluation,rationale,security,risk-ref\nnone,,,,No anomaly is open in the tracker,,\n' >quality/anomaly-list.csv
    echo '# Risk management file' >quality/risk-management-file.md
    {
        printf 'schema = 1\n[[tests]]\nfile = "quality/junit.xml"\nexecutor = "test pipeline"\n[[scan]]\nfile = "quality/scan.json"\n'
        for word in pipeline-validation.toml tool-qualification.toml kev-catalog.json anomaly-list.csv risk-management-file.md; do
            printf '[[document]]\nkind = "%s"\nfile = "quality/%s"\nid = "DOC-1"\nrevision = "1"\n' "${word%%.*}" "$word"
            printf 'approver = "Quality Lead (example)"\napproved-on = 2026-01-02\ncovers = "%s"\n' "$version"
        done
    } >evidence.toml
}

# The questions that such a release leaves to a person, answered.
readonly quality_answers=(--answer "RG-09=accept:test" --answer "RG-26=accept:test" --answer "RG-31=accept:test")
