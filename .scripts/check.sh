#!/usr/bin/env bash
# Everything that can be said about the code without running it, each finding with what to do. Goes on to the end and
# fails when anything was found.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
failed=0

step() { printf '== %s\n' "$1"; }
found() {
	printf '   FAILED: %s\n' "$1" >&2
	failed=1
}

# A copy to generate and format in: a check changes nothing.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R go.mod go.sum cmd internal migrations web "$work"

# differ NAME ADVICE: the files of that name must be the same in the copy.
differ() {
	local lines
	lines=$(diff -r -q internal "$work/internal"; diff -r -q web "$work/web")
	lines=$(printf '%s\n' "$lines" | grep -E "$1( |\$)") || return 0
	printf '%s\n' "$lines" | sed "s| and $work.* differ||"
	found "$2"
}

step "format (gofmt)"
unformatted=$(gofmt -l cmd internal migrations web)
if [ -n "$unformatted" ]; then
	printf '%s\n' "$unformatted"
	found "run gofmt -w on these files"
fi

step "templates (templ generate, templ fmt)"
templ=$(go tool -n templ)
(cd "$work" && "$templ" generate -log-level=error) || found "templ generate"
differ '_templ\.go' "generated code is out of date: run make generate"
# Without prettier, whatever is installed here: the same result everywhere.
(cd "$work" && "$templ" fmt -log-level=error -prettier-command=cat .) || found "templ fmt"
differ '\.templ' "run go tool templ fmt . at the top of the checkout"

step "vet"
go vet ./... || found "go vet"

step "lint (staticcheck)"
go tool staticcheck ./... || found "staticcheck"

step "rooms import in one direction only"
go test -count=1 ./internal/archtest || found "archtest"

step "migrations are numbered without gaps, each with up and down"
number=0
for up in migrations/*.up.sql; do
	number=$((number + 1))
	case "$up" in
	"migrations/$(printf '%06d' "$number")_"*) ;;
	*) found "expected number $(printf '%06d' "$number"), found $up" && break ;;
	esac
	[ -f "${up%.up.sql}.down.sql" ] || found "$up has no .down.sql"
done

step "go.mod is tidy"
go mod tidy -diff || found "run go mod tidy"

step "shell scripts"
for script in .scripts/*.sh .ci/run; do
	bash -n "$script" || found "$script"
done

step "known vulnerabilities (govulncheck)"
# 1.9.0 needs a module version that some proxies refuse.
if command -v curl >/dev/null && ! curl -fsS -m 10 -o /dev/null https://vuln.go.dev/index/db.json 2>/dev/null; then
	echo "   not checked: the vulnerability database (vuln.go.dev) cannot be reached from here"
else
	go run golang.org/x/vuln/cmd/govulncheck@v1.8.0 ./...
	case $? in
	0) ;;
	3) found "govulncheck names vulnerable code that is called" ;;
	*) echo "   not checked: govulncheck or its database cannot be reached from here" ;;
	esac
fi

[ "$failed" = 0 ] && echo "check: ok"
exit "$failed"
