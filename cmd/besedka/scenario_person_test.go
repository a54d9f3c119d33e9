package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWhomTheDeskTookInIsKnownInTelegram is A3: a registrar takes somebody in on paper,
// whose receipt brings 3 coupons. A forwarded contact opens nothing of that; the owner's
// own contact shows the 3 numbers, and the questionnaire is over.
func TestWhomTheDeskTookInIsKnownInTelegram(t *testing.T) {
	r := startRehearsal(t)
	if err := os.WriteFile(filepath.Join(r.folder, "campaigns", "draw.yaml"), []byte(drawTerms), 0o644); err != nil {
		t.Fatal(err)
	}
	r.register(t, "webchat", "a15") // whose consent tells the version to sign
	const phone = "+79161234567"
	body := fmt.Sprintf(`{"phone": %q, "consents": {"personal_data": %q}, "qr": %q}`, phone, r.consentVersion(t), r.receipt(t, 3400_00, nil))
	var taken struct{ Member int64 }
	if status := r.told(t, "POST", "receipts", r.key(), body, &taken); status != http.StatusOK || taken.Member == 0 {
		t.Fatalf("taken in: %d %+v", status, taken)
	}
	r.advance(t, 20*time.Second)

	meet := func(from string) {
		t.Helper()
		for _, act := range []fields{{"text": "/start"}, {"button": "Согласие даю"}, {"button": "Мы уже знакомы"}} {
			r.do(t, "telegram", from, act)
		}
	}
	const last, first = "№ 000003", "№ 000001"
	meet("thief")
	if got := r.do(t, "telegram", "thief", fields{"contact": fields{"phone": phone, "own": false}}); !strings.Contains(got, "чужой контакт") {
		t.Errorf("a forwarded contact: %q", got)
	}
	if got := r.do(t, "telegram", "thief", fields{"text": "купоны"}); strings.Contains(got, last) {
		t.Errorf("a forwarded contact opens %q", got)
	}
	meet("owner")
	if got := r.do(t, "telegram", "owner", fields{"contact": fields{"phone": phone, "own": true}}); !strings.Contains(got, "Узнала вас") {
		t.Errorf("the owner's contact: %q", got)
	}
	if got := r.do(t, "telegram", "owner", fields{"text": "купоны"}); !strings.Contains(got, last) || !strings.Contains(got, first) {
		t.Errorf("the owner sees %q", got)
	}
	if got := r.member(t, "telegram", "owner"); got.ID != taken.Member || got.RegisteredAt == nil {
		t.Errorf("in Telegram they are %+v, want member %d", got, taken.Member)
	}
	r.booksRight(t)
}
