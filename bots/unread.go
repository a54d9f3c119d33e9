package bots

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Unread is an update that nobody could read, under a key of its bytes: what it is
// cannot be known, and so it is kept once however often it comes.
func Unread(raw []byte, err error) Poison {
	sum := sha256.Sum256(raw)
	return Poison{Key: hex.EncodeToString(sum[:]), Raw: raw, Reason: Reason(err)}
}

// Reason words a failure to read without the content that caused it.
func Reason(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("field %s is not of type %s", e.Field, e.Type)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return "not JSON"
	}
	return err.Error()
}

// Genuine says whether signature is the hexadecimal HMAC-SHA256 of body under secret.
// The body is taken as it came: spelled anew it would be another one.
func Genuine(secret, signature string, body []byte) bool {
	got, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(got, mac.Sum(nil))
}

// NamedPDF says whether a file is a PDF by its name, where the messenger tells no more.
func NamedPDF(file string) bool { return ending(file) == ".pdf" }

// NamedPicture is NamedPDF of pictures.
func NamedPicture(file string) bool { return slices.Contains(pictures, ending(file)) }

var pictures = []string{".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"}

func ending(file string) string { return strings.ToLower(path.Ext(file)) }
