# Capsight: everything a newcomer types. The build itself is meson's.
BUILD ?= build
export CAPSIGHT_DATA ?= $(if $(wildcard ../shared/data),$(abspath ../shared/data))

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@.ci/setup
	@meson setup $(BUILD) --buildtype=debugoptimized

demo: all
	@BUILD=$(BUILD) app/demo.sh

test: all
	@status=0; meson test -C $(BUILD) --print-errorlogs $(TEST_FLAGS) || status=$$?; \
	.ci/summary $(BUILD)/meson-logs/testlog.txt && exit $$status

bench: all
	@meson test -C $(BUILD) --benchmark --verbose

# Longer and from another start each time; says its seed.
fuzz: all
	@seed=$${FUZZ_SEED:-$$(date +%s)}; echo "seed $$seed"; \
	export FUZZ_SEED=$$seed FUZZ_SECONDS=$${FUZZ_SECONDS:-300} CK_DEFAULT_TIMEOUT=0; \
	$(BUILD)/tests/test-fuzz_series && $(BUILD)/tests/test-fuzz_tables && \
	$(BUILD)/tests/test-fuzz_archive && $(BUILD)/tests/test-fuzz_reports

# Tests that need other programs' servers or languages.
peers: all
	@.ci/setup packages-peers || echo "some packages are missing: see the last line"
	@tests/peers/run.sh $(BUILD)

# Objects one by one: GLib's own allocator would hide what is freed too early.
# All take several times as long.
asan: export G_SLICE = always-malloc
asan: export CK_TIMEOUT_MULTIPLIER = 5
asan:
	@.ci/setup
	@test -f build-asan/build.ninja || meson setup build-asan \
	  -Db_sanitize=address,undefined -Db_lundef=false
	@$(MAKE) --no-print-directory BUILD=build-asan TEST_FLAGS='--timeout-multiplier 5' test

clean:
	@rm -rf $(BUILD) build-asan demo

.PHONY: all demo test bench fuzz peers asan clean
