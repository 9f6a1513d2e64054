"""Take the browser files that pages use out of node_modules: `vendor.py product` and `vendor.py peers`."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"

# target folder -> {file or folder in node_modules: its name there}
PRODUCT = {
    "static/vendor/leaflet": {
        "leaflet/dist/leaflet.js": "leaflet.js",
        "leaflet/dist/leaflet.css": "leaflet.css",
        "leaflet/dist/images": "images",
        "leaflet/LICENSE": "LICENSE",
    },
    "static/vendor/htmx": {
        "htmx.org/dist/htmx.min.js": "htmx.min.js",
        "htmx.org/LICENSE": "LICENSE",
    },
    # For pictures that the service draws itself; no page loads it.
    "static/vendor/fonts": {
        "@fontsource-variable/noto-sans-sc/files": "files",
        "@fontsource-variable/noto-sans-sc/unicode.json": "ranges.json",
        "@fontsource-variable/noto-sans-sc/LICENSE": "LICENSE",
    },
    "static/vendor/qr": {
        "qr/LICENSE": "LICENSE",
        "qr/LICENSE-MIT": "LICENSE-MIT",
    },
}
# What folium's own markers load; only pages we measure against need it.
PEERS = {
    "bench/vendor/jquery": {"jquery/dist/jquery.min.js": "jquery.min.js"},
    "bench/vendor/bootstrap": {
        "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
        "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    },
    "bench/vendor/fontawesome": {
        "@fortawesome/fontawesome-free/css/all.min.css": "css/all.min.css",
        "@fortawesome/fontawesome-free/webfonts": "webfonts",
    },
    "bench/vendor/awesome-markers": {
        "leaflet.awesome-markers/dist/leaflet.awesome-markers.js": "leaflet.awesome-markers.js",
        "leaflet.awesome-markers/dist/leaflet.awesome-markers.css": "leaflet.awesome-markers.css",
        "leaflet.awesome-markers/dist/images": "images",
    },
    "bench/vendor/markercluster": {
        "leaflet.markercluster/dist/leaflet.markercluster.js": "leaflet.markercluster.js",
        "leaflet.markercluster/dist/MarkerCluster.css": "MarkerCluster.css",
        "leaflet.markercluster/dist/MarkerCluster.Default.css": "MarkerCluster.Default.css",
    },
}


def copy(plan: dict[str, dict[str, str]]) -> None:
    for target, files in plan.items():
        folder = ROOT / target
        shutil.rmtree(folder, ignore_errors=True)
        for source, name in files.items():
            place(MODULES / source, folder / name)


def trim(entry: Path, noted: Path, target: Path, form: str, engine: str) -> None:
    """Bundle what `entry` takes from a package, in a `form` for an `engine`, under the notice that heads `noted`."""
    found = sorted((MODULES / "@esbuild").glob("*/bin/esbuild"))
    if not found:
        sys.exit("node_modules 里没有 esbuild，请先运行 make setup。")
    notice = noted.read_text(encoding="utf-8").partition("*/")[0] + "*/"
    options = ("--bundle", "--minify", f"--format={form}", f"--target={engine}", f"--banner:js={notice}")
    subprocess.run([found[0], *options, "--log-level=error", str(entry), f"--outfile={target}"], cwd=ROOT, check=True)


def place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.suffix in {".js", ".css"}:
        target.write_text(without_source_map(source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def without_source_map(text: str) -> str:
    """Drop the pointer to a map we do not ship: developer tools would ask for it and log a 404."""
    lines = [line for line in text.splitlines() if not line.lstrip("/*# ").startswith("sourceMappingURL=")]
    return "\n".join(lines) + "\n"


def main() -> None:
    chosen = {"product": PRODUCT, "peers": PEERS}.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if chosen is None:
        sys.exit("usage: vendor.py product|peers")
    copy(chosen)
    if chosen is PRODUCT:
        leaflet, qr = ROOT / "static/vendor/leaflet", ROOT / "static/vendor/qr"
        trim(ROOT / "tools/leaflet-map.js", leaflet / "leaflet.js", leaflet / "leaflet-map.js", "iife", "es2017")
        trim(ROOT / "tools/qr-decode.js", MODULES / "qr/decode.d.ts", qr / "decode.js", "esm", "es2021")


if __name__ == "__main__":
    main()
