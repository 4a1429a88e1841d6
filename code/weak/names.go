package weak

import (
	"regexp"
	"sync"
)

// A nameKind says which of the patterns about names of functions a name fits.
// The same few names are called again and again, and patterns are slow.
type nameKind uint16

const (
	isFastHash nameKind = 1 << iota
	isChooser
	isGenerator
	isMAC
	isVerifier
	isDecoder
	isBase64
)

var kindPatterns = []struct {
	kind nameKind
	re   *regexp.Regexp
}{
	{isFastHash, fastHashes},
	{isChooser, choosers},
	{isGenerator, generators},
	{isMAC, macs},
	{isVerifier, verifiers},
	{isDecoder, decoders},
	{isBase64, base64Decoders},
}

var kindsOfNames sync.Map // string to nameKind

func kindOf(name string) nameKind {
	if k, ok := kindsOfNames.Load(name); ok {
		return k.(nameKind)
	}
	var k nameKind
	for _, p := range kindPatterns {
		if p.re.MatchString(name) {
			k |= p.kind
		}
	}
	kindsOfNames.Store(name, k)
	return k
}
