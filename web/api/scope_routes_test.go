package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/media"
	"besedka/core/prize"
	"besedka/core/staff"
	"besedka/storage"
)

// What is partner A's, and what is B's: in numbers, names and sums.
const (
	ours   = "1110111"
	theirs = "7770777"
)

// shop is a member who bought at partner A once, and at B a hundred times before and after.
type shop struct {
	*desk
	ids    map[string]int64 // by the beginning of an address: of what is B's
	photos [2]string        // of A's receipt, and of one of B's
	scoped string           // token of who works for A, in every role
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{desk: open(t), ids: map[string]int64{}, scoped: staff.NewToken()}
	_, err := staff.New(s.db).Invite(t.Context(), now, staff.Person{Name: "Вера", Roles: staff.Roles, Partners: []string{"a"}}, s.scoped)
	s.must(err)
	door := conversation.New(s.db, s.keys, s.people, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
	s.must(door.Receive(t.Context(), now, conversation.Arrival{Channel: chat.Webchat, Account: "webchat", Messages: []conversation.Message{
		{Key: "m", Peer: "peer", At: now, In: chat.Inbound{Text: "здравствуйте"}},
	}}))
	s.ids["conversations"] = s.counted("select max(id) from conversation")
	s.rich(10)
	s.buys(theirs, "b", 105)
	s.photos[0] = s.photo(door, s.buys(ours, "a", 1))
	s.ids["receipts"] = s.buys(theirs, "b", 105)
	s.photos[1] = s.photo(door, s.ids["receipts"])
	s.ids["reviews"] = s.counted("select max(id) from review_task")
	s.ids["coupons"] = s.counted("select id from coupon where number = " + theirs)
	s.ids["orders"] = s.counted("select max(id) from prize_order")
	s.must(s.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { // the owner's, at no till of A
		return ledger.HoldTx(ctx, tx, ledger.Hold{Key: redemptionKey + "1/k", Member: s.member, Currency: ledger.Bonus, Amount: 5, Reason: theirs, At: now})
	}))
	s.ids["redemptions"] = s.counted("select max(id) from hold")
	s.ids["members"], s.ids["staff"] = s.member, 1
	return s
}

// buys makes receipts at a partner, each waiting for a reviewer, the last with points, a
// coupon and a gift; what is told of them has the mark.
func (s *shop) buys(mark, partner string, n int) (receipt int64) {
	ctx := s.t.Context()
	for range n {
		receipt = s.counted(fmt.Sprintf(`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('%s000000000', (select count(*) + 1 from receipt), 1, 1, '2026-05-03', 'UTC', '2026-05-03', %s, %d, 'manual', '2026-05-03', '2026-05-03') returning id`, mark, mark, s.member))
		_, err := s.db.Exec(ctx, `insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			values ($1, '', '', 'accepted', $2, $3, '', '', '', '', '{"v": 1}', $4)`, receipt, partner, mark, now)
		s.must(err)
		_, err = s.db.Exec(ctx, `insert into review_task (kind, about, receipt_id, reason, created_at) values ('receipt', $1::bigint, $1, $2, $3)`, receipt, mark, now)
		s.must(err)
	}
	s.must(s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		add := coupon.Addition{Key: fmt.Sprint("k", receipt), Campaign: "c", Version: 1, Member: s.member, Receipt: receipt, Sum: 1, Terms: coupon.Terms{Most: 1000}}
		if _, err := (coupon.Service{}).AddTx(ctx, tx, now, add); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update coupon set number = $1::text::bigint where contribution_id in (select id from coupon_contribution where receipt_id = $2)
			and not exists (select from coupon where number = $1::text::bigint)`, mark, receipt); err != nil {
			return err
		}
		amount := s.counted("select " + mark + "::bigint")
		if err := ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprint("r", receipt), Member: s.member, Currency: ledger.Bonus, Amount: amount, Receipt: receipt, Reason: mark, At: now}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into prize_order (key, prize, name, member_id, state, delivery, currency, price, receipt_id, at)
			values ($1, $2, $2, $3, 'reserved', 'desk', 'bonus', 0, $4, $5)`, fmt.Sprint("g", receipt), mark, s.member, receipt, now)
		return err
	}))
	return receipt
}

// photo is a picture that the shopper sent as a receipt.
func (s *shop) photo(door *conversation.Service, receipt int64) string {
	subject, key, err := door.Person(s.t.Context(), s.ids["conversations"])
	s.must(err)
	id, err := media.New(s.db, s.keys).Put(s.t.Context(), now, key, media.File{Subject: subject, Mime: "image/png", Data: []byte(fmt.Sprint("photo of ", receipt))})
	s.must(err)
	_, err = s.db.Exec(s.t.Context(), `insert into submission (key, member_id, subject_id, receipt_id, blob_id, qr, state, at)
		values ('p/' || $1, $2, $3, $4, $1::text::uuid, '', 'taken', $5)`, id, s.member, subject, receipt, now)
	s.must(err)
	return id
}

// reads is the answer to a GET; to a POST of what stands behind a space, which looks for it.
func (s *shop) reads(token, path string) (int, string) {
	path, sought, seeks := strings.Cut(path, " ")
	method := http.MethodGet
	if seeks {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api/v1"+path, strings.NewReader(sought))
	s.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	s.must(err)
	body, err := io.ReadAll(resp.Body)
	s.must(err)
	s.must(resp.Body.Close())
	return resp.StatusCode, string(body)
}

// search looks for members.
func search(text string) string { return fmt.Sprintf(`/members/search {"q":%q}`, text) }

// address fills in a path with what is B's.
func (s *shop) address(path string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	id := s.ids[kind]
	if id == 0 {
		id = 1
	}
	return strings.NewReplacer("{id}", fmt.Sprint(id), "{photo}", s.photos[1], "{file}", s.photos[1], "{receipt}", fmt.Sprint(s.ids["receipts"]), "{number}", "2900000000018",
		"{medium}", "sms", "{survey}", "none", "{flow}", "none", "{campaign}", "none", "{prize}", "none", "{pool}", "none").Replace(path)
}

// TestNobodyReadsAnothersReceipts walks every address that reads: whoever works for all
// partners finds what is B's where the list says, and who works for A finds it nowhere.
func TestNobodyReadsAnothersReceipts(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	var addresses, open, shown []string
	for _, r := range routes {
		if r.method == http.MethodGet {
			addresses = append(addresses, s.address(r.path))
		}
	}
	member := fmt.Sprint("/members/", s.member)
	addresses = append(addresses, search(theirs), search(theirs+"000000000/1/1"), "/coupons?number="+theirs, "/coupons?number="+theirs+"&campaign=c", fmt.Sprint("/orders?member=", s.member), "/orders?state=reserved", "/reviews?kind=receipt")
	marked := func(path, body string) bool {
		return strings.Contains(body, theirs) || strings.Contains(body, fmt.Sprint("photo of ", s.ids["receipts"])) ||
			strings.HasPrefix(path, "/members/search ") && strings.Contains(body, `"createdAt"`)
	}
	for _, path := range addresses {
		if _, body := s.reads(s.tokens[staff.Owner], path); marked(path, body) {
			open = append(open, path)
		}
		if _, body := s.reads(s.scoped, path); marked(path, body) {
			t.Errorf("%s shows who works for A: %s", path, body)
		}
	}
	want := []string{
		member + "/story", member + "/coupons", member + "/statement", "/reviews", s.address("/reviews/{id}"), s.address("/photos/{photo}"), s.address("/conversations/{id}/files/{file}"),
		s.address("/receipts/{id}/place"), "/orders", s.address("/orders/{id}"), s.address("/redemptions/{id}"),
		search(theirs), search(theirs + "000000000/1/1"), "/coupons?number=" + theirs, "/coupons?number=" + theirs + "&campaign=c", fmt.Sprint("/orders?member=", s.member), "/orders?state=reserved", "/reviews?kind=receipt",
	}
	slices.Sort(want)
	slices.Sort(open)
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("where B's are shown to who works for all: %s", diff)
	}
	for _, path := range []string{member + "/story", member + "/coupons", member + "/statement", "/reviews", "/orders", "/coupons?number=" + ours, search(ours)} {
		if _, body := s.reads(s.scoped, path); strings.Contains(body, ours) || strings.Contains(body, `"createdAt"`) {
			shown = append(shown, path)
			continue
		}
		t.Errorf("%s does not show A's to who works for A, of %d that do", path, len(shown))
	}
	for _, path := range []string{"/audit", "/places"} { // of all partners: nothing for who works for one
		if status, body := s.reads(s.scoped, path); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body := s.reads(s.scoped, "/photos/"+s.photos[0]); status != http.StatusOK || !strings.HasPrefix(body, "photo of") {
		t.Errorf("A's photo: %d %s", status, body)
	}
}

// TestNobodyChangesAnothersReceipts walks every address that changes what has a number: it is
// not found, and nothing is kept but the refusal.
func TestNobodyChangesAnothersReceipts(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	n := 0
	for _, r := range routes {
		kind, _, numbered := strings.Cut(strings.TrimPrefix(r.path, "/"), "/{id}")
		if r.method != http.MethodPost || !numbered || scopes[kind] == nil {
			continue
		}
		n++
		if status, answer := s.ask(r.method, s.address(r.path), s.scoped, r.path, `{}`); status != http.StatusNotFound {
			t.Errorf("%s: %d %v", r.path, status, answer)
		}
	}
	if status, answer := s.ask("POST", "/handovers", s.scoped, "code", fmt.Sprintf(`{"code": "%d-x"}`, s.ids["orders"])); status != http.StatusNotFound {
		t.Errorf("the code of B's: %d %v", status, answer)
	}
	n++
	if kept := s.counted("select count(*) from audit where act = 'access.refused' and detail ->> 'why' = 'partner'"); n < 20 || kept != int64(n) {
		t.Errorf("%d addresses, %d refusals kept", n, kept)
	}
}

// TestPurse: who works for one partner is not told what a member has in all, unless they take
// points at a till; and nobody gives colleagues more than they see themselves.
func TestPurse(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for role, want := range map[staff.Role]int{staff.Reviewer: 0, staff.Registrar: 1} {
		token := staff.NewToken()
		_, err := staff.New(s.db).Invite(t.Context(), now, staff.Person{Name: "А", Roles: []staff.Role{role}, Partners: []string{"a"}}, token)
		s.must(err)
		_, card := s.ask("GET", fmt.Sprint("/members/", s.member), token, "", "")
		if got := len(card["balances"].([]any)); got != want {
			t.Errorf("a %s of one partner sees %d balances, want %d", role, got, want)
		}
	}
	_, _ = s.ask("POST", "/staff", s.scoped, "new", `{"name": "Олег", "roles": ["reviewer"]}`)
	partners, err := storage.Value[[]string](t.Context(), s.db, `select array(select k.partner from staff_partner k join staff s on s.id = k.staff_id where s.name = 'Олег')`)
	if err != nil || !slices.Equal(partners, []string{"a"}) {
		t.Errorf("admitted by who works for a: %v %v", partners, err)
	}
}

// TestOrdersOfNobody: what was bought for points is no partner's.
func TestOrdersOfNobody(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	orders, err := prize.Orders(t.Context(), s.db, prize.Filter{Member: s.member, Partners: []string{"a"}}, 0, 10)
	if err != nil || len(orders) != 1 || orders[0].Name != ours {
		t.Errorf("won at A: %v %v", orders, err)
	}
	_, err = s.db.Exec(t.Context(), `update prize_order set receipt_id = null where name = $1`, theirs)
	s.must(err)
	if orders, err = prize.Orders(t.Context(), s.db, prize.Filter{Member: s.member, Partners: []string{"a"}}, 0, 10); err != nil || len(orders) != 3 {
		t.Errorf("with two that were bought: %v %v", orders, err)
	}
}
