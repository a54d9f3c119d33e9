package max

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"besedka/core/chat"
)

// contact reads a contact card. It is the sender's own when MAX signed it with this
// bot's token (dev.max.ru/docs-api, request_contact: hash is the HMAC-SHA256 of
// vcf_info), when it names the sender, and when it came from them: a signed card
// of somebody else can be forwarded.
func (a *Adapter) contact(payload json.RawMessage, sender user, forwarded bool) *chat.Contact {
	var card struct {
		VCard string `json:"vcf_info"`
		Hash  string `json:"hash"`
		Of    user   `json:"max_info"`
	}
	_ = json.Unmarshal(payload, &card) // without a phone it is asked for again
	return &chat.Contact{
		Phone: phone(card.VCard),
		Own:   !forwarded && card.Of.ID == sender.ID && a.signed(card.VCard, card.Hash),
	}
}

func (a *Adapter) signed(vcard, hash string) bool {
	got, err := hex.DecodeString(hash)
	mac := hmac.New(sha256.New, []byte(a.cfg.Token))
	mac.Write([]byte(vcard))
	return err == nil && vcard != "" && hmac.Equal(got, mac.Sum(nil))
}

// phone is the first telephone of a vCard (RFC 6350), TEL;TYPE=cell:79990000001 or
// item1.TEL:…, with a plus; "" when there is none.
func phone(vcard string) string {
	for line := range strings.Lines(vcard) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		name, _, _ = strings.Cut(name, ";")
		if _, of, grouped := strings.Cut(name, "."); grouped {
			name = of
		}
		if strings.EqualFold(name, "TEL") {
			return e164(value)
		}
	}
	return ""
}

func e164(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if digits == "" {
		return ""
	}
	return "+" + digits
}
