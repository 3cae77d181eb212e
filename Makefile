# Two commands do everything on a fresh machine that has Rust, Node and make: `make demo` and `make test`.

DOZOR_LISTEN ?= 127.0.0.1:8080
DOZOR_DATA ?= .dozor
DOZOR_OBJECTS ?= 20000
TARGET := $(or $(CARGO_TARGET_DIR),target)
CI_TEST = cargo test --locked --profile ci --workspace --exclude dozor-benches

# What make test sets up may not be missing in a test: without it a test fails instead of skipping.
export DOZOR_TEST_POSTGRES = required

.PHONY: demo test test-long web bench clean-data

## Builds everything, makes the demo city (or keeps it), plans the day and serves it.
demo: web/dist
	cargo build --locked --release -p dozor-cli
	$(TARGET)/release/dozor demo --data $(DOZOR_DATA) --objects $(DOZOR_OBJECTS) --listen $(DOZOR_LISTEN)
	$(TARGET)/release/dozor serve --data $(DOZOR_DATA) --listen $(DOZOR_LISTEN)

## Runs every check and test, on SQLite and PostgreSQL, and in a browser. What is missing is said first.
test:
	scripts/test-setup
	$(MAKE) web/dist
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	cd web && npm run --silent typecheck && npm run --silent test
	$(CI_TEST)
	scripts/browser-tests

## The same with the full counts of property, kill and fuzz tests (make test runs a seeded part).
test-long: export DOZOR_TEST_LONG = 1
test-long: test

## Criterion benches on a seeded city; see docs/benchmarks.
bench:
	cargo bench --locked -p dozor-benches

web: web/dist

web/node_modules: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist: web/node_modules web/index.html web/vite.config.ts $(shell find web/src web/public -type f 2>/dev/null)
	cd web && npm run --silent build
	@touch $@

## Removes the demo's data: its own files only, and the folder when nothing else is in it.
clean-data:
	rm -f $(DOZOR_DATA)/dozor.sqlite $(DOZOR_DATA)/dozor.sqlite-wal $(DOZOR_DATA)/dozor.sqlite-shm
	-rmdir $(DOZOR_DATA)
