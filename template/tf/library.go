package tf

import (
	"crypto/md5"  //nolint:gosec // Terraform's md5(), not used to protect anything
	"crypto/sha1" //nolint:gosec // Terraform's sha1(), not used to protect anything
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// library are the functions that need known arguments. timestamp, uuid,
// bcrypt and the like are not here: what they return is not known.
var library = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc,
	"max": stdlib.MaxFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,

	"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc,
	"csvdecode": stdlib.CSVDecodeFunc, "formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,

	"sum": oneArg(cty.DynamicPseudoType, cty.Number, sum),

	"md5":          hashed(func(b []byte) []byte { h := md5.Sum(b); return h[:] }, hex.EncodeToString),  //nolint:gosec // see above
	"sha1":         hashed(func(b []byte) []byte { h := sha1.Sum(b); return h[:] }, hex.EncodeToString), //nolint:gosec // see above
	"sha256":       hashed(sum256, hex.EncodeToString),
	"sha512":       hashed(sum512, hex.EncodeToString),
	"base64sha256": hashed(sum256, base64Std.EncodeToString),
	"base64sha512": hashed(sum512, base64Std.EncodeToString),

	"cidrhost":    cidrFunc(cty.String, cidrHost),
	"cidrsubnet":  cidrFunc(cty.String, cidrSubnet),
	"cidrnetmask": oneArg(cty.String, cty.String, cidrNetmask),
	"cidrsubnets": cidrFunc(cty.List(cty.String), cidrSubnets),
}

func sum256(b []byte) []byte { h := sha256.Sum256(b); return h[:] }
func sum512(b []byte) []byte { h := sha512.Sum512(b); return h[:] }

func oneArg(in, out cty.Type, f func(cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: in}},
		Type:   function.StaticReturnType(out),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f(args[0]) },
	})
}

func hashed(sum func([]byte) []byte, show func([]byte) string) function.Function {
	return oneArg(cty.String, cty.String, func(v cty.Value) (cty.Value, error) {
		return cty.StringVal(show(sum([]byte(v.AsString())))), nil
	})
}

func sum(v cty.Value) (cty.Value, error) {
	if !v.CanIterateElements() || v.LengthInt() == 0 {
		return cty.NilVal, errors.New("needs a list of at least one number")
	}
	total := new(big.Float)
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.Type() != cty.Number || e.IsNull() {
			return cty.NilVal, errors.New("an element is not a number")
		}
		total.Add(total, e.AsBigFloat())
	}
	return cty.NumberVal(total), nil
}

// cidrFunc is a function of a network prefix and whole numbers.
func cidrFunc(out cty.Type, f func(p netip.Prefix, n []*big.Int) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "prefix", Type: cty.String}},
		VarParam: &function.Parameter{Name: "numbers", Type: cty.Number},
		Type:     function.StaticReturnType(out),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := netip.ParsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, fmt.Errorf("%q is not a CIDR prefix", args[0].AsString())
			}
			var n []*big.Int
			for _, a := range args[1:] {
				i, acc := a.AsBigFloat().Int(nil)
				if acc != big.Exact {
					return cty.NilVal, errors.New("needs whole numbers")
				}
				n = append(n, i)
			}
			return f(p, n)
		},
	})
}

// offset adds n to an address.
func offset(a netip.Addr, n *big.Int) (netip.Addr, error) {
	sum := new(big.Int).Add(new(big.Int).SetBytes(a.AsSlice()), n)
	b := sum.Bytes()
	size := len(a.AsSlice())
	if sum.Sign() < 0 || len(b) > size {
		return a, errors.New("beyond the address space")
	}
	out, _ := netip.AddrFromSlice(append(make([]byte, size-len(b)), b...))
	return out, nil
}

func cidrHost(p netip.Prefix, n []*big.Int) (cty.Value, error) {
	if len(n) != 1 {
		return cty.NilVal, errors.New("needs a prefix and a host number")
	}
	host := n[0]
	free := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
	if host.Sign() < 0 {
		host = new(big.Int).Add(free, host)
	}
	if host.Sign() < 0 || host.Cmp(free) >= 0 {
		return cty.NilVal, errors.New("the prefix has no such host")
	}
	a, err := offset(p.Masked().Addr(), host)
	return cty.StringVal(a.String()), err
}

func cidrSubnet(p netip.Prefix, n []*big.Int) (cty.Value, error) {
	if len(n) != 2 || !n[0].IsInt64() || n[0].Sign() < 0 {
		return cty.NilVal, errors.New("needs a prefix, new bits and a network number")
	}
	bits := int64(p.Bits()) + min(n[0].Int64(), 1000)
	if bits > int64(p.Addr().BitLen()) || n[1].Sign() < 0 || n[1].BitLen() > int(n[0].Int64()) {
		return cty.NilVal, errors.New("the prefix has no such subnet")
	}
	a, err := offset(p.Masked().Addr(), new(big.Int).Lsh(n[1], uint(int64(p.Addr().BitLen())-bits)))
	return cty.StringVal(netip.PrefixFrom(a, int(bits)).String()), err
}

func cidrSubnets(p netip.Prefix, n []*big.Int) (cty.Value, error) {
	at := p.Masked().Addr()
	var out []cty.Value
	for i, nb := range n {
		if !nb.IsInt64() || nb.Sign() < 0 || nb.Int64() > 128 || p.Bits()+int(nb.Int64()) > p.Addr().BitLen() {
			return cty.NilVal, errors.New("the prefix has no such subnet")
		}
		bits := p.Bits() + int(nb.Int64())
		net := netip.PrefixFrom(at, bits).Masked()
		if net.Addr() != at { // align to the next boundary
			a, err := offset(net.Addr(), new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-bits)))
			if err != nil {
				return cty.NilVal, err
			}
			net = netip.PrefixFrom(a, bits)
		}
		if !p.Contains(net.Addr()) {
			return cty.NilVal, errors.New("the prefix has no room for the subnets")
		}
		out = append(out, cty.StringVal(net.String()))
		next, err := offset(net.Addr(), new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-bits)))
		if err != nil {
			if i == len(n)-1 {
				break
			}
			return cty.NilVal, err
		}
		at = next
	}
	if len(out) == 0 {
		return cty.ListValEmpty(cty.String), nil
	}
	return cty.ListVal(out), nil
}

func cidrNetmask(v cty.Value) (cty.Value, error) {
	p, err := netip.ParsePrefix(v.AsString())
	if err != nil || !p.Addr().Is4() {
		return cty.NilVal, errors.New("needs an IPv4 CIDR prefix")
	}
	mask := uint32(0xffffffff)
	mask = uint32(uint64(mask) << (32 - p.Bits()))
	return cty.StringVal(netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String()), nil
}
