package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"

	fake "besedka/bots/fake/telegram"
	"besedka/flows/programme"
	"besedka/storage"
	"besedka/storage/storagetest"
	"besedka/web"
)

// What two shoppers told, each in its own chat.
const (
	feofania = 5550123987654 // chat in Telegram
	pelageya = "c0ffee00c0ffee00c0ffee00c0ffee00"
)

// TestPrivacy lives a story full of personal data and then reads everything
// that is kept of it; erases one shopper, and restores a backup of before.
func TestPrivacy(t *testing.T) {
	t.Parallel()
	s := openShop(t, storagetest.DSN(t), t.TempDir())
	s.telegramStory()
	s.webStory()
	desk := s.runs("staff", "invite", "--name", "desk", "--role", "registrar")
	s.keepsToThemselves()
	if status := s.findsByPhone(desk, "+7 916 123-45-67"); status != http.StatusOK {
		t.Fatalf("the phone finds nobody: %d", status)
	}
	backup := filepath.Join(s.data, "before.backup")
	s.runs("db", "backup", backup)
	kept := unpacked(t, backup)
	s.hides("the database", withoutPictures(t, kept))
	asked := sha256.Sum256([]byte("POST /api/v1/receipts\n" + byPhone("+7 916 123-45-67")))
	if strings.Contains(kept, hex.EncodeToString(asked[:])) {
		t.Error("a digest on which all phones can be tried is kept")
	}
	s.hides("the log", s.log.String())
	s.hides("the metrics", s.get("/metrics", "", http.StatusOK))

	db := s.database()
	member := value[int64](s, db, `select member_id from phone where verified_at is not null`)
	totals := `select string_agg(kind || ' ' || currency || ' ' || total, ', ') from (
		select kind, currency, sum(amount) as total from posting p join account a on a.id = p.account_id group by 1, 2 order by 1, 2) t`
	before := value[string](s, db, totals)
	for _, by := range [][2]string{{"--phone", "8 (916) 123-45-67"}, {"--chat", fmt.Sprint(feofania)}} {
		if got := s.runs("members", "find", by[0], by[1]); got != fmt.Sprint(member) {
			t.Errorf("members find %s %s: %q, want %d", by[0], by[1], got, member)
		}
	}
	s.runs("members", "erase", fmt.Sprint(member))
	if status := s.findsByPhone(desk, "+7 916 123-45-67"); status != http.StatusNotFound {
		t.Errorf("the phone of who was erased: %d, want 404", status)
	}
	if after := value[string](s, db, totals); after != before || before == "" {
		t.Errorf("the currency's totals are %q, were %q", after, before)
	}
	s.runs("books", "check")
	s.does(fake.Act{From: feofania, Lang: "ru", Text: "привет"}, "Познакомимся?") // as a stranger
	s.stop()

	s = &shop{T: t, data: s.data, dsn: storagetest.EmptyDSN(t)}
	s.runs("db", "restore", backup)
	s.forgot(member)
	killed := storagetest.EmptyDSN(t) // between the rows and the list
	if err := storage.Migrate(t.Context(), killed); err != nil {
		t.Fatal(err)
	}
	fill(t, killed, backup)
	s = &shop{T: t, data: s.data, dsn: killed}
	if n := value[int64](s, s.database(), `select count(*) from phone where verified_at is not null`); n != 1 {
		t.Fatalf("the backup has %d phones, want the one of before", n)
	}
	if err := os.Chmod(filepath.Join(s.data, "master.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	s = openShop(t, s.dsn, s.data)
	if !strings.Contains(s.log.String(), "may read the master key") {
		t.Error("nobody is warned of a master key that others may read")
	}
	if status := s.findsByPhone(desk, "+7 916 123-45-67"); status != http.StatusNotFound {
		t.Errorf("after the restore the phone of who was erased: %d, want 404", status)
	}
	s.forgot(member)
	s.does(fake.Act{From: feofania, Lang: "ru", Text: "привет"}, "Познакомимся?") // as a stranger
}

// telegramStory ends with bonuses on the balance of somebody whose phone is
// proved.
func (s *shop) telegramStory() {
	s.Helper()
	qr, err := qrcode.Encode(receiptOfToday(), qrcode.Medium, 480)
	if err != nil {
		s.Fatal(err)
	}
	says := func(text, words string) {
		s.Helper()
		s.does(fake.Act{From: feofania, Name: "Феофания Сорокина", Lang: "ru", Text: text}, words)
	}
	s.does(fake.Act{From: feofania, Name: "Феофания Сорокина", Lang: "ru", Photo: qr, Text: "вот мой чечек"}, "Вижу чек")
	says("Согласие даю", "?")
	says("Феофания", "день рождения")
	says("12.05.1990", "город")
	says("feofania@example.org", "название города")
	says("Кологрив", "дети")
	says("Нет", "узнали")
	says("От друзей", "номер")
	s.does(fake.Act{From: feofania, Lang: "ru", Contact: &fake.Contact{Phone: "79161234567", Own: true}}, "Феофания!")
	s.until("the bonuses come", func() bool {
		for _, m := range s.wire.Sent(feofania, 0) {
			if strings.Contains(m.Text, "+") && strings.Contains(m.Text, "бонус") {
				return true
			}
		}
		return false
	})
	if _, err := s.wire.Do(fake.Act{From: feofania, Raw: []byte(`{"message":{"chat":"Феофания Сорокина"}}`)}); err != nil {
		s.Fatal(err)
	}
}

// receiptOfToday is of 500 roubles, some of them for goods that earn bonuses.
func receiptOfToday() string {
	return fmt.Sprintf("t=%s&s=500.00&fn=9961440300112233&i=7&fp=123456&n=1", time.Now().Add(-24*time.Hour).Format("20060102T1504"))
}

// webStory ends with a claimed phone and a photo.
func (s *shop) webStory() {
	s.Helper()
	for i, said := range []string{
		`"text":"/start"`, `"text":"Согласие даю"`, `"text":"Пелагея"`, `"text":"01.02.1980"`, `"text":"Кологрив"`, `"text":"Нет"`,
		`"text":"От друзей"`, `"contact":"+7 916 765-43-21"`, `"text":"пишите на pelageya@example.org"`,
	} {
		s.posts(pelageya, "/api/chat/messages", fmt.Sprintf(`{"key":"message-%d",%s}`, i, said))
	}
	s.posts(pelageya, "/api/chat/photos?key=photo-00", "\x89PNG\r\n\x1a\nне картинка")
	s.until("the web chat answers", func() bool {
		return strings.Contains(s.get("/api/chat/messages", pelageya, http.StatusOK), "не целиком")
	})
	if heard := s.get("/api/chat/messages", pelageya, http.StatusOK); !strings.Contains(heard, "Пелагея!") {
		s.Fatalf("the questionnaire does not end:\n%s", heard)
	}
}

// keepsToThemselves: a shopper cannot read anything of another one's.
func (s *shop) keepsToThemselves() {
	s.Helper()
	const stranger = "0123456789abcdef0123456789abcdef"
	var own struct{ Messages []web.Line }
	if err := json.Unmarshal([]byte(s.get("/api/chat/messages", pelageya, http.StatusOK)), &own); err != nil {
		s.Fatal(err)
	}
	photo := ""
	for _, line := range own.Messages {
		if line.Media != nil {
			photo = "/api/chat/media/" + line.Media.Ref
		}
	}
	s.get(photo, pelageya, http.StatusOK)
	s.get(photo, stranger, http.StatusNotFound)
	s.posts(stranger, "/api/chat/messages", `{"key":"message-0","tap":"a.why.receipt.1"}`)
	s.until("the stranger is answered", func() bool { return s.get("/api/chat/messages?after=1", stranger, http.StatusOK) != "" })
	s.until("the stranger is told nothing", func() bool {
		return strings.Contains(s.get("/api/chat/messages", stranger, http.StatusOK), "рассказать нечего")
	})
	s.get(photo, stranger, http.StatusNotFound) // now that they have a chat of their own
	for _, ref := range []string{"file/..%2Fprofile.yaml", "file/../profile.yaml", "file/..%2F..%2F..%2Fetc%2Fpasswd", "file/%2Fetc%2Fpasswd", "blob/..", "nothing"} {
		s.get("/api/chat/media/"+ref, stranger, http.StatusNotFound)
	}
}

// hides fails for any personal data or secret in a text, plain or as bytea.
func (s *shop) hides(where, text string) {
	s.Helper()
	master, err := os.ReadFile(filepath.Join(s.data, "master.key"))
	if err != nil {
		s.Fatal(err)
	}
	for _, needle := range []string{
		"9161234567", "9167654321", "765-43-21", "Феофания", "Сорокина", "Пелагея", "feofania@", "pelageya@", "чечек",
		fmt.Sprint(int64(feofania)), pelageya, "\x89PNG\r\n\x1a\n", shopToken, "tok-sekret", shopSecret, strings.TrimSpace(string(master)),
	} {
		for _, form := range []string{needle, hex.EncodeToString([]byte(needle))} {
			if i := strings.Index(text, form); i >= 0 {
				s.Errorf("%s has %q: …%s…", where, needle, text[max(0, i-60):min(len(text), i+60)])
			}
		}
	}
}

// unpacked is the text of a backup: every row of every table.
func unpacked(t *testing.T, file string) string {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for entries := tar.NewReader(archive); ; {
		if _, err := entries.Next(); errors.Is(err, io.EOF) {
			return all.String()
		} else if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, entries); err != nil {
			t.Fatal(err)
		}
	}
}

// runs a command of the program on the shop's data and returns what it prints.
func (s *shop) runs(args ...string) string {
	s.Helper()
	var out bytes.Buffer
	if code := run(s.Context(), append(args, "--data", s.data, "--database-url", s.dsn), &out, s.Output()); code != 0 {
		s.Fatalf("besedka %s ends with %d", strings.Join(args, " "), code)
	}
	return strings.TrimSpace(out.String())
}

func byPhone(phone string) string { return fmt.Sprintf(`{"phone":%q,"qr":"not a receipt"}`, phone) }

func (s *shop) findsByPhone(token, phone string) (status int) {
	s.Helper()
	status, _ = post(s.T, s.url+"/api/v1/receipts", byPhone(phone), "Authorization", "Bearer "+token, "Idempotency-Key", s.Name()+time.Now().String())
	return status
}

func (s *shop) posts(peer, path, body string) {
	s.Helper()
	if status, answer := post(s.T, s.url+path, body, "Cookie", web.PeerCookie+"="+peer, "Accept-Language", "ru"); status != http.StatusAccepted {
		s.Fatalf("POST %s: %d %s", path, status, answer)
	}
}

func (s *shop) get(path, peer string, status int) string {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: web.PeerCookie, Value: peer})
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		s.Errorf("GET %s: %s %v, want %d", path, resp.Status, err, status)
	}
	return plain.Replace(string(text))
}

// database is the test's own look into it.
func (s *shop) database() *storage.DB {
	s.Helper()
	db, err := storage.Open(s.Context(), s.dsn, 2)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(db.Close)
	return db
}

func value[T any](s *shop, db *storage.DB, query string) T {
	s.Helper()
	v, err := storage.Value[T](s.Context(), db, query)
	if err != nil {
		s.Fatalf("%s: %v", query, err)
	}
	return v
}

// withoutPictures leaves the programme's own out of a database: they are for
// everybody to see, and pictures all begin alike.
func withoutPictures(t *testing.T, kept string) string {
	t.Helper()
	pictures, err := fs.Glob(programme.Files, "media/*.png")
	if err != nil || len(pictures) == 0 {
		t.Fatalf("pictures of the programme: %v, %v", pictures, err)
	}
	for _, name := range pictures {
		data, err := programme.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept = strings.ReplaceAll(kept, hex.EncodeToString(data), "")
	}
	return kept
}
