package event

import (
	"crypto/md5" //nolint:gosec // SQS names the hash
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"

	"rind/rind"
)

// harmonise makes fields of a generated event agree that a service derives
// from each other. What was set by the caller is never changed.
func harmonise(kind rind.TriggerKind, m map[string]any, isSet func(string) bool, paths []string) {
	below := func(prefix string) bool {
		return slices.ContainsFunc(paths, func(p string) bool {
			return strings.HasPrefix(fold(p), fold(prefix))
		})
	}
	switch {
	case kind.HTTP() && kind != rind.CloudFront:
		h := httpEvent{m: m, isSet: isSet, below: below}
		h.headers()
		h.query()
		h.path()
		h.method()
	case kind == rind.SQS:
		for _, r := range elements(m["Records"]) {
			if body, ok := r["body"].(string); ok && below("Records") {
				sum := md5.Sum([]byte(body)) //nolint:gosec // see above
				r["md5OfBody"] = hex.EncodeToString(sum[:])
			}
		}
	case kind == rind.S3:
		for _, r := range elements(m["Records"]) {
			s3, _ := r["s3"].(map[string]any)
			if bucket, ok := s3["bucket"].(map[string]any); ok {
				if name, ok := bucket["name"].(string); ok {
					bucket["arn"] = "arn:aws:s3:::" + name
				}
			}
		}
	}
}

func elements(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

type httpEvent struct {
	m     map[string]any
	isSet func(string) bool
	below func(string) bool
}

// both keeps a map of single values and its multi-value twin alike: the
// single one has the last value.
func (h httpEvent) both(single, multi string) {
	one, okOne := h.m[single].(map[string]any)
	all, okAll := h.m[multi].(map[string]any)
	switch {
	case h.below(multi) && okAll:
		if !okOne {
			return // a load balancer with multi-value headers sends only those
		}
		if !h.below(single) && single != "headers" {
			clear(one)
		}
		for k, v := range all {
			if list, ok := v.([]any); ok && len(list) > 0 {
				one[k] = list[len(list)-1]
			}
		}
	case okOne && okAll:
		clear(all)
		for k, v := range one {
			all[k] = []any{v}
		}
	}
}

func (h httpEvent) headers() { h.both("headers", "multiValueHeaders") }

func (h httpEvent) query() {
	h.both("queryStringParameters", "multiValueQueryStringParameters")
	if _, ok := h.m["rawQueryString"]; !ok {
		return
	}
	if h.isSet("rawQueryString") && !h.below("queryStringParameters") {
		q, err := url.ParseQuery(h.m["rawQueryString"].(string))
		if err != nil {
			return
		}
		one := map[string]any{}
		for k, v := range q {
			one[k] = strings.Join(v, ",")
		}
		h.m["queryStringParameters"] = one
		return
	}
	one, _ := h.m["queryStringParameters"].(map[string]any)
	if h.isSet("rawQueryString") {
		return
	}
	var raw []string
	for _, k := range slices.Sorted(maps.Keys(one)) {
		if v, ok := one[k].(string); ok {
			raw = append(raw, url.QueryEscape(k)+"="+url.QueryEscape(v))
		}
	}
	h.m["rawQueryString"] = strings.Join(raw, "&")
}

// path brings together the path, its variables and its copies in the context.
func (h httpEvent) path() {
	name := "path"
	if _, ok := h.m["rawPath"]; ok {
		name = "rawPath"
	}
	path, ok := h.m[name].(string)
	if !ok {
		return
	}
	vars, _ := h.m["pathParameters"].(map[string]any)
	if h.below("pathParameters") && !h.isSet(name) && len(vars) > 0 {
		route := ""
		path = ""
		for _, k := range slices.Sorted(maps.Keys(vars)) {
			v, _ := vars[k].(string)
			route += "/{" + k + "}"
			path += "/" + v
		}
		path, route = "/orders"+path, "/orders"+route
		h.m[name] = path
		if h.m["resource"] != nil && !h.isSet("resource") {
			h.m["resource"] = route
			h.context("resourcePath", route)
		}
		if _, ok := h.m["routeKey"].(string); ok && !h.isSet("routeKey") {
			h.m["routeKey"] = "POST " + route
			h.context("routeKey", "POST "+route)
		}
	}
	if rc, ok := h.m["requestContext"].(map[string]any); ok {
		if http, ok := rc["http"].(map[string]any); ok && !h.isSet("requestContext.http.path") {
			http["path"] = path
		}
		if stage, ok := rc["stage"].(string); ok && name == "path" {
			h.context("path", "/"+stage+path)
		}
	}
}

func (h httpEvent) method() {
	rc, _ := h.m["requestContext"].(map[string]any)
	http, v2 := rc["http"].(map[string]any)
	switch {
	case h.isSet("httpMethod"):
		h.context("httpMethod", h.m["httpMethod"])
	case h.isSet("requestContext.http.method") && v2:
		if route, ok := h.m["routeKey"].(string); ok && !h.isSet("routeKey") {
			_, at, _ := strings.Cut(route, " ")
			verb, _ := http["method"].(string)
			h.m["routeKey"] = verb + " " + at
			h.context("routeKey", verb+" "+at)
		}
	}
}

// context sets a field of requestContext that is there and was not asked for.
func (h httpEvent) context(field string, v any) {
	rc, ok := h.m["requestContext"].(map[string]any)
	if !ok || h.isSet("requestContext."+field) {
		return
	}
	if _, ok := rc[field]; ok {
		rc[field] = v
	}
}
