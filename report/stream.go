package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
)

// writeIndented prints v as encoding/json would with two spaces of
// indentation and without HTML escapes, but takes lists and structs apart
// down to depth, so that a large document is never in memory as text.
func writeIndented(w io.Writer, v any, depth int) error {
	s := &streamer{w: bufio.NewWriter(w)}
	s.value(reflect.ValueOf(v), "", depth)
	s.w.WriteByte('\n')
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

type streamer struct {
	w   *bufio.Writer
	buf bytes.Buffer
	err error
}

func (s *streamer) value(v reflect.Value, indent string, depth int) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case s.err != nil:
	case depth > 0 && v.Kind() == reflect.Slice && v.Len() > 0:
		s.list(v, indent, depth-1)
	case depth > 0 && v.Kind() == reflect.Struct:
		s.object(v, indent, depth-1)
	default:
		s.whole(v, indent)
	}
}

func (s *streamer) list(v reflect.Value, indent string, depth int) {
	s.w.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			s.w.WriteByte(',')
		}
		s.w.WriteString("\n" + indent + "  ")
		s.value(v.Index(i), indent+"  ", depth)
	}
	s.w.WriteString("\n" + indent + "]")
}

func (s *streamer) object(v reflect.Value, indent string, depth int) {
	s.w.WriteByte('{')
	first := true
	for i := range v.NumField() {
		name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" || name == "" || opts == "omitempty" && empty(v.Field(i)) {
			continue
		}
		if !first {
			s.w.WriteByte(',')
		}
		first = false
		s.w.WriteString("\n" + indent + "  \"" + name + "\": ")
		s.value(v.Field(i), indent+"  ", depth)
	}
	if !first {
		s.w.WriteString("\n" + indent)
	}
	s.w.WriteByte('}')
}

// empty is what omitempty means by it.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (s *streamer) whole(v reflect.Value, indent string) {
	if !v.IsValid() {
		s.w.WriteString("null")
		return
	}
	s.buf.Reset()
	enc := json.NewEncoder(&s.buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent(indent, "  ")
	if s.err = enc.Encode(v.Interface()); s.err == nil {
		s.w.Write(bytes.TrimRight(s.buf.Bytes(), "\n"))
	}
}
