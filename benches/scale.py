"""Makes inventories of many components of ordinary size.

scale.py FOLDER COUNT

Writes sbom.cdx.json and sbom.cdx.xml (CycloneDX 1.6, the same components: package URL, SHA-256, licence,
supplier, four dependencies each), and npm/package.json with npm/package-lock.json of as many packages.
"""

import base64
import hashlib
import json
import os
import sys
from xml.sax.saxutils import quoteattr

TIME = "2026-01-02T03:04:05Z"
SERIAL = "urn:uuid:00000000-0000-4000-8000-000000000001"


def name(at):
    return f"package-{at:05}"


def purl(at):
    return f"pkg:npm/{name(at)}@1.{at % 100}.0"


def needs(at, count):
    """What a package depends on: later ones, so that nothing goes in circles, and the next, so that all are reached."""
    return sorted({later for later in (at + 1, 2 * at + 1, 2 * at + 2, at + 97) if later < count})


def sha256(at):
    return hashlib.sha256(name(at).encode()).hexdigest()


def as_json(count):
    components = [
        {
            "type": "library",
            "bom-ref": purl(at),
            "supplier": {"name": f"Example Supplier {at % 500}"},
            "name": name(at),
            "version": f"1.{at % 100}.0",
            "hashes": [{"alg": "SHA-256", "content": sha256(at)}],
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
            "purl": purl(at),
        }
        for at in range(count)
    ]
    dependencies = [{"ref": "pump", "dependsOn": [purl(0)]}]
    dependencies += [{"ref": purl(at), "dependsOn": [purl(to) for to in needs(at, count)]} for at in range(count)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": SERIAL,
        "version": 1,
        "metadata": {
            "timestamp": TIME,
            "component": {"type": "firmware", "bom-ref": "pump", "name": "pump", "version": "1.0.0"},
        },
        "components": components,
        "dependencies": dependencies,
    }


def as_xml(count):
    yield f'<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="{SERIAL}" version="1">\n'
    yield f"<metadata><timestamp>{TIME}</timestamp>"
    yield '<component type="firmware" bom-ref="pump"><name>pump</name><version>1.0.0</version></component></metadata>\n'
    yield "<components>\n"
    for at in range(count):
        yield (
            f"<component type=\"library\" bom-ref={quoteattr(purl(at))}>"
            f"<supplier><name>Example Supplier {at % 500}</name></supplier>"
            f"<name>{name(at)}</name><version>1.{at % 100}.0</version>"
            f'<hashes><hash alg="SHA-256">{sha256(at)}</hash></hashes>'
            f"<licenses><expression>MIT OR Apache-2.0</expression></licenses><purl>{purl(at)}</purl></component>\n"
        )
    yield f"</components>\n<dependencies>\n<dependency ref=\"pump\"><dependency ref={quoteattr(purl(0))}/></dependency>\n"
    for at in range(count):
        below = "".join(f"<dependency ref={quoteattr(purl(to))}/>" for to in needs(at, count))
        yield f"<dependency ref={quoteattr(purl(at))}>{below}</dependency>\n"
    yield "</dependencies>\n</bom>\n"


def npm(count):
    manifest = {"name": "pump", "version": "1.0.0", "license": "MIT", "dependencies": {name(0): "^1.0.0"}}
    packages = {"": manifest}
    for at in range(count):
        digest = base64.b64encode(hashlib.sha512(name(at).encode()).digest()).decode()
        packages[f"node_modules/{name(at)}"] = {
            "version": f"1.{at % 100}.0",
            "resolved": f"https://registry.npmjs.org/{name(at)}/-/{name(at)}-1.{at % 100}.0.tgz",
            "integrity": f"sha512-{digest}",
            "license": "MIT",
            "dependencies": {name(to): "^1.0.0" for to in needs(at, count)},
        }
    return manifest, {"name": "pump", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    os.makedirs(os.path.join(folder, "npm"), exist_ok=True)
    manifest, lockfile = npm(count)
    for path, value in [
        ("sbom.cdx.json", as_json(count)),
        ("npm/package.json", manifest),
        ("npm/package-lock.json", lockfile),
    ]:
        with open(os.path.join(folder, path), "w") as file:
            json.dump(value, file, indent=2)
    with open(os.path.join(folder, "sbom.cdx.xml"), "w") as file:
        file.writelines(as_xml(count))


if __name__ == "__main__":
    main()
