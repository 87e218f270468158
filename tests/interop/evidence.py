"""Takes a demo's output apart with Python's standard library, for the clients' scripts.

prepare DEMO WORK   WORK/box: the unpacked bundle. WORK/facts: bundle.zip, pipeline.pub (from the trust
                    file, not from the bundle), other.pub (a key nobody trusts), algorithm, allowed_signers,
                    products/ and, for each Sigstore bundle, <path>/{payload,pae,signature,type}
flip FILE TO        a copy with one bit changed in the middle
reseal BUNDLE N TO  a sealed bundle with the Nth of 28 bits changed in what stands in the seal beside its statement
"""

import base64
import datetime
import hashlib
import json
import pathlib
import shutil
import subprocess
import struct
import sys
import tomllib
import zipfile
import zlib


def only(demo, pattern):
    found = sorted(demo.rglob(pattern))
    if len(found) != 1:
        sys.exit(f"{pattern} stands in {demo} {len(found)} times (expected once): {[str(f) for f in found]}")
    return found[0]


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def pipeline_key(trust, trust_file, facts):
    """The one pipeline key of the trust file, its algorithm, and another key of the same algorithm."""
    keys = {
        signer["key"] if "key" in signer else (trust_file.parent / signer["key-file"]).read_text()
        for signer in trust["signer"]
    }
    if len(keys) != 1:
        sys.exit(f"trust file names {len(keys)} pipeline keys (expected 1)")
    (facts / "pipeline.pub").write_text(keys.pop())
    text = openssl("pkey", "-pubin", "-in", str(facts / "pipeline.pub"), "-noout", "-text")
    names = {"ED25519": "ed25519", "prime256v1": "p256", "secp384r1": "p384"}
    algorithm = next((names[word] for word in names if word in text), None)
    if algorithm is None:
        sys.exit(f"pipeline key is of an unexpected kind: {text}")
    (facts / "algorithm").write_text(algorithm)
    options = {
        "ed25519": ["-algorithm", "ED25519"],
        "p256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    }
    openssl("genpkey", *options[algorithm], "-out", str(facts / "other.key"))
    openssl("pkey", "-in", str(facts / "other.key"), "-pubout", "-out", str(facts / "other.pub"))


def allowed_signers(trust, facts):
    """ssh-keygen's file: one line a key; a principal is `<role>@roster`."""
    lines = []
    for person in trust["person"]:
        principals = ",".join(f"{role}@roster" for role in person["roles"])
        options = ['namespaces="approval-v1@batchseal.dev"']
        if "valid-from" in person:
            options.append(f'valid-after="{str(person["valid-from"]).replace("-", "")}Z"')
        for key in person.get("ssh-keys", []) + [person[name] for name in ("ssh-key",) if name in person]:
            lines.append(f"{principals} {','.join(options)} {key}")
    (facts / "allowed_signers").write_text("\n".join(lines) + "\n")


def envelope(path, folder):
    document = json.loads(path.read_bytes())
    dsse = document["dsseEnvelope"]
    payload = base64.b64decode(dsse["payload"], validate=True)
    kind = dsse["payloadType"]
    folder.mkdir(parents=True)
    (folder / "payload").write_bytes(payload)
    (folder / "pae").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
    (folder / "signature").write_bytes(base64.b64decode(dsse["signatures"][0]["sig"], validate=True))
    (folder / "type").write_text(json.loads(payload)["predicateType"])


def approvals(box, facts):
    """For each approval its role and its time in ssh-keygen's spelling."""
    for path in sorted((box / "approvals").glob("*.json")):
        predicate = json.loads(path.read_bytes())["predicate"]
        time = datetime.datetime.fromisoformat(predicate["signedAt"]).astimezone(datetime.timezone.utc)
        folder = facts / "approvals" / path.stem
        folder.mkdir(parents=True)
        (folder / "principal").write_text(f"{predicate['role']}@roster")
        (folder / "time").write_text(time.strftime("%Y%m%d%H%M%SZ"))


def products(demo, box, facts):
    """The products, found beside the bundle by the digests that the record lists."""
    record = json.loads((box / "record.json").read_bytes())["predicate"]
    wanted = {artifact["sha256"]: artifact["name"] for artifact in record["artifacts"]}
    (facts / "products").mkdir()
    for path in sorted(demo.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = wanted.pop(hashlib.sha256(path.read_bytes()).hexdigest(), None)
            if name:
                shutil.copy(path, facts / "products" / name)
    if wanted:
        sys.exit(f"products are not in the demo's folder: {sorted(wanted.values())}")


def prepare(demo, work):
    box, facts = work / "box", work / "facts"
    facts.mkdir()
    shutil.copy(only(demo, "*.evidence.zip"), facts / "bundle.zip")
    with zipfile.ZipFile(facts / "bundle.zip") as archive:
        archive.extractall(box)
    trust_file = only(demo, "trust.toml")
    trust = tomllib.loads(trust_file.read_text())
    pipeline_key(trust, trust_file, facts)
    allowed_signers(trust, facts)
    for path in sorted(box.rglob("*.sigstore.json")):
        envelope(path, facts / path.relative_to(box))
    approvals(box, facts)
    products(demo, box, facts)


def flip(source, target):
    data = bytearray(pathlib.Path(source).read_bytes())
    data[len(data) // 2] ^= 1
    pathlib.Path(target).write_bytes(data)


def flipped_at(text, eighth):
    """Base64 of the same length with one bit changed, so many eighths from the beginning."""
    data = bytearray(base64.b64decode(text))
    data[len(data) * eighth // 8] ^= 1
    return base64.b64encode(bytes(data)).decode()


def reseal(source, number, target):
    """The container's checksums are set right: nothing but the seal itself can tell. Spelling and lengths stay."""
    with zipfile.ZipFile(source) as archive:
        old = archive.read("seal.sigstore.json")
    document = json.loads(old)
    material = document["verificationMaterial"]
    entry = material["tlogEntries"][0]
    values = [
        material["timestampVerificationData"]["rfc3161Timestamps"][0]["signedTimestamp"],
        material["certificate"]["rawBytes"],
        entry["inclusionProof"]["rootHash"],
        entry["canonicalizedBody"],
    ]
    value = values[number // 7]
    new = old.replace(value.encode(), flipped_at(value, number % 7 + 1).encode(), 1)
    data = pathlib.Path(source).read_bytes()
    crc = [struct.pack("<I", zlib.crc32(text)) for text in (old, new)]
    if len(new) != len(old) or new == old or data.count(old) != 1 or data.count(crc[0]) != 2:
        sys.exit(f"{source} cannot be changed in place")
    pathlib.Path(target).write_bytes(data.replace(old, new).replace(crc[0], crc[1]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 4:
        prepare(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    elif sys.argv[1:2] == ["flip"] and len(sys.argv) == 4:
        flip(sys.argv[2], sys.argv[3])
    elif sys.argv[1:2] == ["reseal"] and len(sys.argv) == 5:
        reseal(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        sys.exit(__doc__)
