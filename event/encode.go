package event

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Encode wraps a value in the encodings of a field, as the trigger would.
// Strings are taken as they are; what is no string becomes JSON on its way
// into a text. With isBase64 the encoding [Base64If] applies.
func Encode(f Field, v any, isBase64 bool) (any, error) {
	if v == nil {
		return nil, nil
	}
	for i := len(f.Encoding) - 1; i >= 0; i-- {
		var err error
		if v, err = encode(f.Encoding[i], v, isBase64); err != nil {
			return nil, err
		}
	}
	if f.Type == String {
		if _, ok := v.(string); !ok {
			return text(v)
		}
	}
	return v, nil
}

func encode(e Encoding, v any, isBase64 bool) (any, error) {
	switch e {
	case DynamoDB:
		return attribute(v), nil
	case Base64If:
		if !isBase64 {
			return v, nil
		}
	case JSONIf, ContentType, Query, JWT:
		if e == JWT {
			if claims, ok := v.(map[string]any); ok {
				return token(claims)
			}
		}
		return text(v)
	}
	s, err := text(v)
	if err != nil {
		return nil, err
	}
	switch e {
	case URL:
		// As S3 does it: the slash stays.
		return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/"), nil
	case Base64, Base64If:
		return base64.StdEncoding.EncodeToString([]byte(s)), nil
	case Gzip:
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(s)); err != nil {
			return nil, fmt.Errorf("compressing: %w", err)
		}
		if err := w.Close(); err != nil {
			return nil, fmt.Errorf("compressing: %w", err)
		}
		return b.String(), nil
	case Bytes:
		out := make([]any, len(s))
		for i := range len(s) {
			out[i] = s[i]
		}
		return out, nil
	}
	return s, nil
}

// token makes a JWT whose signature holds for nobody.
func token(claims map[string]any) (string, error) {
	body, err := marshal(claims)
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc.EncodeToString(body) + "." + enc.EncodeToString([]byte("signature")), nil
}

// attributeTypes are the keys of a DynamoDB attribute value.
var attributeTypes = map[string]bool{"S": true, "N": true, "B": true, "BOOL": true, "NULL": true, "M": true, "L": true, "SS": true, "NS": true, "BS": true}

// attribute makes a DynamoDB attribute value; one that is given is kept.
func attribute(v any) any {
	switch v := v.(type) {
	case nil:
		return map[string]any{"NULL": true}
	case string:
		return map[string]any{"S": v}
	case bool:
		return map[string]any{"BOOL": v}
	case int:
		return map[string]any{"N": strconv.Itoa(v)}
	case int64:
		return map[string]any{"N": strconv.FormatInt(v, 10)}
	case float64:
		return map[string]any{"N": strconv.FormatFloat(v, 'g', -1, 64)}
	case []byte:
		return map[string]any{"B": base64.StdEncoding.EncodeToString(v)}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = attribute(e)
		}
		return map[string]any{"L": out}
	case map[string]any:
		if len(v) == 1 {
			for k := range v {
				if attributeTypes[k] {
					return v
				}
			}
		}
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = attribute(e)
		}
		return map[string]any{"M": out}
	}
	return v
}
