# The targets that contributors need; `make help` lists them.

GO    ?= go
FUZZ  ?= 20000x
BENCH ?= .

.PHONY: help build test postgres registry cluster cover fuzz lint chart bench bench-core generate tidy clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the commands into bin/
	$(GO) build -o bin/ ./cmd/...

test: lint postgres registry cluster chart ## lint, then all tests with the race detector in random order
	@./.ci/cluster $(GO) test -race -shuffle=on -timeout 20m ./...

postgres: ## install PostgreSQL for the tests where that needs no password, else say what to do
	@./.ci/postgres

registry: ## install docker-registry for the tests where that needs no password, else say what to do
	@./.ci/registry

cluster: ## build the Kubernetes control plane of the tests, once: some 6 minutes, then kept in the user's cache folder
	@./.ci/cluster

cover: ## coverage of the pure packages; fails below 95 %
	@./.ci/cover

fuzz: ## run every fuzz target for FUZZ, a count or time (default 20000x)
	@./.ci/fuzz $(FUZZ)

chart: ## hold the Helm chart to its schema and to the rendered manifests (UPDATE=-update writes them)
	cd deploy/render && $(GO) vet ./... && $(GO) test ./... $(UPDATE)

lint: ## formatting and vet
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...

bench: ## run the benchmarks (BENCH=regexp), each with allocations
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

bench-core: ## measure odg-core against bare PostgreSQL (ARGS='--rows 1000000' for the full size)
	@$(GO) run ./bench $(ARGS)

generate: ## refresh generated data (end-of-life dates)
	$(GO) generate ./...

tidy: ## tidy and verify the module
	$(GO) mod tidy
	$(GO) mod verify

clean: ## remove what was built
	rm -rf bin
