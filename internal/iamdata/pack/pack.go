// Package pack is the file format of the embedded action catalogue.
//
// Each service is compressed by itself, so that a program that asks about
// three services unpacks three. The file is
//
//	magic, uvarint number of services, then for each: uvarint length and
//	name, uvarint length of its block; then the blocks.
//
// A block is deflated text of tab-separated lines: K (a condition key), R (a
// resource type: name, ARN pattern), A (an action: name, level, indexes of
// resource types with "!" for required ones, indexes of condition keys,
// dependent actions).
package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const magic = "rindiam1"

// maxBlock bounds what a block may unpack to; the largest service, EC2, has
// about 200 KB.
const maxBlock = 4 << 20

// A Service is one service of the catalogue.
type Service struct {
	Name      string // the prefix of its actions
	Resources []Resource
	Actions   []Action // sorted by name, ignoring case
}

// A Resource is a type of resource of a service.
type Resource struct {
	Name string
	ARN  string // "arn:${Partition}:s3:::${BucketName}"
}

// An Action is an API action as the Service Authorization Reference has it.
type Action struct {
	Name      string
	Level     byte // R, L, W, T, P
	Resources []Use
	Keys      []string // condition keys
	Dependent []string
}

// A Use is a resource type that an action works on.
type Use struct {
	Name     string
	Required bool
}

// dictionary primes the compressor with what every service has.
const dictionary = "K\taws:RequestTag/${TagKey}\nK\taws:ResourceTag/${TagKey}\nK\taws:TagKeys\n" +
	"R\tarn:${Partition}:${Region}:${Account}:Name}Id}application/configuration/domain/" +
	"A\tAssociateDisassociateBatchCreateDeleteGetListPutUpdateDescribeRegisterDeregisterStartStopEnableDisableImportExport" +
	"A\tListTagsForResource\tR\t\nA\tTagResource\tT\t0!\t0,2\t\nA\tUntagResource\tT\t0!\t2\t\niam:PassRole"

// Encode writes a catalogue.
func Encode(services []Service) ([]byte, error) {
	head := []byte(magic)
	head = binary.AppendUvarint(head, uint64(len(services)))
	var blocks []byte
	for _, s := range services {
		var b bytes.Buffer
		w, err := flate.NewWriterDict(&b, flate.BestCompression, []byte(dictionary))
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(text(s)); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		head = binary.AppendUvarint(head, uint64(len(s.Name)))
		head = append(head, s.Name...)
		head = binary.AppendUvarint(head, uint64(b.Len()))
		blocks = append(blocks, b.Bytes()...)
	}
	return append(head, blocks...), nil
}

func text(s Service) []byte {
	var keys []string
	for _, a := range s.Actions {
		keys = append(keys, a.Keys...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var b bytes.Buffer
	for _, k := range keys {
		fmt.Fprintf(&b, "K\t%s\n", k)
	}
	for _, r := range s.Resources {
		fmt.Fprintf(&b, "R\t%s\t%s\n", r.Name, r.ARN)
	}
	for _, a := range s.Actions {
		var uses, on []string
		for _, u := range a.Resources {
			i := slices.IndexFunc(s.Resources, func(r Resource) bool { return strings.EqualFold(r.Name, u.Name) })
			if i < 0 {
				continue
			}
			mark := ""
			if u.Required {
				mark = "!"
			}
			uses = append(uses, strconv.Itoa(i)+mark)
		}
		for _, k := range a.Keys {
			i, _ := slices.BinarySearch(keys, k)
			on = append(on, strconv.Itoa(i))
		}
		fmt.Fprintf(&b, "A\t%s\t%c\t%s\t%s\t%s\n", a.Name, a.Level,
			strings.Join(uses, ","), strings.Join(on, ","), strings.Join(a.Dependent, ","))
	}
	return b.Bytes()
}

// An Index finds the services of an encoded catalogue.
type Index struct {
	names  []string // sorted
	blocks map[string][]byte
}

var errFormat = errors.New("catalogue is damaged; run go generate ./iam")

// Open reads the index of a catalogue and keeps data.
func Open(data []byte) (*Index, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errFormat
	}
	next := func() (uint64, bool) {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			return 0, false
		}
		rest = rest[size:]
		return n, true
	}
	count, ok := next()
	if !ok || count > 10000 {
		return nil, errFormat
	}
	x := &Index{blocks: make(map[string][]byte, count)}
	sizes := make([]uint64, 0, count)
	for range count {
		n, ok := next()
		if !ok || n > uint64(len(rest)) {
			return nil, errFormat
		}
		x.names = append(x.names, string(rest[:n]))
		rest = rest[n:]
		if n, ok = next(); !ok {
			return nil, errFormat
		}
		sizes = append(sizes, n)
	}
	for i, n := range sizes {
		if n > uint64(len(rest)) {
			return nil, errFormat
		}
		x.blocks[x.names[i]] = rest[:n]
		rest = rest[n:]
	}
	return x, nil
}

// Names returns the services' names, sorted.
func (x *Index) Names() []string { return x.names }

// Service unpacks one service, or returns nil if there is none of that name.
func (x *Index) Service(name string) (*Service, error) {
	block, ok := x.blocks[name]
	if !ok {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(block), []byte(dictionary)), maxBlock))
	if err != nil {
		return nil, fmt.Errorf("catalogue, service %s: %w", name, err)
	}
	s := &Service{Name: name}
	var keys []string
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case f[0] == "K" && len(f) == 2:
			keys = append(keys, f[1])
		case f[0] == "R" && len(f) == 3:
			s.Resources = append(s.Resources, Resource{Name: f[1], ARN: f[2]})
		case f[0] == "A" && len(f) == 6 && len(f[2]) == 1:
			s.Actions = append(s.Actions, s.action(f, keys))
		default:
			return nil, fmt.Errorf("catalogue, service %s: %w", name, errFormat)
		}
	}
	return s, nil
}

func (s *Service) action(f, keys []string) Action {
	a := Action{Name: f[1], Level: f[2][0]}
	for text := range fields(f[3]) {
		index, required := strings.CutSuffix(text, "!")
		if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(s.Resources) {
			a.Resources = append(a.Resources, Use{Name: s.Resources[i].Name, Required: required})
		}
	}
	for text := range fields(f[4]) {
		if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(keys) {
			a.Keys = append(a.Keys, keys[i])
		}
	}
	for text := range fields(f[5]) {
		a.Dependent = append(a.Dependent, text)
	}
	return a
}

// fields yields the comma-separated parts of a text, none if it is empty.
func fields(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		if text == "" {
			return
		}
		for part := range strings.SplitSeq(text, ",") {
			if !yield(part) {
				return
			}
		}
	}
}
