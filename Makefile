# The commands of this repository. The work is in tools/.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench web generate

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything and start the demonstration on http://127.0.0.1:8080; PROGRAMME=folder for your own
	@tools/run.sh

test: ## run every test
	@tools/test.sh

lint: ## go vet, staticcheck, gofumpt, deadcode, generated code is fresh
	@tools/lint.sh

bench: ## the engine's turn, then the whole system beside pgbench
	@tools/bench.sh

web: ## bundle the pages' styles and scripts
	@tools/web.sh

generate: ## make Go code out of the templates
	@tools/generate.sh
