# What a change must pass. "make test" is the whole of it; the other targets
# are its parts.

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOFUMPT     = go run mvdan.cc/gofumpt@v0.9.2
FUZZTIME   ?= 1s
export CGO_ENABLED = 0

.PHONY: test build check vet staticcheck format race fuzz unit fmt golden clean

# The plain tests come last, so that their lines end the output.
test: check race fuzz unit

build:
	go build -trimpath -o bin/rind ./cmd/rind

check: vet format staticcheck

vet:
	go vet ./...

staticcheck:
	$(STATICCHECK) ./...

format:
	@files=$$($(GOFUMPT) -l .); if [ -n "$$files" ]; then echo "not formatted (run make fmt):"; echo "$$files"; exit 1; fi

# The race detector needs cgo and a C compiler. It matters where goroutines
# share memory: reading, the command line, the caches of sources.
race:
	@if command -v gcc >/dev/null 2>&1; then \
		CGO_ENABLED=1 go test -race -short ./template/... ./cmd/...; \
	else echo "no C compiler: the race detector is skipped"; fi

# Every fuzz target for a moment, to hold what it found before and to notice
# a target that fails at once.
fuzz:
	scripts/fuzz $(FUZZTIME)

unit:
	go test ./...

fmt:
	$(GOFUMPT) -w .

# Writes the golden files anew. Read the diff before committing it.
golden:
	go test ./report ./template/tf/translate ./cmd/rind ./code/lower/python ./code/lower/javascript ./code/lower/java ./code/lower/golang -update

clean:
	rm -rf bin
