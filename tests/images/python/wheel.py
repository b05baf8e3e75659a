"""Packs an installed package as a wheel: wheel.py SITE NAME VERSION MODULE:FUNCTION TARGET. The function becomes the script NAME."""
import base64, hashlib, os, sys, zipfile

site, name, version, entry, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)
info = f"{name}-{version}.dist-info"
records = []
with zipfile.ZipFile(f"{target}/{name}-{version}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    def add(path, data):
        wheel.writestr(path, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        records.append(f"{path},sha256={digest},{len(data)}")

    for folder, _, files in os.walk(f"{site}/{name}"):
        for file in sorted(files):
            with open(f"{folder}/{file}", "rb") as source:
                add(os.path.relpath(f"{folder}/{file}", site), source.read())
    add(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())
    add(f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    add(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {entry}\n".encode())
    wheel.writestr(f"{info}/RECORD", "\n".join([*records, f"{info}/RECORD,,"]) + "\n")
