// Package pack is the file format of the embedded list of AWS SDK services.
//
// Each service is compressed by itself, so that a program that calls three
// services unpacks three. The file is
//
//	magic, uvarint number of services, then for each: uvarint length and
//	name, uvarint length and identifier, uvarint length of its block; then
//	the blocks.
//
// A block is deflated text of tab-separated lines: S (spelling of
// parameters), O (operations), W (waiters), R (a resource class of boto3) and
// M (a member of the class before it).
package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const magic = "rindsdk1"

// maxBlock bounds what a block may unpack to; EC2, the largest, has 40 KB.
const maxBlock = 1 << 20

// A Service is one service as the SDKs know it.
type Service struct {
	Name string // boto3's name of the client: "stepfunctions"
	ID   string // AWS's own identifier, from which other SDKs make names: "SFN"
	// Lower tells that parameters begin with a lower-case letter:
	// "stateMachineArn".
	Lower      bool
	Operations []string
	Waiters    []Waiter
	Resources  []Resource
}

// A Waiter polls an operation.
type Waiter struct{ Name, Operation string }

// A Resource is a class of boto3's resource interface. The one without a name
// is the service itself.
type Resource struct {
	Name        string
	Identifiers []string
	Load        string // operation that reading an attribute calls
	Members     []Member
}

// The kinds of members.
const (
	Action     = 'A' // a method that calls an operation
	Collection = 'C' // a collection, whose elements are of type Result
	Has        = 'H' // a method or attribute that yields another resource
	Batch      = 'B' // a method of collections of this resource
	Wait       = 'W' // a waiter's method
)

// A Member is a method, collection or reference of a resource.
type Member struct {
	Kind      byte
	Name      string
	Operation string
	Params    []Bind // parameters of the operation from identifiers
	Result    string // resource class of the result
	Binds     []Bind // identifiers of the result
}

// A Bind gives a parameter or identifier its value: that of an identifier, or
// "@" the next argument, or "?" something in the response.
type Bind struct{ Target, Source string }

// Encode writes a list of services.
func Encode(services []Service) ([]byte, error) {
	head := []byte(magic)
	head = binary.AppendUvarint(head, uint64(len(services)))
	var blocks []byte
	for _, s := range services {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(text(s)); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		for _, t := range []string{s.Name, s.ID} {
			head = binary.AppendUvarint(head, uint64(len(t)))
			head = append(head, t...)
		}
		head = binary.AppendUvarint(head, uint64(b.Len()))
		blocks = append(blocks, b.Bytes()...)
	}
	return append(head, blocks...), nil
}

func text(s Service) []byte {
	var b bytes.Buffer
	spelling := "U"
	if s.Lower {
		spelling = "L"
	}
	fmt.Fprintf(&b, "S\t%s\nO\t%s\n", spelling, strings.Join(s.Operations, " "))
	for _, w := range s.Waiters {
		fmt.Fprintf(&b, "W\t%s\t%s\n", w.Name, w.Operation)
	}
	for _, r := range s.Resources {
		fmt.Fprintf(&b, "R\t%s\t%s\t%s\n", r.Name, strings.Join(r.Identifiers, " "), r.Load)
		for _, m := range r.Members {
			fmt.Fprintf(&b, "M\t%c\t%s\t%s\t%s\t%s\t%s\n", m.Kind, m.Name, m.Operation, binds(m.Params), m.Result, binds(m.Binds))
		}
	}
	return b.Bytes()
}

func binds(list []Bind) string {
	var out []string
	for _, b := range list {
		out = append(out, b.Target+"="+b.Source)
	}
	return strings.Join(out, " ")
}

// An Index finds the services of an encoded list.
type Index struct {
	Names  []string // boto3's names, sorted
	IDs    []string // identifiers, in the same order
	blocks map[string][]byte
}

var errFormat = errors.New("list of SDK services is damaged; run go generate ./code/aws")

// Open reads the index and keeps data.
func Open(data []byte) (*Index, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errFormat
	}
	number := func() int {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(data)) {
			ok = false
			return 0
		}
		rest = rest[size:]
		return int(n)
	}
	word := func() string {
		n := number()
		if n > len(rest) {
			ok = false
		}
		if !ok {
			return ""
		}
		t := string(rest[:n])
		rest = rest[n:]
		return t
	}
	x := &Index{blocks: map[string][]byte{}}
	var sizes []int
	for range number() {
		x.Names = append(x.Names, word())
		x.IDs = append(x.IDs, word())
		sizes = append(sizes, number())
		if !ok {
			return nil, errFormat
		}
	}
	for i, n := range sizes {
		if n > len(rest) {
			return nil, errFormat
		}
		x.blocks[x.Names[i]] = rest[:n]
		rest = rest[n:]
	}
	return x, nil
}

// Service unpacks one service, or returns nil if there is none of that name.
func (x *Index) Service(name string) (*Service, error) {
	block, ok := x.blocks[name]
	if !ok {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(block)), maxBlock))
	if err != nil {
		return nil, fmt.Errorf("service %s: %w", name, err)
	}
	s := &Service{Name: name}
	for i, n := range x.Names {
		if n == name {
			s.ID = x.IDs[i]
		}
	}
	for line := range strings.Lines(string(data)) {
		if !s.line(strings.Split(strings.TrimSuffix(line, "\n"), "\t")) {
			return nil, fmt.Errorf("service %s: %w", name, errFormat)
		}
	}
	return s, nil
}

func (s *Service) line(f []string) bool {
	switch {
	case f[0] == "S" && len(f) == 2:
		s.Lower = f[1] == "L"
	case f[0] == "O" && len(f) == 2:
		s.Operations = strings.Fields(f[1])
	case f[0] == "W" && len(f) == 3:
		s.Waiters = append(s.Waiters, Waiter{f[1], f[2]})
	case f[0] == "R" && len(f) == 4:
		s.Resources = append(s.Resources, Resource{Name: f[1], Identifiers: strings.Fields(f[2]), Load: f[3]})
	case f[0] == "M" && len(f) == 7 && len(f[1]) == 1 && len(s.Resources) > 0:
		r := &s.Resources[len(s.Resources)-1]
		r.Members = append(r.Members, Member{f[1][0], f[2], f[3], unbind(f[4]), f[5], unbind(f[6])})
	default:
		return false
	}
	return true
}

func unbind(text string) []Bind {
	var out []Bind
	for _, f := range strings.Fields(text) {
		target, source, _ := strings.Cut(f, "=")
		out = append(out, Bind{target, source})
	}
	return out
}
