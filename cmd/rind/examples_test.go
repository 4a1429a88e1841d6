package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestExampleApps: the shop has the faults it is there for, also in its code;
// its hardened twin has none.
func TestExampleApps(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"scan", "../../examples/orders-hardened", "--fail-on", "info"}, nil, &out, &errs); code != exitClean {
		t.Errorf("the hardened shop: exit %d\n%s%s", code, out.String(), errs.String())
	}
	out.Reset()
	run([]string{"scan", "../../examples/orders", "-q"}, nil, &out, &errs)
	for _, want := range []string{
		"high[RIND-CODE-001]", "search/app.py:14", "high[RIND-CODE-004]", "receive_upload/app.py:19", "low[RIND-CODE-025]", "report/index.js:10",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the shop has no %s", want)
		}
	}
}
