package aws

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed data/effects.yaml
var effectsText []byte

// An effect is what an operation does with data; see data/effects.yaml.
type effect struct {
	Store *struct {
		Place   string   `yaml:"place"`
		Default string   `yaml:"default"`
		Key     string   `yaml:"key"`
		Data    []string `yaml:"data"`
		Items   []string `yaml:"items"` // parameters whose fields are attributes
		Names   []string `yaml:"names"` // parameters that name what is written
	} `yaml:"store"`
	Read  map[string]string `yaml:"read"`
	Echo  []string          `yaml:"echo"`
	Sinks []effectSink      `yaml:"sinks"`
	Named []effectSink      `yaml:"named"`
}

type effectSink struct {
	Param string `yaml:"param"`
	Class string `yaml:"class"`
	Note  string `yaml:"note"`
	Part  string `yaml:"part"`
}

var effects = sync.OnceValue(func() map[string]map[string]*effect {
	m, err := readEffects(effectsText)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	return m
})

func readEffects(text []byte) (map[string]map[string]*effect, error) {
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	m := map[string]map[string]*effect{}
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("effects.yaml: %w", err)
	}
	return m, nil
}
