#!/bin/sh
# Rebuilds the third-party files of web/static: Bootstrap's style sheet cut down to the classes of
# .scripts/bootstrap-keep.txt, htmx, and the icons of .scripts/icons.txt as one sprite.
# The output is committed, so only whoever changes a version or a list needs Node and the network.
# Own files (base.css, app.css, app.js, entry.js, favicon.svg) are not touched.
set -eu

BOOTSTRAP=5.3.9
HTMX=2.0.11
ICONS=1.13.2
PURGECSS=8.0.0

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/web/static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v npm >/dev/null || { echo "assets: npm (Node 20 or newer) is needed" >&2; exit 1; }

cd "$work"
for pkg in "bootstrap@$BOOTSTRAP" "htmx.org@$HTMX" "bootstrap-icons@$ICONS"; do
	name=${pkg%@*}
	tarball=$(npm pack --silent "$pkg" | tail -1)
	mkdir "$name"
	tar xzf "$tarball" -C "$name" --strip-components=1
done
npm install --silent --no-save --no-audit --no-fund --ignore-scripts "purgecss@$PURGECSS"

cp "$root/.scripts/bootstrap-keep.txt" keep.txt
cat >purge.mjs <<'JS'
import { readFileSync, writeFileSync } from 'node:fs'
import { PurgeCSS } from 'purgecss'
const keep = readFileSync('keep.txt', 'utf8').split('\n').filter(l => !l.startsWith('#')).join(' ')
const [result] = await new PurgeCSS().purge({
  content: [{ raw: keep, extension: 'txt' }],
  css: ['bootstrap/dist/css/bootstrap.min.css'],
  defaultExtractor: text => text.split(/\s+/),
  variables: true,
  // Dark mode, validation by script and toggle buttons are Bootstrap's ways of doing things; ours differ.
  blocklist: [/data-bs-theme/, /was-validated/, /btn-check/, /form-floating/, /input-group/, /form-select/],
})
// Pictures in data: addresses would need a hole in the Content-Security-Policy.
const css = result.css.replace(/[\w-]+:[^;{}]*url\([^;{}]*data:[^;{}]*/g, '').replace(/\/\*# sourceMappingURL.*?\*\//, '').replace(/@charset "UTF-8";/, '')
writeFileSync('bootstrap.css', css.trim() + '\n')
JS
node purge.mjs
cp bootstrap.css "$out/bootstrap.css"
cp htmx.org/dist/htmx.min.js "$out/htmx.js"

{
	printf '<svg xmlns="http://www.w3.org/2000/svg">\n'
	grep -v '^#' "$root/.scripts/icons.txt" | tr -s ' ' '\n' | sed '/^$/d' | sort -u | while read -r icon; do
		test -f "bootstrap-icons/icons/$icon.svg" || { echo "assets: no icon $icon" >&2; exit 1; }
		tr -d '\n' <"bootstrap-icons/icons/$icon.svg" |
			sed -e 's/<svg[^>]*>/<symbol id="'"$icon"'" viewBox="0 0 16 16">/' -e 's/<\/svg>/<\/symbol>/' -e 's/>  *</></g'
		printf '\n'
	done
	printf '</svg>\n'
} >icons.svg
cp icons.svg "$out/icons.svg"

mkdir -p "$out/LICENSES"
cp bootstrap/LICENSE "$out/LICENSES/bootstrap-$BOOTSTRAP.txt"
cp htmx.org/LICENSE "$out/LICENSES/htmx-$HTMX.txt"
cp bootstrap-icons/LICENSE "$out/LICENSES/bootstrap-icons-$ICONS.txt"

gz() { gzip -9 -c "$1" | wc -c | tr -d ' '; }
echo "assets: bootstrap.css $(gz "$out/bootstrap.css") bytes gzipped, htmx.js $(gz "$out/htmx.js"), icons.svg $(gz "$out/icons.svg"), base.css $(gz "$out/base.css"), app.css $(gz "$out/app.css")"
