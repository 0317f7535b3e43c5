# Everything is run through this file; `make` alone prints what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))) python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser
ARGS ?=

.PHONY: help
help: ## 显示本说明 (this help)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: site
site: $(READY) ## 由 content/ 生成网站到 site/public (build the site)
	@$(BIN)/taizhang build $(ARGS)

.PHONY: serve
serve: $(READY) ## 本机预览，改动 content/ 后自动刷新 (live preview)
	@$(BIN)/taizhang serve $(ARGS)

# A made-up city over four half-years: comparing, correcting, sealing, two editions.
DEMO := build/demo
.PHONY: demo
demo: $(READY) ## 生成演示站点（虚构的城市）到 build/demo/site (the demonstration site)
	@rm -rf $(DEMO) && mkdir -p build && cp -R tests/demo $(DEMO)
	@for s in 2020H1 2020H2 2021H1; do $(BIN)/taizhang seal $$s --site $(DEMO) --date 2022-02-01; done
	@$(BIN)/taizhang correct 2020H1 --task 7 --field progress --site $(DEMO) --date 2022-02-08 \
		--to '已完成64公里，占年度任务的53.3%。' --reason '市交通局来函：原报数重复计入了2公里。'
	@$(BIN)/taizhang build --site $(DEMO)

.PHONY: check
check: $(READY) ## 检查 content/ 中的数据 (check the data)
	@$(BIN)/taizhang check $(ARGS)

.PHONY: test
test: $(BROWSER) ## 运行测试，含真实浏览器 (run the tests, in a real browser too)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: lint
lint: $(READY) ## 代码检查 (ruff and mypy --strict)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: bench
bench: $(BROWSER) ## 测量用时与 Lighthouse 得分 (measure times; Lighthouse)
	@$(BIN)/python -m benchmarks.run $(ARGS)

.PHONY: screenshots
screenshots: $(BROWSER) site ## 重拍 docs/img/ 的截图 (take the screenshots anew)
	@$(BIN)/python docs/screenshots.py

.PHONY: catalogues
catalogues: $(READY) ## 收集界面词语到 generator/catalogues (gather the interface's words)
	@$(BIN)/python -m generator.catalogues

.PHONY: accuracy
accuracy: $(READY) ## 数字提取的准确率 (precision and recall of the analysis)
	@$(BIN)/python -m benchmarks.accuracy $(ARGS)

.PHONY: lock
lock: ## 更新依赖锁定文件，需要 uv (renew requirements.lock)
	uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock

.PHONY: clean
clean: ## 删除生成的文件，保留 content/ (remove what was generated)
	@rm -rf build dist $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find site -mindepth 1 ! -name README.md -delete

# The environment: made once, made again when the lock or the package's own
# description changes. Every file is checked against its hash.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "需要 Python 3.11 或更新的版本 (Python 3.11 or later is needed)"; exit 1; }
	@echo "[1/3] 建立运行环境 $(VENV) (making the environment)"
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "无法建立环境；Debian/Ubuntu 请先安装 python3-venv (install python3-venv)"; exit 1; }
	@echo "[2/3] 安装依赖，首次约需一两分钟 (installing dependencies)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on \
		--require-hashes --requirement requirements.lock
	@echo "[3/3] 安装 taizhang"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
		--no-deps --no-build-isolation --editable .
	@touch $@

# Chromium, a Chinese font and the HTML checker; without a stamp, and tried again
# next time, while any is missing.
$(BROWSER): $(READY) tests/provision.py
	@$(BIN)/python tests/provision.py $@
