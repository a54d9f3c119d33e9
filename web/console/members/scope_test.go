package members_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"besedka/core/staff"
)

// TestCardOfOnePartner: who works for one partner finds on a card what was bought there, though
// ten receipts of another's are newer, and not what the member has in all.
func TestCardOfOnePartner(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "Анна", "+79161234567")
	h.gives(anna.Member, 7_777_00)
	bought := func(sum int, partner string) {
		h.count(fmt.Sprintf(`with r as (
			insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('9289000100000001', (select count(*) + 1 from receipt), 1, 1, '2026-05-03', 'UTC', '2026-05-03', %d, %d, 'manual', '2026-05-03', '2026-05-03') returning id
		) insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select id, '', '', 'accepted', '%s', 's', '', '', '', '', '', '2026-05-03' from r returning receipt_id`, sum, anna.Member, partner))
	}
	bought(1_111_00, "lavka")
	for range 10 {
		bought(3_333_00, "yarus")
	}
	vera := h.Client(h.SignIn("Вера", staff.Reviewer))
	card := func() string {
		resp, page := h.ask(vera, http.MethodGet, fmt.Sprint("/console/members/", anna.Member), nil)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("the card: %d", resp.StatusCode)
		}
		return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(page)
	}
	if page := card(); !strings.Contains(page, "3 333") || !strings.Contains(page, "7 777") {
		t.Error("who works for all partners does not see all")
	}
	h.must(h.Staff.SetPartners(t.Context(), time.Now(), h.count(`select id from staff where name = 'Вера'`), []string{"lavka"}))
	if page := card(); strings.Contains(page, "3 333") || strings.Contains(page, "7 777") || !strings.Contains(page, "1 111") || !strings.Contains(page, "Весь остаток видит") {
		t.Error("who works for one partner sees others', or not their own")
	}
}
