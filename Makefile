# Everything starts here: `make demo`, `make test`, `make run`. Each sets up .venv by itself.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NODE := .node
# Debian's mail server and spam filter, unpacked and not installed, so that no service is started.
DEBIAN := .debian
BENCH := .bench
CATALOGUE := publisher/translations/pl.po
# Lines of its header that change although no message does, or say nothing.
NO_NEWS := ^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):
FUZZ := .fuzz
SECONDS ?= 300

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo run test lint format schema docs golden messages constraints clean \
	bench-bounces bench-check bench-preview bench-breakages bench-scheduling bench-faults bench-soak bench-mail \
	bench-mail-kills bench-programs fuzz-check

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## set up .venv with .venv/bin/publisher

$(STAMP): constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "publisher needs Python 3.11 or newer, and none was found."; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## rehearse the Next2Met calendar 2019-2023 against the sandbox, then show the pages
	@$(BIN)/publisher demo

run: install ## start the daemon for real
	@$(BIN)/publisher run

install-dev: install $(NODE)/.installed $(DEBIAN)/.unpacked $(BENCH)/sink ## set up what the tests need, too: node's packages, PostgreSQL, chromium, Postfix
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && echo "Installing chromium ..." && \
		apt-get update -qq && apt-get install -qq -y chromium > /dev/null; } || \
		{ echo "The tests need a browser (Debian: apt-get install chromium), and it was not found."; exit 1; }
	@command -v pg_ctl > /dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl > /dev/null 2>&1 || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && echo "Installing PostgreSQL ..." && \
		apt-get update -qq && apt-get install -qq -y postgresql > /dev/null; } || \
		{ echo "The tests need PostgreSQL's server (Debian: apt-get install postgresql), and it was not found."; exit 1; }

$(NODE)/.installed: tests/node/package.json
	@{ command -v node && command -v npm; } > /dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && echo "Installing node ..." && \
		apt-get update -qq && apt-get install -qq -y nodejs npm > /dev/null; } || \
		{ echo "The tests need node and npm (Debian: apt-get install nodejs npm), and they were not found."; exit 1; }
	@mkdir -p $(NODE) && cp $< $(NODE)/package.json
	@npm install --prefix $(NODE) --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error
	@touch $@

$(DEBIAN)/.unpacked:
	@command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || { \
		echo "The tests need Postfix and SpamAssassin as Debian packages them, and there is no apt-get."; exit 1; }
	@echo "Unpacking Postfix and SpamAssassin into $(DEBIAN) ..."
	@test "$$(id -u)" != 0 || apt-get update -qq
	@mkdir -p $(DEBIAN)/packages/partial
	@apt-get install -qq -y --no-install-recommends --download-only -o Debug::NoLocking=1 \
		-o Dir::Cache::archives=$(CURDIR)/$(DEBIAN)/packages/ postfix spamassassin > /dev/null || { \
		echo "The tests need the packages postfix and spamassassin, and they can't be fetched (apt-get update)."; exit 1; }
	@for package in $(DEBIAN)/packages/*.deb; do dpkg-deb -x $$package $(DEBIAN) || exit 1; done
	@touch $@

test: install-dev ## lint, types, import contracts and all tests
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest

lint: install ## ruff, mypy, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: install ## let ruff format and fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schema: install ## write the JSON Schema for editors anew
	@$(BIN)/python -c 'from publisher.channels import known_types; from publisher.schedulefile.schema import as_file; \
		print(as_file(channel_types=known_types()), end="")' > .schema.new
	@mv .schema.new publisher/schedulefile/schedules.schema.json

docs: install ## write the pages that are made from the program
	@$(BIN)/python -m publisher.render.reference > docs/template-reference.md
	@$(BIN)/python tests/integration/fault_table.py > docs/faults.md
	@$(BIN)/python -m publisher.explanations docs

golden: install ## write what the templates say anew (tests/unit/golden/templates); look at every line that changes
	@$(BIN)/python tests/unit/golden_templates.py

messages: install ## gather the messages of the program into the Polish catalogue (translations/pl.po)
	@$(BIN)/pybabel -q extract --no-default-keywords -k sentence -k counted:1,2 --sort-output --no-location --no-wrap \
		-o .messages.pot publisher
	@$(BIN)/pybabel -q update -l pl -i .messages.pot -o $(CATALOGUE) --no-fuzzy-matching --ignore-obsolete --no-wrap
	@grep -vE '$(NO_NEWS)' $(CATALOGUE) > .messages.pot && mv .messages.pot $(CATALOGUE)

bench-check: install ## how long publisher check takes on files of 5,000 lines
	@$(BIN)/python bench/check.py

bench-bounces: install ## how well a collection of mails that came back is read (MAILS=…, TRUTH=…)
	@$(BIN)/python bench/bounces.py $(MAILS) $(TRUTH)

bench-preview: install ## how long the page of 500 announcements takes, and one announcement in the terminal
	@$(BIN)/python bench/preview.py

bench-breakages: install ## break the file 100 times under a running daemon (SEED=…, TIMES=…)
	@$(BIN)/python bench/breakages.py $(if $(SEED),--seed $(SEED)) $(if $(TIMES),--times $(TIMES))

fuzz-check: ## look for files that check or fix can't stand, for SECONDS (atheris, in an environment of its own)
	@test -d $(FUZZ) || $(PYTHON) -m venv $(FUZZ)
	@$(FUZZ)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(FUZZ)/bin/pip install --quiet --disable-pip-version-check atheris
	@$(FUZZ)/bin/python bench/fuzz_check.py -artifact_prefix=$(FUZZ)/ \
		-max_total_time=$(SECONDS) -timeout=10 -max_len=4096

bench-scheduling: install ## how late 1,000 posts of one second are, and what 100,000 that lie ahead cost
	@$(BIN)/python bench/scheduling.py

bench-faults: install ## kill the daemon 1,000 times while it sends and the platforms fail (SEED=…, KILLS=…, DELIVERIES=…)
	@$(BIN)/python bench/faults.py $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(DELIVERIES),--deliveries $(DELIVERIES))

bench-soak: install ## let a simulated year pass with faults, edits and restarts (SEED=…, DAYS=…)
	@$(BIN)/python bench/soak.py $(if $(SEED),--seed $(SEED)) $(if $(DAYS),--days $(DAYS))

bench-mail: install bench-programs $(BENCH)/peers ## how fast mailings go out, beside other programs (ROUNDS=…, RECIPIENTS=…)
	@$(BIN)/python bench/mail.py $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(RECIPIENTS),--recipients $(RECIPIENTS))

bench-mail-kills: install bench-programs ## kill the daemon 1,000 times while it sends 100,000 mails (SEED=…, KILLS=…, MAILS=…)
	@$(BIN)/python bench/mail_kills.py $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(MAILS),--mails $(MAILS))

bench-programs: $(DEBIAN)/.unpacked $(BENCH)/sink $(BENCH)/delay

$(BENCH)/%: bench/%.c
	@command -v cc > /dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && echo "Installing a C compiler ..." && \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends gcc libc6-dev > /dev/null; } || \
		{ echo "The server of the benches needs a C compiler (Debian: apt-get install gcc libc6-dev)."; exit 1; }
	@mkdir -p $(BENCH)
	@cc -std=gnu11 -O2 -Wall -Wextra -Werror -o $@ $<

$(BENCH)/peers:
	@echo "Setting up nodemailer, Mailman and Django in $(BENCH) ..."
	@mkdir -p $(BENCH)/node
	@npm install --prefix $(BENCH)/node --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error nodemailer
	@for peer in django mailman; do \
		$(PYTHON) -m venv $(BENCH)/$$peer && $(BENCH)/$$peer/bin/pip install --quiet --disable-pip-version-check $$peer \
		|| exit 1; done
	@touch $@

constraints: install ## pin all packages anew, with hashes (needs uv on the PATH)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make constraints" --extra dev --upgrade pyproject.toml -o constraints.txt

clean: ## remove what was set up
	rm -rf $(VENV) $(NODE) $(DEBIAN) $(BENCH) $(FUZZ) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
