package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"besedka/core/chat"
	"besedka/storage"
	"besedka/storage/embedded"
	"besedka/web"
	"besedka/web/receiptart"
)

// kept is what the database has of a person.
type kept struct {
	Pictures    int      `db:"pictures"`
	Submissions []string `db:"submissions"` // state, reason
	Receipts    int      `db:"receipts"`
	Stuck       int      `db:"stuck"` // messages that nobody answered
}

const qKept = `
select
  (select count(*) from blob b join subject s on s.id = b.subject_id where s.member_id = $1) as pictures,
  array(select concat_ws(' ', state, reason) from submission where member_id = $1 order by id) as submissions,
  (select count(*) from receipt where member_id = $1) as receipts,
  (select count(*) from inbox_open o join conversation c on c.id = o.conversation_id join subject s on s.id = c.subject_id
   where s.member_id = $1) as stuck`

// badInput is one thing that a shopper should not have sent.
type badInput struct {
	name   string
	act    fields
	ru, en string // expressions that what they read matches
	kept   kept
	only   chat.Channel // "" = every channel
}

// TestBadInput: whatever a shopper sends, they read what is wrong with it and
// what to do, in their language, and what they sent is kept.
func TestBadInput(t *testing.T) {
	r := startRehearsal(t)
	db := r.database(t)
	now := r.now(t)
	photo := func(data []byte) fields { return fields{"photo": fields{"base64": data}} }
	scanned := func(qr string) fields { return fields{"photo": fields{"qr": qr}} }
	picture := kept{Pictures: 1}
	refused := func(reason string) kept { return kept{Pictures: 1, Submissions: []string{"refused " + reason}} }
	greeted := "Полянка|Polyanka"
	for _, tt := range []badInput{
		{"not a picture", photo([]byte("Чек прилагаю, с уважением")), "Это не картинка", "neither a picture", picture, ""},
		{"a hundred megapixels", photo(huge(t)), "слишком большая", "too large", picture, ""},
		{"a file over ten megabytes", photo(make([]byte, web.MaxPhotoBytes+1)), "слишком большой", "too large", kept{}, chat.Telegram},
		{"a file over Telegram's limit", photo(make([]byte, 20<<20+1)), "слишком большой", "too large", kept{}, chat.Telegram},
		{"a truncated JPEG", photo(truncated(t)), "не целиком", "did not come through in full", picture, ""},
		{"a picture without a code", photo(pizza(t)), "QR-кода на фото не вижу|кода чека здесь не нашла|Кода чека на фото нет", "QR", picture, ""},
		{"somebody's menu", scanned("https://cafe.example/menu?table=7"), "ведёт на сайт", "leads to a page", refused("not_fiscal"), ""},
		{"a receipt from Kazakhstan", scanned("http://consumer.oofd.kz/?i=1&f=2&s=3.0&t=20260301T123000"), "из Казахстана", "from Kazakhstan", refused("foreign_receipt"), ""},
		{"the excise code", scanned("http://check.egais.ru?id=1&dt=2&cn=3"), "код акциза", "excise code", refused("egais_not_fiscal"), ""},
		{"a payment code", scanned("https://qr.nspk.ru/AS1?type=01"), "для оплаты", "for paying", refused("not_fiscal"), ""},
		{"a test till", scanned(strings.Replace(printed(now.Add(-time.Hour), 1), "fn=", "fn=9999000000000000&x=", 1)), "пробный чек", "test receipt", refused("debug_fn"), ""},
		{"an iPhone's file", photo([]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic")), "как фото, а не файлом", "as a photo", picture, ""},
		{"a PDF of something else", photo(wordsPDF("Dear Sir")), "В этом PDF чека не нашла", "no receipt in this PDF", picture, ""},
		{"half a receipt", fields{"text": "https://receipt.taxcom.ru/v01/show?fp=3141592653&s=1284.50"}, "Номер ФН", "number called ФН", kept{Submissions: []string{"refused missing_time"}}, ""},
		{"a refund", scanned(printed(now.Add(-time.Hour), 2)), "чек возврата", "return|refund", refused("wrong_operation"), ""},
		{"a receipt of tomorrow", scanned(printed(now.AddDate(0, 0, 1), 1)), "ещё не случилась", "not happened|future|yet", refused("future"), ""},
		{"a receipt before the campaign", scanned(printed(time.Date(2025, 12, 30, 12, 0, 0, 0, time.UTC), 1)), "не попадает в срок акции", "2026", refused("out_of_period"), ""},
		{"four thousand emoji", fields{"text": strings.Repeat("🐄", 2048)}, greeted, greeted, kept{}, ""},
		{"nothing but a space", fields{"text": " "}, greeted, greeted, kept{}, ""},
		{"a command for another bot", fields{"text": "/casino@other_bot"}, "Такой команды|Не поняла|Простите", "did not get|no such command", kept{}, ""},
		{"the token of a button as text", fields{"text": "a.why.receipt.1"}, greeted, greeted, kept{}, ""},
	} {
		r.tellsAndKeeps(t, db, chat.Telegram, "ru", tt.ru, tt)
		if tt.only == "" {
			r.tellsAndKeeps(t, db, chat.Webchat, "en", tt.en, tt)
		}
	}
	t.Run("a forged claim", func(t *testing.T) { playForgedClaim(t, r) })
	t.Run("on the wire of the web chat", func(t *testing.T) { playBadRequests(t, r, db) })
}

func (r rehearsed) tellsAndKeeps(t *testing.T, db *storage.DB, c chat.Channel, lang, want string, in badInput) {
	t.Helper()
	in.act["lang"] = lang
	if got := r.do(t, string(c), in.name, in.act); !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("%s, %s: heard %q, want %q", c, in.name, got, want)
	}
	has, err := storage.One[kept](t.Context(), db, qKept, r.member(t, string(c), in.name).ID)
	if diff := cmp.Diff(in.kept, has, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("%s, %s: %v; kept (-want +got):\n%s", c, in.name, err, diff)
	}
}

// playForgedClaim: who sends somebody's fiscal key with another sum blocks
// nobody but themselves.
func playForgedClaim(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "forger")
	r.register(t, "telegram", "owner")
	qr := r.receipt(t, 60_000, nil)
	forged := strings.Replace(qr, "s=600.00", "s=9000.00", 1)
	if forged == qr {
		t.Fatalf("no sum to forge in %s", qr)
	}
	r.do(t, "telegram", "forger", fields{"photo": fields{"qr": forged}})
	if got := r.do(t, "telegram", "owner", fields{"photo": fields{"qr": qr}}); !strings.Contains(got, "600") {
		t.Errorf("the owner hears %q, want that the receipt is being checked", got)
	}
	r.advance(t, 24*time.Hour)
	if m := r.member(t, "telegram", "owner"); m.points() != 3000 {
		t.Errorf("the owner has %v, want 30; heard:\n%s", m.Balances, r.heard(t, "telegram", "owner"))
	}
	if m := r.member(t, "telegram", "forger"); m.points() != 0 {
		t.Errorf("the forger has %v", m.Balances)
	}
	if got := r.heard(t, "telegram", "forger"); !strings.Contains(got, "Налоговая не нашла чек") && !strings.Contains(got, "не сошлись с налоговой") {
		t.Errorf("the forger was not told why:\n%s", got)
	}
}

// playBadRequests: a request that is refused says why and leaves nothing.
func playBadRequests(t *testing.T, r rehearsed, db *storage.DB) {
	const message, photos = "/api/chat/messages", "/api/chat/photos?key=12345678"
	before := people(t, db)
	for i, tt := range []struct {
		name, path, body string
		header           []string // name, value
		status           int
		code             string // of the problem
	}{
		{"a photo over ten megabytes", photos, strings.Repeat("x", web.MaxPhotoBytes+1), nil, 413, "too_big"},
		{"an empty photo", photos, "", nil, 400, "no_photo"},
		{"a photo without a key", "/api/chat/photos", "x", nil, 422, "bad_message"},
		{"a huge JSON", message, `{"key":"12345678","text":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413, "too_big"},
		{"not JSON", message, "text=hello", nil, 400, "not_json"},
		{"an empty message", message, `{"key":"12345678","text":""}`, nil, 422, "bad_message"},
		{"too long a message", message, `{"key":"12345678","text":"` + strings.Repeat("🐄", 4097) + `"}`, nil, 422, "bad_message"},
		{"two things at once", message, `{"key":"12345678","text":"a","contact":"b"}`, nil, 422, "bad_message"},
		{"no session", message, `{"key":"12345678","text":"a"}`, []string{"Cookie", web.PeerCookie + "=../../etc"}, 401, "no_session"},
		{"from another site", message, `{"key":"12345678","text":"a"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		{"a webhook that nobody set", "/hooks/telegram", `{"update_id":1}`, nil, 401, ""},
		{"a huge call of the API", "/api/v1/receipts", strings.Repeat("x", 1<<20), []string{"Authorization", "Bearer " + r.token, "Idempotency-Key", "1"}, 413, "too_big"},
	} {
		header := append([]string{"Cookie", fmt.Sprintf("%s=%032x", web.PeerCookie, i)}, tt.header...)
		status, answer := post(t, r.site+tt.path, tt.body, header...)
		if status != tt.status || !strings.Contains(answer, tt.code) {
			t.Errorf("%s: %d %s, want %d %s", tt.name, status, answer, tt.status, tt.code)
		}
	}
	if after := people(t, db); after != before {
		t.Errorf("%d people came of requests that were refused", after-before)
	}
	peer := fmt.Sprintf("%032x", 1000)
	status, answer := post(t, r.site+message, "{\"key\":\"12345678\",\"text\":\"\xff\xfe\xc3\x28\"}", "Cookie", web.PeerCookie+"="+peer)
	if got := r.heard(t, "webchat", peer); status != http.StatusAccepted || !strings.Contains(got, "Полянка") {
		t.Errorf("invalid UTF-8: %d %s, heard %q", status, answer, got)
	}
}

func people(t *testing.T, db *storage.DB) int64 {
	t.Helper()
	n, err := storage.Value[int64](t.Context(), db, `select count(*) from subject`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// post sends a body with headers, name by value, and returns what came back.
func post(t *testing.T, url, body string, header ...string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(header, 2) {
		req.Header.Set(pair[0], pair[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// database is a look into the rehearsal's own.
func (r rehearsed) database(t *testing.T) *storage.DB {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), "besedka-rehearsal-*", "postgres"))
	if err != nil || len(dirs) != 1 {
		t.Fatalf("the rehearsal's database is in %v, %v", dirs, err)
	}
	cluster, err := embedded.Open(t.Context(), embedded.Config{Dir: dirs[0], Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), cluster.DSN("besedka"), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		if err := cluster.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return db
}

// printed is the code of a receipt that no tax service knows.
func printed(at time.Time, operation int) string {
	return fmt.Sprintf("t=%s&s=500.00&fn=9961440300112233&i=7&fp=%d&n=%d", at.Format("20060102T1504"), at.Unix()%1e9, operation)
}

// huge is a PNG that says it has a hundred megapixels.
func huge(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	data := out.Bytes()
	header := data[12 : 12+4+13] // after the signature and the length: IHDR and its 13 bytes
	binary.BigEndian.PutUint32(header[4:], 10_000)
	binary.BigEndian.PutUint32(header[8:], 10_000)
	binary.BigEndian.PutUint32(data[12+4+13:], crc32.ChecksumIEEE(header))
	return data
}

func pizza(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, receiptart.Pizza(), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func truncated(t *testing.T) []byte {
	whole := pizza(t)
	return whole[:len(whole)/2]
}
