.DEFAULT_GOAL := help
SHELL := bash
ARGS ?=
BACKEND ?= env
paper_run = { [ -e artifacts/bin/PaperRun/debug/PaperRun ] || echo 'Building the platform; the first time takes 1 to 2 minutes, longer on a busy machine.' >&2; } \
	&& dotnet build trading/PaperRun --nologo --verbosity quiet -consoleLoggerParameters:NoSummary 1>&2 && exec artifacts/bin/PaperRun/debug/PaperRun

.PHONY: help strongroom paper-run outage soak broker vault aws test test-long ci-local bench bench-get bench-start order fmt build

help: ## Says what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

build: ## Builds everything
	dotnet build Strongroom.slnx

strongroom: ## The command as one file that runs alone: artifacts/strongroom
	@eng/strongroom.sh

paper-run: ## A whole paper-trading day on this machine: broker, five services, report (BACKEND=vault or aws, ARGS="--cycles 12 --keep-running")
	@$(paper_run) --backend $(BACKEND) $(ARGS)

outage: ## An outage of the whole budget on a Vault, drawn into outage.svg; takes as long as it says (ARGS="--ttl 00:10:00")
	@$(paper_run) outage $(ARGS)

soak: ## Ten minutes of load on a Vault that keeps going away; memory, threads and handles must stay flat, and the audit add up (ARGS="--burners 15": beside processes that use the machine; --length 00:10:00)
	@$(paper_run) soak $(ARGS)

broker: ## The paper broker alone on 127.0.0.1:8210
	@$(paper_run) broker $(ARGS)

vault: ## A Vault for local development on 127.0.0.1:8200, root token "root", in memory only (ARGS="--port 8300")
	@$(paper_run) vault $(ARGS)

aws: ## A Secrets Manager for local development on 127.0.0.1:4566, keys "test" and "test", in memory only (ARGS="--region eu-west-1")
	@$(paper_run) aws $(ARGS)

test: ## Installs what tests need where it is missing, builds everything, runs all tests, prints coverage, failures and the sum
	@eng/test.sh

test-long: ## The tests that are long by nature in full (whole kill matrices, many repetitions), then the soak beside processes that use the machine
	@eng/test.sh long

ci-local: ## What CI runs, on a fresh clone of what is committed
	@rm -rf artifacts/ci-local && git clone --quiet . artifacts/ci-local && cd artifacts/ci-local && CI=true bash .ci/run

bench: ## The soak, 'get' beside curl, starts, reads that take turns, starts with 5,000 secrets, then the benchmarks beside their rivals; results are printed, and kept in bench/RESULTS.md by hand
	$(MAKE) --no-print-directory soak ARGS=
	$(MAKE) --no-print-directory bench-get ARGS=
	$(MAKE) --no-print-directory bench-start ARGS=
	dotnet run --configuration Release --project bench/Strongroom.Benchmarks -- race
	dotnet run --configuration Release --project bench/Strongroom.Benchmarks -- many
	dotnet run --configuration Release --project bench/Strongroom.Benchmarks -- $(if $(ARGS),$(ARGS),--filter '*')

order: ## Records again which functions 'strongroom get' enters, so that they are together in the file
	dotnet run --configuration Release --project bench/Strongroom.CommandBenchmarks -- order

bench-get: ## 'strongroom get' beside curl, http and https: time and memory (ARGS=100 rounds)
	dotnet run --configuration Release --project bench/Strongroom.CommandBenchmarks -- $(ARGS)

bench-start: ## Starts of hosts and services in turn, in each mode: time, processor, memory, methods compiled (ARGS="21 jit BareHost EnvHost")
	dotnet run --configuration Release --project bench/Strongroom.StartBenchmarks -- $(ARGS)

fmt: ## Formats the code
	dotnet tool exec --yes csharpier@1.4.0 -- format .
