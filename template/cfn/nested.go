package cfn

import (
	"fmt"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// child returns the stack nested as resource id, nil if the resource is no
// nested stack or its template cannot be read.
func (s *stack) child(id string) *stack {
	if c, ok := s.children[id]; ok {
		if c != nil {
			s.r.track.add(c.deps)
		}
		return c
	}
	raw := s.ids[id]
	var url *rind.Value
	switch raw.Get("Type").Str() {
	case "AWS::CloudFormation::Stack":
		url = raw.Get("Properties", "TemplateURL")
	case "AWS::Serverless::Application":
		url = raw.Get("Properties", "Location")
	default:
		return nil
	}
	if s.children == nil {
		s.children = map[string]*stack{}
	}
	s.children[id] = nil // while it is being made, it has no outputs
	outer := s.r.track
	s.r.track = s.deps
	defer func() { s.r.track.add(outer) }()
	if cond := raw.Get("Condition"); cond != nil && !s.holds(cond) {
		return nil
	}
	t := s.nestedTemplate(id, raw, s.resolve(url, 0))
	if t == nil {
		return nil
	}
	c := newStack(s.r, t, s, id, raw.Get("Properties", "Parameters"))
	c.deps = s.r.track
	s.children[id] = c
	return c
}

func (s *stack) nestedTemplate(id string, raw, url *rind.Value) *Template {
	if s.r.opt.Load == nil {
		return nil
	}
	span := raw.Span
	if url != nil && url.Span.File != "" {
		span = url.Span
	}
	file, ok := "", false
	if s.r.opt.NestedFile != nil {
		file, ok = s.r.opt.NestedFile(s.t, id, raw)
	}
	if !ok && url.Scalar() {
		file, ok = source.Join(s.t.File, strings.TrimPrefix(url.Text, "file://"))
	}
	if !ok {
		where := "its template"
		if url != nil && url.Text != "" {
			where = clip(url.Text, 120)
		} else if url.Get("ApplicationId") != nil {
			where = "an application of the Serverless Application Repository"
		}
		s.r.skip(span, "nested stack %s: %s is not a file in this folder", s.prefix+id, where)
		return nil
	}
	for p := s; p != nil; p = p.parent {
		if p.t.File == file {
			s.r.skip(span, "nested stack %s: %s contains itself", s.prefix+id, file)
			return nil
		}
	}
	if s.depth >= maxNesting {
		s.r.skip(span, "nested stack %s: stacks nest deeper than %d levels", s.prefix+id, maxNesting)
		return nil
	}
	parameters := s.knownParameters(raw.Get("Properties", "Parameters"))
	// A file that is loaded already makes another stack all the same.
	if s.r.nested++; s.r.nested > maxNested {
		if s.r.nested == maxNested+1 {
			s.r.skip(span, "nested stack %s: more than %d nested stacks; the rest is left out", s.prefix+id, maxNested)
		}
		return nil
	}
	key := file + fmt.Sprint(parameters)
	if t, ok := s.r.loaded[key]; ok {
		return t
	}
	t, err := s.r.opt.Load(file, parameters)
	if err != nil {
		s.r.skip(span, "nested stack %s: %v", s.prefix+id, err)
		t = nil
	} else if t == nil || t.Root == nil || t.Root.Kind != rind.Map {
		s.r.skip(span, "nested stack %s: %s holds no template", s.prefix+id, file)
		t = nil
	} else {
		s.r.skipped = append(s.r.skipped, t.Skipped...)
		s.r.macros(t)
	}
	s.r.loaded[key] = t
	return t
}

// knownParameters are those that a parent passes with a known value. An
// expansion of the nested template may need them.
func (s *stack) knownParameters(raw *rind.Value) map[string]string {
	out := map[string]string{}
	for _, f := range fields(raw) {
		v := s.resolve(f.Value, 0)
		if v.Scalar() {
			out[f.Key] = v.Text
		} else if v != nil && v.Kind == rind.List && v.Known() {
			var items []string
			for it := range v.Each() {
				items = append(items, it.Text)
			}
			out[f.Key] = strings.Join(items, ",")
		}
	}
	return out
}
