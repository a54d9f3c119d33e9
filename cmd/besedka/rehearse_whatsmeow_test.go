//go:build !nowhatsmeow

package main

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestRehearseWhatsmeow: a newcomer talks by numbers, and a photo of a receipt
// comes through sealed media.
func TestRehearseWhatsmeow(t *testing.T) {
	r := startRehearsal(t)
	const channel, anna = "whatsmeow", "79161234567"
	r.do(t, channel, anna, fields{"name": "Анна", "text": "привет"})
	r.do(t, channel, anna, fields{"button": "Согласие даю"})
	r.do(t, channel, anna, fields{"text": "Анна", "id": "имя"})
	before := r.messages(t, channel, anna)
	r.do(t, channel, anna, fields{"text": "Анна", "id": "имя"})
	if after := r.messages(t, channel, anna); len(after) != len(before) || len(after) < 3 {
		t.Errorf("a message told twice is answered: %d messages, then %d", len(before), len(after))
	}
	qr := r.receipt(t, 60000, nil)
	r.do(t, channel, anna, fields{"photo": fields{"qr": qr}})
	if all := r.messages(t, channel, anna); len(all) <= len(before) {
		t.Error("the photo is not answered")
	}
}

// TestLinksBesideALinkedDevice: an account that nothing links to takes no other link away.
func TestLinksBesideALinkedDevice(t *testing.T) {
	t.Setenv("BESEDKA_WHATSMEOW_PHONE", "79990000000")
	t.Setenv("BESEDKA_PUBLIC_URL", "https://polyanka.example/")
	printed := linksOf(t, "--database-url", storagetest.DSN(t), "--data", t.TempDir(), "--place", "Вход")
	if !strings.Contains(string(printed), "https://polyanka.example/") {
		t.Errorf("links: %s", printed)
	}
}
