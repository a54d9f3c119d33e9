package inbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"besedka/core/calendar"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console/consoletest"
)

// promising is a programme whose people answer within three hours.
var promising = &flows.Programme{
	Languages: []string{"ru"}, Location: consoletest.Zone,
	Support: flows.Support{
		Promise: calendar.Promise{Answer: 3 * time.Hour},
		Ends:    []flows.Label{{ID: "solved", Title: flows.Words{"ru": "Вопрос решён"}}, {ID: "other", Title: flows.Words{"ru": "Другое"}}},
		Tags:    []flows.Label{{ID: "prize", Title: flows.Words{"ru": "Подарок"}}, {ID: "receipt", Title: flows.Words{"ru": "Чек"}}},
	},
}

// waits makes a conversation wait since so long ago.
func (h *stage) waits(id int64, since time.Duration) {
	h.t.Helper()
	_, err := h.DB.Exec(h.t.Context(), `update conversation set queued_at = $2 where id = $1`, id, time.Now().Add(-since))
	h.must(err)
}

// TestOverdueStandsFirst: rows say in words how they stand to the promise, those that are
// overdue stand first, and a tag narrows the list.
func TestOverdueStandsFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	var ids []int64
	for i, since := range []time.Duration{time.Minute, 9 * time.Hour, 130 * time.Minute} {
		h.writes(fmt.Sprint("shopper ", i), fmt.Sprint(i), chat.Inbound{Text: "Здравствуйте"})
		ids = append(ids, h.calls())
		h.waits(ids[i], since)
	}
	_, page := h.gets(anna, "/console/inbox")
	var at []int
	for _, words := range []string{"просрочено на ", "осталось ", "ответить до "} {
		at = append(at, strings.LastIndex(page, words))
	}
	if at[0] < 0 || at[1] < at[0] || at[2] < at[1] {
		t.Errorf("the clocks stand at %v of the page", at)
	}
	if status, _ := h.posts(anna, ids[1], "tags", url.Values{"key": {"a"}, "tag": {"prize", "prize"}}); status != http.StatusSeeOther {
		t.Errorf("tagged: %d", status)
	}
	if status, _ := h.posts(anna, ids[1], "tags", url.Values{"key": {"b"}, "tag": {"nonsense"}}); status != http.StatusBadRequest {
		t.Errorf("a tag that there is not: %d", status)
	}
	if _, page := h.gets(anna, "/console/inbox?show=all.prize"); strings.Count(page, "data-row") != 1 {
		t.Errorf("%d rows have the tag", strings.Count(page, "data-row"))
	}
}

// TestHandedOver: a colleague has the conversation, with the reason as a note, and who
// handed it over has it no more; nobody else's is handed over.
func TestHandedOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, boris := h.Client(h.SignIn("Анна", staff.Operator)), h.Client(h.SignIn("Борис", staff.Operator))
	h.SignIn("Олег", staff.Organiser)
	number := func(name string) string {
		return fmt.Sprint(h.count(`select id from staff where name = '` + name + `'`))
	}
	h.writes("lida", "1", chat.Inbound{Text: "Где приз?"})
	id := h.calls()
	h.posts(anna, id, "take", url.Values{"key": {"a"}})
	for _, tt := range []struct {
		by     *http.Client
		to     string
		status int
		words  string
	}{
		{boris, "Анна", 422, "сейчас не ваш"},
		{anna, "Олег", 422, "Этому коллеге"},
		{anna, "Борис", 303, ""},
		{anna, "Борис", 422, "сейчас не ваш"},
	} {
		form := url.Values{"key": {fmt.Sprint(tt)}, "to": {number(tt.to)}, "why": {"Знает про призы"}}
		if status, page := h.posts(tt.by, id, "transfer", form); status != tt.status || !strings.Contains(page, tt.words) {
			t.Errorf("handed over to %s: %d, want %d", tt.to, status, tt.status)
		} else if tt.to == "Олег" && !strings.Contains(page, "Знает про призы</textarea>") {
			t.Error("the reason is lost")
		}
	}
	_, page := h.gets(boris, fmt.Sprintf("/console/inbox/%d?show=mine", id))
	for _, words := range []string{"от коллеги: Анна", "Знает про призы", `id="reply-text"`} {
		if !strings.Contains(page, words) {
			t.Errorf("who was given it does not see %s", words)
		}
	}
	if n := h.count(`select count(*) from audit where act = 'conversations.transfer' and detail::jsonb ? 'to'`); n != 1 {
		t.Errorf("%d are in the log", n)
	}
}

// TestClosedAndSnoozed: a closed conversation is counted by its reason and leads to the
// next; one that is put off leaves the list until its shopper writes.
func TestClosedAndSnoozed(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	var ids []int64
	for i := range 3 {
		h.writes(fmt.Sprint("shopper ", i), fmt.Sprint(i), chat.Inbound{Text: "Здравствуйте"})
		ids = append(ids, h.calls())
		h.posts(anna, ids[i], "take", url.Values{"key": {fmt.Sprint(i)}})
	}
	rows := func(show string) int {
		_, page := h.gets(anna, "/console/inbox?show="+show)
		return strings.Count(page, "data-row")
	}
	if status, _ := h.posts(anna, ids[0], "close", url.Values{"key": {"c"}, "reason": {"nonsense"}}); status != http.StatusBadRequest {
		t.Errorf("closed for no reason of ours: %d", status)
	}
	_, page := h.posts(anna, ids[0], "close", url.Values{"key": {"d"}, "reason": {"solved"}, "show": {"mine"}, "seen": {"1000000"}})
	if n := h.count(`select count(*) from inbox where kind = 'event'`); n != 1 {
		t.Errorf("given back %d times, %s", n, page)
	}
	var b storage.Batch // of the turn that it comes to
	support.QueueClosings(&b, time.Now(), []support.Closing{{Conversation: ids[0], By: 1, Ended: "solved"}})
	h.must(h.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }))
	if _, page := h.gets(anna, "/console/inbox/closed"); !strings.Contains(page, "Вопрос решён") {
		t.Error("the reason is not counted")
	}
	if status, _ := h.posts(anna, ids[1], "snooze", url.Values{"key": {"e"}, "for": {"1h"}, "show": {"mine"}}); status != http.StatusSeeOther {
		t.Errorf("put off: %d", status)
	}
	if mine, asleep := rows("mine"), rows("snoozed"); mine != 2 || asleep != 1 {
		t.Errorf("%d are mine and %d put off, want 2 and 1", mine, asleep)
	}
	h.writes("shopper 1", "9", chat.Inbound{Text: "Ещё вопрос"})
	if mine, asleep := rows("mine"), rows("snoozed"); mine != 3 || asleep != 0 {
		t.Errorf("%d are mine and %d put off once the shopper writes", mine, asleep)
	}
}

// TestGivenBackPastWhatWasWritten: who gives a conversation back, or closes it, past what was
// written a moment before reads it, and does it with one key.
func TestGivenBackPastWhatWasWritten(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	for act, again := range map[string]string{"give-back": `data-key="KeyB"`, "close": `data-key="KeyE"`} {
		h.writes(act, act, chat.Inbound{Text: "Здравствуйте"})
		id := h.calls()
		h.posts(anna, id, "take", url.Values{"key": {act}})
		shown, err := conversation.Show(t.Context(), h.DB, id)
		h.must(err)
		h.writes(act, act+" 2", chat.Inbound{Text: "Постойте"})
		form := url.Values{"key": {"a"}, "seen": {fmt.Sprint(shown.Newest)}, "reason": {"solved"}}
		status, page := h.posts(anna, id, act, form)
		_, arrived, _ := strings.Cut(page, `class="arrived"`)
		arrived, _, _ = strings.Cut(arrived, "</section>")
		for _, words := range []string{"Постойте", again, fmt.Sprintf(`value="%d"`, shown.Newest+1), `name="reason" value="solved"`} {
			if status != 422 || !strings.Contains(arrived, words) {
				t.Errorf("%s past it: %d, no %s in %s", act, status, words, arrived)
			}
		}
		form.Set("seen", fmt.Sprint(shown.Newest+1))
		if status, _ := h.posts(anna, id, act, form); status != http.StatusSeeOther {
			t.Errorf("%s with it read: %d", act, status)
		}
	}
	if n := h.count(`select count(distinct conversation_id) from inbox where kind = 'event'`); n != 2 {
		t.Errorf("%d are given back, want 2", n)
	}
}

// TestPartnersReceiptsAside: who works for a partner sees no receipt of others beside a
// conversation.
func TestPartnersReceiptsAside(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Здравствуйте"})
	id := h.calls()
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	h.posts(anna, id, "take", url.Values{"key": {"a"}})
	_, err := h.DB.Exec(t.Context(), `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		select '9289000100000001', 7, 7, 1, '2026-11-22 12:00', 'Europe/Moscow', '2026-11-22', 40000, member_id, 'verified', '2026-11-22', '2026-11-22' from subject`)
	h.must(err)
	for _, partners := range [][]string{nil, {"lavka"}} {
		h.must(h.Staff.SetPartners(t.Context(), time.Now(), 1, partners))
		_, page := h.gets(anna, fmt.Sprintf("/console/inbox/%d", id))
		if shown := strings.Contains(page, `class="receipts"`); shown != (partners == nil) {
			t.Errorf("a receipt of nobody's is shown to who works for %v: %v", partners, shown)
		}
	}
}
