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
	@status=0; meson test -C $(BUILD) --print-errorlogs || status=$$?; \
	.ci/summary $(BUILD)/meson-logs/testlog.txt && exit $$status

bench: all
	@meson test -C $(BUILD) --benchmark --verbose

asan:
	@.ci/setup
	@test -f build-asan/build.ninja || meson setup build-asan \
	  -Db_sanitize=address,undefined -Db_lundef=false
	@$(MAKE) --no-print-directory BUILD=build-asan test

clean:
	@rm -rf $(BUILD) build-asan demo

.PHONY: all demo test bench asan clean
