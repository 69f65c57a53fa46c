# The targets that a contributor needs. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

FUZZTIME ?= 5s
IMAGE ?= feddir
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
VULNDB ?= ../shared/vulndb.tar.gz
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# A tool that is not installed is left out with a word, but not in CI.
installed = $(or $(shell command -v $(1)),$(if $(filter true,$(CI)),$(1),echo without $(1):))

##@ Every day

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Serve on 127.0.0.1:8080, with the data in ./feddir-data
	go run ./cmd/feddir serve

.PHONY: test
test: ## Run the tests; what has no PostgreSQL or browser is skipped
	go test ./...

.PHONY: test-short
test-short: ## Run the tests but for those that take long
	go test -short ./...

.PHONY: generate
generate: ## Write again what is generated from ent/schema and the GraphQL schema
	go generate ./...

.PHONY: lint
lint: ## Check format, vet, staticcheck, scripts and the proxy's configuration
	@unformatted=$$(git ls-files --cached --others --exclude-standard '*.go' | xargs gofmt -l); \
		if [[ -n $$unformatted ]]; then echo "gofmt would change: $$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	@$(call installed,shellcheck) .ci/run .ci/packages .ci/unchanged .ci/vuln .ci/fuzz graph/audit/run docs/examples/run
	@FEDDIR_HOST=localhost $(call installed,caddy) validate --adapter caddyfile --config docker/Caddyfile

##@ Before a release

.PHONY: ci
ci: ## Everything below that checks, as .ci/run does it for a clean clone
	.ci/run

.PHONY: verify
verify: ## Fail when a generated file or a built page is stale
	.ci/unchanged $(MAKE) -j2 --no-print-directory generate console

.PHONY: test-all
test-all: ## Run the tests, refuse skipped ones, and count them
	@mkdir -p .cache
	@go test -json -timeout 20m ./... >.cache/test.json || true
	@go run .ci/testsum.go <.cache/test.json

# SQLite is C made into Go: watched by the detector it is some ten times slower,
# and its memory is none of ours. Only packages that share no generic code with
# others can be left out: the linker keeps one copy of that, watched or not.
# The complete isolation suite runs the code of its short form for every field.
RACE := CGO_ENABLED=1 go test -race -gcflags='modernc.org/sqlite/lib=-race=false' -shuffle=on -timeout 40m

.PHONY: race
race: ## Run the tests in random order under the race detector
	$(RACE) $$(go list ./... | grep -v /test/isolation) | sed '/no test files/d'
	$(RACE) -short ./test/isolation

.PHONY: contention
contention: export FEDDIR_RACE_ROUNDS ?= 500
contention: ## Let all kinds of changes meet on the same rows, 500 rounds of each
	go test ./test/reliability -run 'AtOnce|WhileItIsFilled' -count=1 -timeout 0 -v

.PHONY: graphql-http
graphql-http: ## Audit GraphQL over HTTP against a started server, with Node
	graph/audit/run

.PHONY: examples
examples: ## Build the examples and run them against a started server, with Node
	docs/examples/run

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (5s)
	.ci/fuzz $(FUZZTIME)

.PHONY: vuln
vuln: ## Look for known vulnerabilities, offline with the snapshot VULNDB
	.ci/vuln $(VULNDB) go run $(GOVULNCHECK)

.PHONY: bench
bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

##@ Build

.PHONY: build
build: ## Build the static binary ./feddir
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o feddir ./cmd/feddir

.PHONY: console
console: ## Build the pages that the binary embeds, with Node
	@for project in console/*/package.json; do \
		npm --prefix "$$(dirname "$$project")" ci --ignore-scripts; \
		npm --prefix "$$(dirname "$$project")" run build; \
	done

.PHONY: docker
docker: ## Build the container image IMAGE (feddir)
	docker build -f docker/Dockerfile --build-arg VERSION=$(VERSION) -t $(IMAGE) .

.PHONY: packages
packages: ## Install what the tests use besides Go and Node (Debian, root)
	.ci/packages

.PHONY: download
download: export GOBIN = $(CURDIR)/.cache/bin
download: ## Fetch the modules and the tools, and compile them
	@for pause in 5 20 60 0; do \
		if go mod download && go install $(STATICCHECK) && go install $(GOVULNCHECK); then break; fi; \
		if [[ $$pause == 0 ]]; then exit 1; fi; \
		sleep $$pause; \
	done
	go build ./...
