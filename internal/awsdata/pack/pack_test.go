package pack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	want := Service{
		Name: "shop", ID: "Shop Service", Lower: true, Operations: []string{"Buy", "Sell"}, Waiters: []Waiter{{"Open", "Buy"}},
		Resources: []Resource{{
			Name: "Cart", Identifiers: []string{"Id"}, Load: "Buy",
			Members: []Member{{Kind: Action, Name: "Pay", Operation: "Sell", Params: []Bind{{"cart", "Id"}}, Result: "Cart", Binds: []Bind{{"Id", "?"}}}},
		}},
	}
	data, err := Encode([]Service{want})
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := x.Service("shop")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Error(diff)
	}
	if s, err := x.Service("none"); s != nil || err != nil {
		t.Errorf("an unknown service: %v, %v", s, err)
	}
}

func FuzzOpen(f *testing.F) {
	data, err := Encode([]Service{{Name: "a", ID: "A", Operations: []string{"B"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Open(data)
		if err != nil {
			return
		}
		for _, n := range x.Names {
			_, _ = x.Service(n)
		}
	})
}
