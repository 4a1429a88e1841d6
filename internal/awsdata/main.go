// Command awsdata compacts the list of AWS SDK services that package code/aws
// embeds.
//
// In come the service models of an installed botocore and the resource models
// of boto3 (both Apache License 2.0), out goes code/aws/sdk.bin: names of
// services, operations, waiters and boto3's resource classes, no
// documentation and no shapes. Run it with "go generate ./code/aws"; it needs
// a Python with boto3, or -from with the folder that holds both packages.
package main

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"rind/internal/awsdata/pack"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("awsdata: ")
	out := flag.String("out", "sdk.bin", "file to write")
	from := flag.String("from", "", "folder with the packages botocore and boto3 (default: asked of python3)")
	flag.Parse()
	if err := run(*from, *out); err != nil {
		log.Fatal(err)
	}
}

func run(from, out string) error {
	if from == "" {
		text, err := exec.Command("python3", "-c", "import boto3, os; print(os.path.dirname(os.path.dirname(boto3.__file__)))").Output()
		if err != nil {
			return fmt.Errorf("asking python3 for boto3: %w (install it, or name its folder with -from)", err)
		}
		from = strings.TrimSpace(string(text))
	}
	folders, err := os.ReadDir(filepath.Join(from, "botocore", "data"))
	if err != nil {
		return err
	}
	var services []pack.Service
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		s, err := service(from, f.Name())
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		if s != nil {
			services = append(services, *s)
		}
	}
	data, err := pack.Encode(services)
	if err != nil {
		return err
	}
	operations := 0
	for _, s := range services {
		operations += len(s.Operations)
	}
	log.Printf("%d services, %d operations, %d bytes", len(services), operations, len(data))
	return os.WriteFile(out, data, 0o644)
}

// latest returns the folder of a service's newest version, or "".
func latest(dir string) (string, error) {
	versions, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	newest := ""
	for _, v := range versions {
		if v.IsDir() && v.Name() > newest {
			newest = v.Name()
		}
	}
	if newest == "" {
		return "", nil
	}
	return filepath.Join(dir, newest), nil
}

// load reads a JSON file, plain or compressed. A missing file is empty.
func load(name string, into any) error {
	f, err := os.Open(name)
	var r io.Reader = f
	if errors.Is(err, fs.ErrNotExist) {
		if f, err = os.Open(name + ".gz"); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			r, err = gzip.NewReader(f)
		}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewDecoder(r).Decode(into)
}

func service(from, name string) (*pack.Service, error) {
	dir, err := latest(filepath.Join(from, "botocore", "data", name))
	if err != nil || dir == "" {
		return nil, err
	}
	var m struct {
		Metadata   struct{ ServiceID string }
		Operations map[string]struct{ Input struct{ Shape string } }
		Shapes     map[string]struct{ Members map[string]any }
	}
	if err := load(filepath.Join(dir, "service-2.json"), &m); err != nil {
		return nil, err
	}
	if len(m.Operations) == 0 {
		return nil, nil
	}
	s := &pack.Service{Name: name, ID: m.Metadata.ServiceID}
	lower, upper := 0, 0
	for op, o := range m.Operations {
		s.Operations = append(s.Operations, op)
		for p := range m.Shapes[o.Input.Shape].Members {
			if p[0] >= 'a' && p[0] <= 'z' {
				lower++
			} else {
				upper++
			}
		}
	}
	s.Lower = lower > upper
	slices.Sort(s.Operations)
	var w struct {
		Waiters map[string]struct{ Operation string }
	}
	if err := load(filepath.Join(dir, "waiters-2.json"), &w); err != nil {
		return nil, err
	}
	for name, x := range w.Waiters {
		s.Waiters = append(s.Waiters, pack.Waiter{Name: name, Operation: x.Operation})
	}
	slices.SortFunc(s.Waiters, func(a, b pack.Waiter) int { return cmp.Compare(a.Name, b.Name) })
	if dir, err = latest(filepath.Join(from, "boto3", "data", name)); err != nil || dir == "" {
		return s, err
	}
	var r struct {
		Service   resource
		Resources map[string]resource
	}
	if err := load(filepath.Join(dir, "resources-1.json"), &r); err != nil {
		return nil, err
	}
	s.Resources = append(s.Resources, r.Service.pack("", s))
	for _, name := range keys(r.Resources) {
		s.Resources = append(s.Resources, r.Resources[name].pack(name, s))
	}
	return s, nil
}

type (
	resource struct {
		Identifiers           []struct{ Name string }
		Load                  *action
		Actions, BatchActions map[string]action
		Has, HasMany          map[string]action
		Waiters               map[string]struct {
			WaiterName string
			Params     []param
		}
	}
	action struct {
		Request struct {
			Operation string
			Params    []param
		}
		Resource struct {
			Type        string
			Identifiers []param
		}
	}
	param struct{ Target, Source, Name, Path string }
)

func (r resource) pack(name string, s *pack.Service) pack.Resource {
	out := pack.Resource{Name: name}
	for _, id := range r.Identifiers {
		out.Identifiers = append(out.Identifiers, id.Name)
	}
	if r.Load != nil {
		out.Load = r.Load.Request.Operation
		out.Members = append(out.Members, member(pack.Action, "Load", *r.Load), member(pack.Action, "Reload", *r.Load))
	}
	for _, group := range []struct {
		kind byte
		list map[string]action
	}{{pack.Action, r.Actions}, {pack.Has, r.Has}, {pack.Collection, r.HasMany}, {pack.Batch, r.BatchActions}} {
		for _, name := range keys(group.list) {
			out.Members = append(out.Members, member(group.kind, name, group.list[name]))
		}
	}
	for _, name := range keys(r.Waiters) {
		w := r.Waiters[name]
		for _, known := range s.Waiters {
			if known.Name == w.WaiterName {
				m := pack.Member{Kind: pack.Wait, Name: "WaitUntil" + name, Operation: known.Operation, Params: bound(w.Params)}
				out.Members = append(out.Members, m)
			}
		}
	}
	return out
}

func member(kind byte, name string, a action) pack.Member {
	return pack.Member{
		Kind: kind, Name: name, Operation: a.Request.Operation, Params: bound(a.Request.Params),
		Result: a.Resource.Type, Binds: bound(a.Resource.Identifiers),
	}
}

func bound(list []param) []pack.Bind {
	var out []pack.Bind
	for _, p := range list {
		b := pack.Bind{Target: p.Target, Source: "?"}
		switch p.Source {
		case "identifier":
			b.Source = p.Name
		case "input":
			b.Source = "@"
		case "requestParameter":
			b.Source = "%" + p.Path // the call's own parameter
		case "string":
			continue
		}
		out = append(out, b)
	}
	return out
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
