package secret

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"

	"rind/rind"
)

// checkAccessKey takes out AWS's own samples and tells the account, which an
// access key holds in its first bytes.
// The samples: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
func checkAccessKey(token string) (doubt, note string, ok bool) {
	if strings.HasSuffix(token, "EXAMPLE") {
		return DoubtExample, "", true
	}
	raw, err := base32.StdEncoding.DecodeString(token[4:])
	if err != nil {
		return "no AWS key has such characters", "", true
	}
	account := binary.BigEndian.Uint64(append([]byte{0, 0}, raw[:6]...)) & 0x7fffffffff80 >> 7
	if account >= 1e12 {
		return "", "", true // keys made before 2019 say nothing
	}
	return "", fmt.Sprintf("of the account %012d", account), true
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// checkBase62CRC holds a token of GitHub's or npm's to its last six
// characters: the CRC-32 of the rest behind the prefix, in base 62.
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
func checkBase62CRC(token string) (doubt, note string, ok bool) {
	_, body, _ := strings.Cut(token, "_")
	if len(body) < 36 {
		return "", "", false
	}
	at := len(body) - 6
	var sum uint64
	for _, c := range []byte(body[at:]) {
		sum = sum*62 + uint64(strings.IndexByte(base62, c))
	}
	if sum != uint64(crc32.ChecksumIEEE([]byte(body[:at]))) {
		return DoubtChecksum, "", true
	}
	return "", "", true
}

// checkMacaroon wants the version and the location of a PyPI token: a
// macaroon of version 2 with the location pypi.org or test.pypi.org.
// https://docs.pypi.org/api/secrets/
func checkMacaroon(token string) (doubt, note string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "pypi-")[:40])
	if err != nil || len(raw) < 20 || raw[0] != 2 || raw[1] != 1 {
		return "", "", false
	}
	location := raw[3:min(len(raw), 3+int(raw[2]))]
	switch string(location) {
	case "pypi.org":
		return "", "", true
	case "test.pypi.org":
		return "it is for the test index", "", true
	}
	return "", "", false
}

func checkSlack(token string) (doubt, note string, ok bool) {
	if strings.Count(token, "-") < 2 && len(token) < 40 || strings.HasSuffix(token, "-") {
		return "it is too short", "", true
	}
	return "", "", true
}

func testKey(string) (doubt, note string, ok bool) { return "it is for test mode", "", true }

// checkOpenAI takes the old form with OpenAI's signature in the middle and
// the new ones; others use the prefix too, and words with hyphens look alike.
func checkOpenAI(token string) (doubt, note string, ok bool) {
	switch {
	case strings.HasPrefix(token, "sk-ant-"):
		return "", "", false
	case strings.Contains(token, "T3BlbkFJ"), strings.HasPrefix(token, "sk-proj-") && len(token) > 60:
		return "", "", true
	}
	body := token[3:]
	return "", "", !Readable(body) && strings.Count(body, "-") < 4 && strings.ContainsAny(body, "0123456789") && strings.ToLower(body) != body
}

// checkAzureKey wants 64 bytes of base64.
func checkAzureKey(token string) (doubt, note string, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(raw) != 64 {
		return "it is not 64 bytes long", "", true
	}
	// The storage emulator's key, the same everywhere.
	// https://learn.microsoft.com/azure/storage/common/storage-use-azurite
	if strings.HasPrefix(token, "Eby8vdM02xNOcqFl") {
		return DoubtExample, "", true
	}
	return "", "", true
}

// checkJWT decodes a token's header and claims: one that is not signed, or
// that manuals show, is none to worry about.
func checkJWT(token string) (doubt, note string, ok bool) {
	parts := strings.Split(token, ".")
	var header struct {
		Alg string `json:"alg"`
		Enc string `json:"enc"`
	}
	var claims map[string]any
	if !decodeJSON(parts[0], &header) || !decodeJSON(parts[1], &claims) || header.Alg == "" {
		return "", "", false
	}
	switch {
	case strings.EqualFold(header.Alg, "none"):
		return "it is not signed", "", true
	case claims["sub"] == "1234567890", claims["name"] == "John Doe", claims["iss"] == "joe":
		return DoubtExample, "", true
	}
	if exp, has := claims["exp"].(float64); has {
		if iat, known := claims["iat"].(float64); known && exp-iat <= 86400 {
			return "it was valid for a day at most", "", true
		}
	}
	if iss, has := claims["iss"].(string); has && len(iss) < 80 && !strings.ContainsAny(iss, "\n\r\x1b") {
		note = "issued by " + iss
	}
	return "", note, true
}

func decodeJSON(part string, to any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	return err == nil && json.Unmarshal(raw, to) == nil
}

// tryKeyBlock looks at "-----BEGIN … PRIVATE KEY-----", which ends at end
// without the hyphens, and at what follows.
func (f *finder) tryKeyBlock(end int) {
	const most = 40 // characters of the longest label
	head := f.text[max(0, end-most):end]
	begin := strings.LastIndex(head, "-----BEGIN ")
	rest := f.text[end:min(len(f.text), end+maxToken)]
	rest = strings.TrimPrefix(rest, " BLOCK")
	if begin < 0 || !strings.HasPrefix(rest, "-----") || !strings.HasSuffix(head, "PRIVATE KEY") {
		return
	}
	label := head[begin+len("-----BEGIN ") : len(head)-len("PRIVATE KEY")]
	body, used := keyBody(rest[5:])
	m := Match{
		ID: "private-key", Class: PrivateKey, Kind: "private key", Confidence: rind.ConfidenceHigh,
		Start: end - len(head) + begin, End: len(f.text) - len(f.text[end:]) + len(f.text[end:min(len(f.text), end+maxToken)]) - len(rest) + 5 + used,
	}
	switch {
	case len(body) < 4:
		if f.form != Bare {
			return
		}
		m.Doubt = "the key itself is missing"
	case sampleToken(body) || len(body) < 60:
		m.Doubt = DoubtExample
	case !derSequence(body) && !strings.HasPrefix(body, "b3BlbnNzaC1rZXkt") && !strings.Contains(label, "PGP"):
		m.Doubt = "it does not decode to a key"
	case strings.Contains(label, "ENCRYPTED") || strings.Contains(rest[:min(len(rest), 200)], "Proc-Type: 4,ENCRYPTED"):
		m.Confidence, m.Note = rind.ConfidenceMedium, "encrypted with a passphrase"
	}
	f.add(m)
}

// derSequence reports whether base64 text begins as the sequence that PKCS #1,
// PKCS #8 and SEC 1 keys are, with a length that the text can hold.
func derSequence(body string) bool {
	raw, err := base64.StdEncoding.DecodeString(body[:len(body)/4*4])
	if err != nil || len(raw) < 32 || raw[0] != 0x30 {
		return strings.HasPrefix(body, "MI") && err == nil
	}
	return true
}

// keyBody gathers the base64 text of a key, over line ends, their escapes and
// the quotes of code that joins lines. It returns how far it reached.
func keyBody(rest string) (body string, used int) {
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '=':
			if (c == 'n' || c == 'r') && i > 0 && rest[i-1] == '\\' {
				continue
			}
			b.WriteByte(c)
		case c == '\n', c == '\r', c == ' ', c == '\t', c == '\\', c == '"', c == '\'', c == '`', c == ',':
			if b.Len() == 0 && i > 60 {
				return "", i
			}
		case c == ':' || c == '-' && !strings.HasPrefix(rest[i:], "-----"):
			// A header such as "Proc-Type: 4,ENCRYPTED": begin again behind it.
			if eol := strings.IndexAny(rest[i:], "\n"); eol >= 0 && i+eol < 400 {
				b.Reset()
				i += eol
				continue
			}
			return b.String(), i
		default:
			return b.String(), i
		}
	}
	return b.String(), len(rest)
}
