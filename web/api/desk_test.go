package api

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
)

// said is what the staff have said, as it waits to be sent.
func (h *talk) said() (texts []string) {
	h.t.Helper()
	lanes, err := h.door.ClaimSends(h.t.Context(), now, chat.WhatsApp, 9, &conversation.Hand{})
	h.must(err)
	for _, l := range lanes {
		for _, m := range l.Messages {
			texts = append(texts, m.Wire.Text)
		}
	}
	return texts
}

// TestGrants stay within the limit of the role, are given once, and are told.
func TestGrants(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	grant := func(role staff.Role, key string, amount int) string {
		t.Helper()
		got, answer := h.does(role, "grants", key, fmt.Sprintf(`{"amount": %d, "reason": "за ожидание"}`, amount))
		return strings.TrimSpace(fmt.Sprint(got, " ", answer["told"], " ", answer["left"]))
	}
	before := grant(staff.Operator, "0", 100)
	h.does(staff.Operator, "take", "t", "")
	got := []string{
		before, grant(staff.Operator, "a", 400_00), grant(staff.Operator, "a", 400_00), grant(staff.Operator, "b", 200_00),
		grant(staff.Operator, "c", 100_00), grant(staff.Operator, "d", 1), grant(staff.Operator, "e", 0),
		grant(staff.Owner, "f", math.MaxInt64),
	}
	want := []string{
		"409 taken <nil> <nil>", "200 true <nil>", "200 true <nil>", "409 over_limit <nil> 10000", "200 true <nil>", "409 over_limit <nil> 0", "400 invalid <nil> <nil>",
		"400 invalid <nil> <nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Начислили вам 400 бонусов: за ожидание", "Начислили вам 100 бонусов: за ожидание"}, h.said()); diff != "" {
		t.Error(diff)
	}
	if n := h.count(`select balance from account where kind = 'member'`); n != 500_00 {
		t.Errorf("the member has %d", n)
	}
	if n := h.count(`select count(*) from audit where act = 'conversations.grant'`); n != 2 {
		t.Errorf("%d grants are in the log, want 2", n)
	}
}

// TestReceiptsAtTheDesk: one is taken in by its code, once and with a word to the shopper;
// where no tax service is asked, nobody says that it is.
func TestReceiptsAtTheDesk(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	h.does(staff.Operator, "take", "t", "")
	const qr = "t=20261122T1200&s=400.00&fn=9289000100000001&i=7&fp=1234567890&n=1"
	link := func(key, text string) string {
		t.Helper()
		got, answer := h.does(staff.Operator, "receipts", key, fmt.Sprintf(`{"qr": %q}`, text))
		return strings.TrimSpace(fmt.Sprint(got, " ", answer["outcome"], " ", answer["told"]))
	}
	got := []string{link("a", qr), link("a", qr), link("b", qr), link("c", "https://example.ru")}
	if diff := cmp.Diff([]string{"200 taken true", "200 taken true", "200 duplicate false", "400 invalid <nil> <nil>"}, got); diff != "" {
		t.Error(diff)
	}
	if got, _ := h.does(staff.Operator, "receipts/1/verify", "v", "{}"); got != "409 no_provider" {
		t.Errorf("asked of nobody: %s", got)
	}
	if got, _ := h.does(staff.Operator, "receipts/99/verify", "w", "{}"); got != "404 not_found" {
		t.Errorf("of another's: %s", got)
	}
	scope := func(sql string) {
		_, err := h.db.Exec(t.Context(), sql)
		h.must(err)
	}
	scope(`insert into staff_partner select id, 'lavka' from staff where 'operator' = any(roles)`)
	if got, _ := h.does(staff.Operator, "receipts/1/verify", "y", "{}"); got != "404 not_found" {
		t.Errorf("of another partner's: %s", got)
	}
	scope(`delete from staff_partner`)
	if status, _ := h.ask(http.MethodPost, "/receipts/1/decision", h.tokens[staff.Reviewer], "d", `{"approve": false, "reason": "не видно"}`); status != http.StatusOK {
		t.Fatalf("rejected: %d", status)
	}
	if got, answer := h.does(staff.Operator, "receipts/1/verify", "x", "{}"); got != "200" || answer["outcome"] != "taken" || answer["receipt"] == 1.0 {
		t.Errorf("a rejected one: %s %v", got, answer)
	}
	if diff := cmp.Diff([]string{"Приняли ваш чек на 400 ₽, проверяем его в налоговой.", "Проверяем ваш чек на 400 ₽ ещё раз, результат придёт сюда."}, h.said()); diff != "" {
		t.Error(diff)
	}
}
