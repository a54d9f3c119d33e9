package fake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Launch is what a messenger tells a Mini App of the bot with a token: fields, and the
// hash that it signs them with.
func Launch(token string, fields map[string]string) string {
	told := url.Values{}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		lines = append(lines, name+"="+fields[name])
		told.Set(name, fields[name])
	}
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		_, _ = h.Write([]byte(text))
		return h.Sum(nil)
	}
	told.Set("hash", hex.EncodeToString(mac(mac([]byte("WebAppData"), token), strings.Join(lines, "\n"))))
	return told.Encode()
}
