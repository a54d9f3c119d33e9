package inbox_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/staff"
)

// TestWhatTheyHave: beside a conversation stand the shopper's receipts with their pictures
// and verdicts, their coupons and their prizes, and the way to their card; who works for
// some partners sees nothing of the others' receipts.
func TestWhatTheyHave(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Где мой приз?"})
	id := h.calls()
	photo := h.owns(id)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	for _, tt := range []struct {
		partners []string
		shown    bool
	}{{nil, true}, {[]string{"lavka"}, false}} {
		h.must(h.Staff.SetPartners(t.Context(), time.Now(), 1, tt.partners))
		_, page := h.gets(anna, fmt.Sprintf("/console/inbox/%d", id))
		_, beside, _ := strings.Cut(page, `<aside class="shopper-card"`)
		for _, words := range []string{fmt.Sprintf(`src="/console/inbox/%d/photos/%s"`, id, photo), "товар вернули", "000042", "1 действует", "Кружка из чека"} {
			if strings.Contains(beside, words) != tt.shown {
				t.Errorf("who works for %v sees %s: %v", tt.partners, words, !tt.shown)
			}
		}
		for _, words := range []string{"Кружка за бонусы", "вручён", `href="/console/members/1"`} {
			if !strings.Contains(beside, words) {
				t.Errorf("who works for %v does not see %s", tt.partners, words)
			}
		}
	}
}

// owns gives the shopper of a conversation a receipt that was sent as a photo and returned
// since, a coupon and a gift for it, and a gift for points; it returns the photo.
func (h *stage) owns(id int64) (photo string) {
	h.t.Helper()
	subject, key, err := h.door.Person(h.t.Context(), id)
	h.must(err)
	var picture bytes.Buffer
	h.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))))
	photo, err = h.media.Put(h.t.Context(), time.Now(), key, media.File{Subject: subject, Mime: "image/png", Data: picture.Bytes()})
	h.must(err)
	for _, sql := range []string{
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, reason, uploaded_at, queued_at)
		 select '9289000100000001', 7, 7, 1, '2026-11-22 12:00', 'Europe/Moscow', '2026-11-22', 40000, member_id, 'revoked', 'refunded', '2026-11-22', '2026-11-22' from subject`,
		`insert into submission (key, receipt_id, member_id, subject_id, blob_id, qr, state, at)
		 select 'inbox/1', r.id, r.member_id, s.id, '` + photo + `', '', 'taken', '2026-11-22' from receipt r join subject s on s.member_id = r.member_id`,
		`insert into campaign (id, state) values ('oz', 'draft')`,
		`insert into coupon_pool (campaign_id, name, time_window, member_id, live, entitled) select 'oz', 'mall', '2026-11-22', member_id, 1, 1 from subject`,
		`insert into coupon_contribution (key, pool_id, receipt_id, version, sum, at) select 'k', p.id, r.id, 1, 1, '2026-11-22' from coupon_pool p, receipt r`,
		`insert into coupon (campaign_id, number, contribution_id, member_id, issued_at) select 'oz', 42, c.id, s.member_id, '2026-11-22' from coupon_contribution c, subject s`,
		`insert into prize_order (key, prize, name, member_id, subject_id, state, delivery, currency, price, receipt_id, at)
		 select g.key, 'cup', g.name, s.member_id, s.id, 'handed_over', 'desk', 'bonus', 1, case g.key when 'won' then r.id end, '2026-11-22'
		 from subject s, receipt r, (values ('won', 'Кружка из чека'), ('bought', 'Кружка за бонусы')) g(key, name)`,
	} {
		_, err := h.DB.Exec(h.t.Context(), sql)
		h.must(err)
	}
	return photo
}

// TestInReview: the bot's conversation with somebody whose receipt waits for a person is in
// a list of its own, and is taken from there.
func TestInReview(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Когда проверят чек?"})
	id := int64(h.count(`select max(id) from conversation`))
	h.owns(id)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	for _, waits := range []bool{false, true} {
		_, page := h.gets(anna, "/console/inbox?show=review")
		if row := fmt.Sprintf(`href="/console/inbox/%d?show=review"`, id); strings.Contains(page, row) != waits || strings.Contains(page, "ведёт бот") != waits {
			t.Errorf("a receipt waits: %v, and the page is %s", waits, page)
		}
		_, err := h.DB.Exec(t.Context(), `insert into review_task (kind, about, receipt_id, reason, created_at) select 'receipt', 'receipt/1', id, 'x', uploaded_at from receipt on conflict do nothing`)
		h.must(err)
	}
	if status, _ := h.posts(anna, id, "take", url.Values{"key": {"a"}, "show": {"review"}}); status != http.StatusSeeOther {
		t.Errorf("taken: %d", status)
	}
	if _, page := h.gets(anna, "/console/inbox?show=review"); !strings.Contains(page, "у вас") {
		t.Errorf("taken it is not in the list: %s", page)
	}
}
