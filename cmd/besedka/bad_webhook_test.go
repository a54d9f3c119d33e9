package main

import (
	"net/http"
	"strings"
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestBadWebhook: what comes to the webhook is Telegram's or nothing, comes
// once, and never stops what comes after it.
func TestBadWebhook(t *testing.T) {
	t.Parallel()
	s := openShop(t, storagetest.DSN(t), t.TempDir())
	db, err := storage.Open(t.Context(), s.dsn, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const update = `{"update_id":9,"message":{"chat":{"id":9,"type":"private"},"from":{"id":9},"text":"привет"}}`
	for _, tt := range []struct {
		name, secret, body string
		status             int
	}{
		{"no secret", "", update, http.StatusUnauthorized},
		{"a wrong secret", shopSecret + "k", update, http.StatusUnauthorized},
		{"ten megabytes", shopSecret, `{"update_id":9,"message":"` + strings.Repeat("x", 10<<20), http.StatusRequestEntityTooLarge},
		{"not JSON", shopSecret, `{"update_id":9,`, http.StatusOK},
		{"not JSON again", shopSecret, `{"update_id":9,`, http.StatusOK},
	} {
		status, answer := post(t, s.url+"/hooks/telegram", tt.body, "X-Telegram-Bot-Api-Secret-Token", tt.secret)
		if status != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.name, status, answer, tt.status)
		}
	}
	s.does(fake.Act{From: 1, Lang: "ru", Text: "привет", Repeat: 2}, "Полянка")
	s.does(fake.Act{From: 2, Lang: "ru", Message: []byte(`{"photo":[{"file_id":"no such file"}]}`)}, "Не получилось загрузить фото")
	s.does(fake.Act{From: 2, Lang: "ru", Message: []byte(`{"voice":{"file_id":"v"}}`)}, "Файл до меня не дошёл")
	if err := s.wire.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]int64{
		`select count(*) from inbox where kind = 'message'`: 3,
		`select count(*) from turn`:                         3,
		`select count(*) from quarantine`:                   1,
		`select count(*) from inbox_open`:                   0,
	} {
		if n, err := storage.Value[int64](t.Context(), db, what); n != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", what, n, err, want)
		}
	}
}
