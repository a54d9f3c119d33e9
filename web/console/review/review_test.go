package review_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/core/media"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/review"
)

const cashback = `campaign: cashback
name: Пять процентов
period: {from: 2026-01-01}
when: receipt.total >= 300
reward: {percent: 5, ttl: P6M}
`

// stage is the console with a review queue, over receipts that nobody but a person can
// decide.
type stage struct {
	*consoletest.Stage
	t        *testing.T
	receipts *receipt.Service
	media    *media.Service
	member   int64
	subject  int64
	key      seal.Key
	sent     int

	mu    sync.Mutex
	heard []receipt.Notice

	deaf atomic.Bool // the programme has no words for who asks for a photo
}

func open(t *testing.T) *stage {
	t.Helper()
	h := &stage{t: t}
	h.Stage = consoletest.Open(t, func(s *consoletest.Stage) []console.Section {
		h.media = media.New(s.DB, s.Keys)
		h.receipts = receipt.New(receipt.Config{DB: s.DB, Campaigns: &campaign.Service{}, Zone: consoletest.Zone, Notify: h.notify, Log: slog.New(slog.DiscardHandler)})
		return []console.Section{review.Section(review.Deps{
			DB: s.DB, Receipts: h.receipts, Products: &product.Service{}, Partners: &partner.Service{}, Media: h.media, Programme: h.programme, Now: time.Now,
		})}
	})
	h.must(h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return h.receipts.Campaigns.PublishTx(ctx, tx, time.Now().AddDate(0, 0, -1), rules.Terms{Zone: time.UTC},
			[]campaign.Source{{ID: "cashback", File: "campaigns/cashback.yaml", Text: []byte(cashback)}})
	}))
	var wrapped []byte
	h.key, wrapped = h.Keys.NewKey()
	h.member = h.id(`insert into member (created_at, registered_at) values (now(), now()) returning id`)
	h.subject = h.id(`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) values ($1, 'telegram', '', '', $2, now()) returning id`, h.member, wrapped)
	h.id(`insert into conversation (subject_id, channel, at) values ($1, 'telegram', now()) returning id`, h.subject)
	return h
}

func (h *stage) programme() *flows.Programme {
	p := &flows.Programme{Languages: []string{"ru", "en"}, Location: consoletest.Zone}
	if !h.deaf.Load() {
		p.Listen = []*flows.Listen{{Event: receipt.EventUnclear, Run: "unclear"}}
	}
	return p
}

func (h *stage) notify(_ context.Context, _ storage.Tx, _ time.Time, news ...receipt.Notice) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = append(h.heard, news...)
	return nil
}

// told counts the events of a name.
func (h *stage) told(name string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.heard {
		if e.Name == name {
			n++
		}
	}
	return n
}

func (h *stage) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *stage) id(sql string, args ...any) int64 {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.DB, sql, args...)
	h.must(err)
	return id
}

// picture is a paper that lies on its side, in its own shade.
func picture(shade uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, 640, 360))
	for i := range img.Pix {
		img.Pix[i] = 230
	}
	for y := 40; y < 320; y += 24 {
		for x := 40; x < 600; x++ {
			img.SetGray(x, y, color.Gray{Y: shade})
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // into memory
	return out.Bytes()
}

// photo keeps a picture and returns its id.
func (h *stage) photo(data []byte) string {
	h.t.Helper()
	blob, err := h.media.Put(h.t.Context(), time.Now(), h.key, media.File{Subject: h.subject, Mime: "image/png", Data: data})
	h.must(err)
	return blob
}

// sends submits a receipt with a photo and returns its task.
func (h *stage) sends(kopecks int64) (task int64) {
	h.t.Helper()
	h.sent++
	qr := fmt.Sprintf("t=20261101T1000&s=%d.%02d&fn=9289000100000001&i=%d&fp=%d&n=1", kopecks/100, kopecks%100, 1000*h.sent, h.sent)
	h.submits(qr, picture(uint8(h.sent)))
	return h.id(`select max(id) from review_task`)
}

func (h *stage) submits(qr string, data []byte) {
	h.t.Helper()
	h.sent++
	sub := receipt.Submission{Key: fmt.Sprint("test/", h.sent), Member: h.member, Subject: h.subject, Blob: h.photo(data), Text: qr}
	h.must(h.DB.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := h.receipts.SubmitTx(ctx, tx, time.Now(), sub)
		return err
	}))
}

// books lets the crediting catch up and returns the member's points.
func (h *stage) books() int64 {
	h.t.Helper()
	for worked := true; worked; {
		var err error
		worked, _, err = h.receipts.CreditStep(h.t.Context(), time.Now())
		h.must(err)
	}
	report, err := ledger.Check(h.t.Context(), h.DB)
	h.must(err)
	if len(report.Breaches) > 0 {
		h.t.Errorf("books: %+v", report.Breaches)
	}
	b, err := ledger.BalanceOf(h.t.Context(), h.DB, time.Now(), h.member, ledger.Bonus)
	h.must(err)
	return b.Points
}

// posts sends a form and returns the status, where it leads, and the page.
func (h *stage) posts(c *http.Client, path string, form url.Values) (status int, to, page string) {
	h.t.Helper()
	resp, err := c.PostForm(h.URL+"/console/review"+path, form)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp.StatusCode, resp.Header.Get("Location"), string(body)
}

func (h *stage) gets(c *http.Client, path string) (*http.Response, string) {
	h.t.Helper()
	resp, err := c.Get(h.URL + path)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, string(body)
}

var keys atomic.Int64

// form is what a page's form holds, under a key of its own.
func form(pairs ...string) url.Values {
	f := url.Values{"key": {fmt.Sprint(keys.Add(1))}}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// TestRoles: every address is for who decides about receipts.
func TestRoles(t *testing.T) {
	t.Parallel()
	h := open(t)
	reviewers := []staff.Role{staff.Owner, staff.Reviewer}
	routes := review.Section(review.Deps{}).Routes
	may := map[string][]staff.Role{}
	for _, path := range []string{"GET ", "POST /next", "GET /{id}", "GET /photos/{photo}", "POST /{id}/take", "POST /{id}/decide", "POST /{id}/name", "POST /{id}/photo", "POST /{id}/skip"} {
		method, rest, _ := strings.Cut(path, " ")
		may[method+" /console/review"+rest] = reviewers
	}
	h.Roles(routes, may)
}

// TestReviewersAtOnce: two who begin at once get two receipts; each decides their own,
// once however often they press, and the books know every receipt once.
func TestReviewersAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 6 {
		h.sends(400_00)
	}
	var all sync.WaitGroup
	for _, name := range []string{"Вера", "Олег"} {
		c := h.Client(h.SignIn(name, staff.Reviewer))
		start := form("show", "receipts")
		all.Go(func() {
			_, to, _ := h.posts(c, "/next", start)
			for strings.Contains(to, "/console/review/") {
				at := strings.TrimPrefix(strings.SplitN(to, "?", 2)[0], "/console/review")
				decision := url.Values{"key": {to}, "show": {"receipts"}, "approve": {"yes"}, "cause": {"paper_seen"}, "fence": {"1"}}
				var status int
				for range 2 {
					status, to, _ = h.posts(c, at+"/decide", decision)
				}
				if status != http.StatusSeeOther {
					t.Errorf("%s at %s: %d", name, at, status)
					return
				}
			}
		})
	}
	all.Wait()
	if got := h.books(); got != 6*20_00 {
		t.Errorf("%d points, want 12000", got)
	}
	if n := h.id(`select count(*) from audit where act = 'reviews.decide'`); n != 6 {
		t.Errorf("%d decisions are in the log, want 6", n)
	}
	if n := h.id(`select count(distinct decided_by) from review_task`); n < 1 || h.id(`select count(*) from review_task where decided_at is null`) != 0 {
		t.Errorf("decided by %d people, some are left", n)
	}
}

// TestLostTask: what was typed for a task that went to a colleague is kept on the page,
// with why nothing was recorded.
func TestLostTask(t *testing.T) {
	t.Parallel()
	h := open(t)
	task := h.sends(400_00)
	vera, oleg := h.Client(h.SignIn("Вера", staff.Reviewer)), h.Client(h.SignIn("Олег", staff.Reviewer))
	at := fmt.Sprintf("/%d", task)
	if status, to, _ := h.posts(vera, at+"/take", form()); status != 303 || !strings.HasPrefix(to, "/console/review"+at) {
		t.Errorf("taken: %d %s", status, to)
	}
	if status, _, page := h.posts(oleg, at+"/take", form()); status != 422 || !strings.Contains(page, "Смотрит Вера") {
		t.Errorf("taken by another: %d", status)
	}
	h.id(`update review_task set taken_until = now() - interval '1 minute' returning id`)
	h.posts(oleg, at+"/take", form())
	h.id(`update review_task set taken_until = now() - interval '1 minute' returning id`)
	status, _, page := h.posts(vera, at+"/decide", form("fence", "1", "approve", "no", "cause", "other", "note", "магазин <b>закрыт</b>"))
	if status != 422 || !strings.Contains(page, "побывала в других руках") || !strings.Contains(page, "магазин &lt;b&gt;закрыт") {
		t.Errorf("decided by a taking that is over: %d", status)
	}
	for why, tt := range map[string]url.Values{
		"Нужны слова":   form("fence", "2", "approve", "no", "cause", "other"),
		"Нужна причина": form("fence", "2", "approve", "yes", "cause", "forged"),
	} {
		if status, _, page := h.posts(oleg, at+"/decide", tt); status != 422 || !strings.Contains(page, why) {
			t.Errorf("%s: %d", why, status)
		}
	}
	if status, _, _ := h.posts(oleg, at+"/decide", form("fence", "2", "approve", "no", "cause", "unreadable")); status != 303 || h.told(receipt.EventRejected) != 1 {
		t.Errorf("decided: %d, told %d times", status, h.told(receipt.EventRejected))
	}
	if status, _, page := h.posts(vera, at+"/decide", form("fence", "1", "approve", "yes", "cause", "paper_seen")); status != 422 || !strings.Contains(page, "уже решили") {
		t.Errorf("decided twice: %d", status)
	}
	if h.books() != 0 {
		t.Error("a rejected receipt brought something")
	}
}

// TestPhotoAndSkip: asked once, the shopper is told once; the task comes back with the
// photo; what one skips the other gets.
func TestPhotoAndSkip(t *testing.T) {
	t.Parallel()
	h := open(t)
	task := h.sends(400_00)
	vera, oleg := h.Client(h.SignIn("Вера", staff.Reviewer)), h.Client(h.SignIn("Олег", staff.Reviewer))
	at := fmt.Sprintf("/%d", task)
	h.posts(vera, "/next", form())
	h.deaf.Store(true)
	if status, _, page := h.posts(vera, at+"/photo", form("fence", "1")); status != 422 || !strings.Contains(page, "нет слов") {
		t.Errorf("without words: %d", status)
	}
	h.deaf.Store(false)
	ask := form("fence", "1")
	for range 2 {
		if status, to, _ := h.posts(vera, at+"/photo", ask); status != 303 || !strings.Contains(to, "done=review-photo") {
			t.Errorf("asked: %d %s", status, to)
		}
	}
	if n := h.told(receipt.EventUnclear); n != 1 {
		t.Errorf("the shopper is told %d times", n)
	}
	if _, to, _ := h.posts(oleg, "/next", form()); !strings.Contains(to, "done=review-none") {
		t.Errorf("what waits for its shopper is given out: %s", to)
	}
	h.submits("t=20261101T1000&s=400.00&fn=9289000100000001&i=1000&fp=1&n=1", picture(99))
	if _, page := h.gets(vera, "/console/review"); !strings.Contains(page, "пришло новое фото") {
		t.Error("the list does not say that the photo has come")
	}
	if _, to, _ := h.posts(oleg, "/next", form()); !strings.Contains(to, at) {
		t.Errorf("with the photo: %s", to)
	}
	if _, to, _ := h.posts(oleg, at+"/skip", form("fence", "2")); !strings.Contains(to, "done=review-skip") || strings.Contains(to, at) {
		t.Errorf("skipped: %s", to)
	}
	if _, to, _ := h.posts(vera, "/next", form()); !strings.Contains(to, at) {
		t.Errorf("what Oleg skipped: %s", to)
	}
}

// TestPartnersTasks: who works for one partner gets, sees and decides tasks about its receipts
// only, and another's task, photo or place in the list is not there for them.
func TestPartnersTasks(t *testing.T) {
	t.Parallel()
	h := open(t)
	foreign, own := h.sends(400_00), h.sends(500_00)
	vera := h.Client(h.SignIn("Вера", staff.Reviewer))
	h.must(h.Staff.SetPartners(t.Context(), time.Now(), h.id(`select id from staff where name = 'Вера'`), []string{"lavka"}))
	for task, partner := range map[int64]string{foreign: "yarus", own: "lavka"} {
		h.id(`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select receipt_id, '', '', 'accepted', $2, 's', '', '', '', '', '', now() from review_task where id = $1 returning receipt_id`, task, partner)
	}
	photo := func(task int64) string {
		id, err := storage.Value[string](t.Context(), h.DB, `select s.blob_id::text from submission s join review_task k using (receipt_id) where k.id = $1`, task)
		h.must(err)
		return id
	}
	_, list := h.gets(vera, "/console/review")
	if strings.Contains(list, fmt.Sprintf("/console/review/%d?", foreign)) || !strings.Contains(list, fmt.Sprintf("/console/review/%d?", own)) {
		t.Error("the list is not that of one partner")
	}
	for path, want := range map[string]int{
		fmt.Sprintf("/%d", foreign): 404, fmt.Sprintf("/%d", own): 200, "/photos/" + photo(foreign): 404, "/photos/" + photo(own): 200,
	} {
		if resp, _ := h.gets(vera, "/console/review"+path); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	for _, act := range []string{"take", "decide", "photo", "skip"} {
		if status, _, _ := h.posts(vera, fmt.Sprintf("/%d/%s", foreign, act), form("approve", "no", "cause", "forged")); status != 404 {
			t.Errorf("%s another's: %d", act, status)
		}
	}
	if _, to, _ := h.posts(vera, "/next", form()); !strings.Contains(to, fmt.Sprintf("/%d?", own)) {
		t.Errorf("next: %s", to)
	}
	if n := h.id(`select count(*) from audit where act = 'access.refused' and detail ->> 'why' = 'partner'`); n != 6 {
		t.Errorf("%d refusals in the log", n)
	}
}

// TestBlindSample: nothing on the pages tells a receipt of the random sample from another.
func TestBlindSample(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.sends(400_00)
	vera := h.Client(h.SignIn("Вера", staff.Reviewer))
	look := func(task int64) string {
		_, page := h.gets(vera, fmt.Sprintf("/console/review/%d", task))
		_, list := h.gets(vera, "/console/review")
		return page + list
	}
	waiting := look(first)
	h.posts(vera, fmt.Sprintf("/%d/decide", first), form("approve", "yes", "cause", "paper_seen"))
	if h.books() != 20_00 {
		t.Fatal("not credited")
	}
	sample := h.id(`insert into review_task (kind, about, receipt_id, reason, created_at) values ('sample', 'receipt/1', 1, 'sample', now()) returning id`)
	sampled := look(sample)
	for _, tell := range []string{"ыборк", "sample", "засчитан", "перепровер", "20,00 бонус"} {
		if strings.Contains(sampled, tell) {
			t.Errorf("%q gives the sample away", tell)
		}
	}
	for _, same := range []string{"Чек на", "Одобрить", "Попросить фото"} {
		if strings.Contains(waiting, same) != strings.Contains(sampled, same) {
			t.Errorf("%q is on one of the pages alone", same)
		}
	}
	h.posts(vera, fmt.Sprintf("/%d/take", sample), form())
	if status, _, _ := h.posts(vera, fmt.Sprintf("/%d/decide", sample), form("fence", "1", "approve", "no", "cause", "forged")); status != 303 {
		t.Errorf("decided: %d", status)
	}
	if h.books() != 0 || h.told(receipt.EventRevoked) != 1 {
		t.Error("a sample that was rejected is credited still")
	}
}

// TestHostileGoods: names that strangers choose are text; a polyglot is drawn anew, what is
// no picture is not shown, and no file that is not of a receipt.
func TestHostileGoods(t *testing.T) {
	t.Parallel()
	h := open(t)
	task := h.sends(400_00)
	_, err := h.DB.Exec(t.Context(), `update receipt set contents = '{"code":3,"operationType":1,"fiscalDriveNumber":"9289000100000001","fiscalDocumentNumber":1000,"fiscalSign":1,
		"dateTime":"2026-11-01T10:00:00","totalSum":40100,"user":"<script>alert(1)</script>","items":[{"name":"<img src=x onerror=alert(2)>","price":40100,"quantity":1,"sum":40100}]}'`)
	h.must(err)
	vera := h.Client(h.SignIn("Вера", staff.Reviewer))
	_, page := h.gets(vera, fmt.Sprintf("/console/review/%d", task))
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") || !strings.Contains(page, "не сошлось") || !strings.Contains(page, "сошлось с налоговой") {
		t.Error("a name is not text, or nobody compared the sums")
	}
	polyglot := append(picture(7), []byte("<script>alert(3)</script>")...)
	h.submits("t=20261101T1000&s=400.00&fn=9289000100000001&i=1000&fp=1&n=1", polyglot)
	resp, body := h.gets(vera, "/console/review/photos/"+h.photo(polyglot))
	if resp.StatusCode != 200 || strings.Contains(body, "script") || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(resp.Header.Get("Cache-Control"), "private") {
		t.Errorf("a polyglot: %d %v", resp.StatusCode, resp.Header)
	}
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	h.submits("t=20261101T1000&s=400.00&fn=9289000100000001&i=1000&fp=1&n=1", svg)
	for photo, want := range map[string]int{h.photo(svg): 415, h.photo([]byte("of no receipt")): 404, "x": 404} {
		if resp, _ := h.gets(vera, "/console/review/photos/"+photo); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", photo, resp.StatusCode, want)
		}
	}
	for _, path := range []string{"/console/review/99", "/console/review/x"} {
		if resp, _ := h.gets(vera, path); resp.StatusCode != 404 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

// untold are keys that have no text: they print as themselves.
var untold = regexp.MustCompile(`console\.[a-z_]+\.[a-z_.]*`)

// TestWords: tasks of every kind, with all that can stand on their pages, have words in
// both languages.
func TestWords(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.sends(400_00)
	h.submits("t=20261101T1000&s=400.00&fn=9289000100000001&i=1000&fp=2&n=1", picture(1)) // a slip of the hand
	_, err := h.DB.Exec(t.Context(), `update receipt set sum_ambiguous = true where id = 1`)
	h.must(err)
	_, err = h.DB.Exec(t.Context(), `insert into verification_attempt (receipt_id, provider, call, sum, class, at)
		select 1, 'fns', 'poll', 1, c, now() from unnest('{mismatch, outage, verified, too_old}'::text[]) c`)
	h.must(err)
	for kind, detail := range map[string]string{
		"fraud": `{"signals": [{"reason": "velocity", "figure": 20, "points": 20}, {"reason": "phone_block", "figure": 3, "points": 30}]}`, "debt": `{"due": 100}`,
		"product": `{"name": "кефир", "line": "КЕФИР", "product": "kefir", "score": 60}`, "place": `{"inn": "1", "address": "Суздаль"}`,
	} {
		h.id(`insert into review_task (kind, about, receipt_id, reason, detail, created_at) values ($1, $1, 1, 'why', $2::jsonb, now()) returning id`, kind, detail)
	}
	c := h.Client(h.SignIn("Vera", staff.Reviewer))
	for _, lang := range []string{"ru", "en"} {
		_, err := c.PostForm(h.URL+"/console/look", url.Values{"lang": {lang}})
		h.must(err)
		for task := range h.id(`select max(id) from review_task`) {
			at := fmt.Sprintf("/%d", task+1)
			h.posts(c, at+"/take", form())
			_, page := h.gets(c, "/console/review"+at)
			_, list := h.gets(c, "/console/review")
			if key := untold.FindString(page + list); key != "" || !strings.Contains(page, `data-key="Digit1`) {
				t.Errorf("task %s in %s: no text %q", at, lang, key)
			}
		}
	}
}
