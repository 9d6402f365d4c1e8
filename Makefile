# The two commands a newcomer needs are `make run` and `make test`; both install what the machine lacks.

.PHONY: run test build check fmt

## Build and start a demonstration office on http://localhost:8080
run: build
	@mkdir -p data
	target/release/hutong serve --demo --data data

## Everything CI runs
test:
	cargo xtask test

## target/release/hutong, web client embedded
build:
	cargo xtask setup build
	cd web && npm run --silent build
	cargo build --release --locked --package server

## What fails fastest, for while you work
check:
	cargo xtask test format tidy
	cargo check --workspace --all-targets

fmt:
	cargo fmt --all
	cd web && npm run --silent format
