# make run    build, find or get a PostgreSQL, serve http://127.0.0.1:8080 with the demo county
# make test   the whole suite, browser tests included; installs what it needs and says so
# make check  format, vet, lint, generated code, migrations, dependencies, known vulnerabilities
# make build | generate | assets | bench | pg | clean
#
# Works with GNU make 3.81 (macOS) and newer. docs/operations.md says more.

# Not the default shell: make 3.81 looks for plain commands along its own PATH, not along the one exported here.
SHELL := /bin/bash
export PATH := $(PATH):/usr/local/go/bin:$(HOME)/go/bin:/opt/homebrew/bin:/usr/local/bin

# Distributions that switch the toolchain download off would refuse go.mod's Go version.
GOTOOLCHAIN ?= auto
export GOTOOLCHAIN

# Go stamps programs with the commit and fails where git refuses to answer, as for root in somebody else's checkout.
ifneq ($(shell git rev-parse HEAD >/dev/null 2>&1 && echo ok),ok)
export GOFLAGS := $(GOFLAGS) -buildvcs=false
endif

# What to test: make test PKG=./internal/period/... RUN=TestMonth
PKG ?= ./...
RUN ?= .

.DEFAULT_GOAL := build
.PHONY: run build check test bench generate assets pg clean

build:
	@.scripts/go-needed.sh
	go build -o bin/yigai ./cmd/yigai

pg:
	@.scripts/go-needed.sh
	@go run ./internal/pgserver/pgfetch

run: build pg
	@exec env YIGAI_DEMO=1 bin/yigai serve

test:
	@.scripts/go-needed.sh
	@.scripts/test-needs.sh
	@echo "== memory bounds, measured without the race detector"
	@bin/pgwith go test -count=1 -run 'Bounded|NeedLittleMemory|WhateverIsSent|NaughtyStringsInCells' ./internal/sheet ./internal/report ./internal/workbook/workbookweb
	@echo "== everything, with the race detector"
	@bin/pgwith go test -race -shuffle=on -count=1 -run '$(RUN)' $(PKG)

check:
	@.scripts/go-needed.sh
	@.scripts/check.sh

bench:
	@.scripts/go-needed.sh
	@go run ./internal/bench

generate:
	@.scripts/go-needed.sh
	go tool templ generate

assets:
	.scripts/assets.sh

# Only what can be built again: never the data in var/.
clean:
	rm -rf bin
