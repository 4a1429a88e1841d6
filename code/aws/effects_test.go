package aws

import "testing"

// TestEffectsAreKnown holds the table to the operations that the SDKs have.
func TestEffectsAreKnown(t *testing.T) {
	shapes := map[string]bool{"text": true, "data": true, "stream": true, "list": true}
	for name, ops := range effects() {
		s := service(name)
		if s == nil {
			t.Errorf("no service %s", name)
			continue
		}
		for op, e := range ops {
			if s.operations[plain(op)] != op {
				t.Errorf("%s has no operation %s", name, op)
			}
			for field, shape := range e.Read {
				if !shapes[shape] && len(shape) < 7 {
					t.Errorf("%s.%s: %s has no shape %q", name, op, field, shape)
				}
			}
		}
	}
}
