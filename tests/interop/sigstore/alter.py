#!/usr/bin/env python3
"""alter.py ATTACK BUNDLE OTHER TO: a Sigstore bundle with one thing done to it; still well-formed JSON.

OTHER is a bundle of the same instance over something else, the source of what is swapped in.
`alter.py` alone lists the attacks.
"""

import base64
import json
import pathlib
import sys


def flipped(text):
    """Base64 in, base64 out, with one bit in the middle changed."""
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(bytes(data)).decode()


def flip(*path):
    def attack(bundle, _other):
        *way, last = path
        for step in way:
            bundle = bundle[step]
        bundle[last] = flipped(bundle[last])

    return attack


def stamp_flipped(bundle, _other):
    """The stamp's last byte is its signature's; before it lie certificates, which clients have of their own."""
    stamp = bundle[MATERIAL][STAMPS[0]][STAMPS[1]][0]
    data = bytearray(base64.b64decode(stamp["signedTimestamp"]))
    data[-1] ^= 1
    stamp["signedTimestamp"] = base64.b64encode(bytes(data)).decode()


def put(value, *path):
    """Sets the end of `path` to `value(other's material)`."""

    def attack(bundle, other):
        material = bundle["verificationMaterial"]
        *way, last = path
        for step in way:
            material = material[step]
        material[last] = value(other["verificationMaterial"])

    return attack


def other_proof(bundle, other):
    """Another entry's place in the log for this entry's body."""
    entry, source = (one["verificationMaterial"]["tlogEntries"][0] for one in (bundle, other))
    entry.update({name: source[name] for name in ("logIndex", "inclusionProof")})


MATERIAL = "verificationMaterial"
STAMPS = ("timestampVerificationData", "rfc3161Timestamps")
ATTACKS = {
    "signature-flipped": flip("dsseEnvelope", "signatures", 0, "sig"),
    "payload-flipped": flip("dsseEnvelope", "payload"),
    "certificate-flipped": flip(MATERIAL, "certificate", "rawBytes"),
    "entry-flipped": flip(MATERIAL, "tlogEntries", 0, "canonicalizedBody"),
    "root-hash-flipped": flip(MATERIAL, "tlogEntries", 0, "inclusionProof", "rootHash"),
    "stamp-flipped": stamp_flipped,
    "entry-dropped": put(lambda _: [], "tlogEntries"),
    "stamp-dropped": put(lambda _: [], *STAMPS),
    "certificate-swapped": put(lambda other: other["certificate"], "certificate"),
    "entry-swapped": put(lambda other: other["tlogEntries"], "tlogEntries"),
    "proof-swapped": other_proof,
    "stamp-swapped": put(lambda other: other["timestampVerificationData"], "timestampVerificationData"),
}


def main():
    if len(sys.argv) == 1:
        print(*ATTACKS, sep="\n")
        return
    attack, source, other, target = sys.argv[1:]
    bundle = json.loads(pathlib.Path(source).read_text())
    ATTACKS[attack](bundle, json.loads(pathlib.Path(other).read_text()))
    pathlib.Path(target).write_text(json.dumps(bundle))


if __name__ == "__main__":
    main()
