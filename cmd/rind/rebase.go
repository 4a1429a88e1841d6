package main

import (
	"path"
	"reflect"

	"rind/rind"
	"rind/template"
)

// rebase puts prefix before every file name in what was read below one of
// several paths, so that one report names all files from one root. It works
// on the types, not on a list of fields, so that a new Span is not forgotten.
func rebase(res *template.Result, prefix string) {
	if prefix == "" || prefix == "." {
		return
	}
	seen := map[any]bool{}
	walkSpans(reflect.ValueOf(res).Elem(), prefix, seen)
}

var (
	spanType     = reflect.TypeFor[rind.Span]()
	skipType     = reflect.TypeFor[rind.Skip]()
	appType      = reflect.TypeFor[rind.App]()
	functionType = reflect.TypeFor[rind.Function]()
	resourceType = reflect.TypeFor[rind.Resource]()
)

func walkSpans(v reflect.Value, prefix string, seen map[any]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] {
			return
		}
		seen[v.Interface()] = true
		walkSpans(v.Elem(), prefix, seen)
	case reflect.Slice:
		for i := range v.Len() {
			e := v.Index(i)
			if e.Kind() == reflect.Struct {
				e = e.Addr() // slices may share elements; pointers are remembered
			}
			walkSpans(e, prefix, seen)
		}
	case reflect.Struct:
		switch v.Type() {
		case spanType, skipType:
			prepend(v.FieldByName("File"), prefix)
			return
		case appType:
			prepend(v.FieldByName("Path"), prefix)
		case functionType:
			prepend(v.FieldByName("CodePath"), prefix)
			prepend(v.FieldByName("CodeRoot"), prefix)
		case resourceType:
			prepend(v.FieldByName("Code"), prefix)
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walkSpans(v.Field(i), prefix, seen)
			}
		}
	}
}

func prepend(field reflect.Value, prefix string) {
	if s := field.String(); s != "" {
		field.SetString(path.Join(prefix, s))
	}
}
