package gateway

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// goodNews is what Meta has approved for the tests here.
var goodNews = fake.Template{Name: "credited", Lang: "ru", Status: "APPROVED", Category: "UTILITY", Body: "Чек принят: {{1}}. Спасибо!"}

// tells puts messages into the outbox that a template stands in for.
func (h *whatsapp) tells(t *testing.T, priority int, template chat.Template, text string) {
	t.Helper()
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		who, err := h.members.SubjectsTx(ctx, tx, noon, chat.WhatsApp, []string{waPerson})
		if err != nil {
			return err
		}
		wire, err := json.Marshal(chat.Wire{Text: text, Template: &template})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `with said as (insert into outbox (conversation_id, channel, key, sealed, at, priority) values ($1, $2, $3, $4, $5, $6)`+unsent,
			who[0].Conversation, chat.WhatsApp, text, who[0].Key.Seal("outbox", wire), noon, priority)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func plusFive() chat.Template {
	return chat.Template{Name: "credited", Lang: "ru", Values: []string{"+5"}, Text: "Чек принят: +5. Спасибо!"}
}

// readBack is what staff read of the conversation, the newest first.
func (h *whatsapp) readBack(t *testing.T) (said []string) {
	t.Helper()
	id, err := storage.Value[int64](t.Context(), h.db, `select id from conversation`)
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := h.conv.History(t.Context(), id, conversation.Cursor{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Wire != nil {
			said = append(said, e.Wire.Text)
		}
	}
	return said
}

// TestTemplateOutsideTheWindow: inside it the message goes; outside its template does,
// news too, and what has none waits for the answer.
func TestTemplateOutsideTheWindow(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{goodNews})
	h.writes(t)
	h.tells(t, 0, plusFive(), "+5 за чек")
	h.step(t, noon.Add(24*time.Hour-time.Second))
	h.wants(t, "inside", map[string]int{"sent": 1}, "+5 за чек")
	h.tells(t, 0, plusFive(), "ещё +5 за чек")
	h.saysIn(t, chat.WhatsApp, waPerson, "вопрос")
	h.tells(t, conversation.Low, plusFive(), "+5 всем")
	h.step(t, noon.Add(25*time.Hour))
	h.wants(t, "outside", map[string]int{"sent": 3, "waiting window_closed": 1}, "+5 за чек", plusFive().Text, plusFive().Text)
	if got := strings.Join(h.readBack(t), " / "); got != "Чек принят: +5. Спасибо! / вопрос / Чек принят: +5. Спасибо! / +5 за чек" {
		t.Errorf("staff read %s", got)
	}
	h.at(noon.Add(26 * time.Hour))
	h.writes(t)
	h.step(t, noon.Add(26*time.Hour))
	h.wants(t, "answered", map[string]int{"sent": 4}, "+5 за чек", plusFive().Text, plusFive().Text, "вопрос")
}

// TestTemplateWhereMetaFindsTheWindowClosed that we think open.
func TestTemplateWhereMetaFindsTheWindowClosed(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{goodNews})
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Refuse, Code: 131047, Times: 1})
	h.tells(t, 0, plusFive(), "+5 за чек")
	h.step(t, noon)
	h.wants(t, "refused", map[string]int{"sent": 1}, plusFive().Text)
}

// TestTemplateWhereMetaTellsLater that the window we think open is closed: once the
// message goes again, as the person may have written; then its template goes.
func TestTemplateWhereMetaTellsLater(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Duration{0, 25 * time.Hour} {
		h := newWhatsApp(t)
		h.wa.Keep([]fake.Template{goodNews})
		h.writes(t)
		h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: 131047, Times: 2})
		h.tells(t, 0, plusFive(), "+5 за чек")
		h.step(t, noon)
		h.step(t, noon.Add(at))
		h.step(t, noon.Add(at))
		h.wants(t, at.String(), map[string]int{"sent": 1}, plusFive().Text)
		if got := h.readBack(t); len(got) != 1 || got[0] != plusFive().Text {
			t.Errorf("%s: staff read %v", at, got)
		}
	}
}

// TestTemplateThatFailedIsNotReadBack: Meta refused it later, and the person has read the
// message itself.
func TestTemplateThatFailedIsNotReadBack(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{goodNews})
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: 132015, Times: 1})
	h.tells(t, 0, plusFive(), "+5 за чек")
	h.step(t, noon.Add(25*time.Hour))
	h.at(noon.Add(26 * time.Hour))
	h.writes(t)
	h.step(t, noon.Add(26*time.Hour))
	h.wants(t, "written", map[string]int{"sent": 1}, "+5 за чек")
	if got := h.readBack(t); len(got) != 1 || got[0] != "+5 за чек" {
		t.Errorf("staff read %v", got)
	}
}

// TestAdvertisingWaitsForTheTurn: what opens the window may be that they want none, and
// what they have said is known only when its turn is done.
func TestAdvertisingWaitsForTheTurn(t *testing.T) {
	t.Parallel()
	for refused, want := range map[bool]map[string]int{true: {"failed rejected": 1}, false: {"sent": 1}} {
		h := newWhatsApp(t)
		h.wa.Keep([]fake.Template{{Name: "credited", Lang: "ru", Status: "PAUSED", Body: goodNews.Body}})
		h.writes(t)
		h.turned(t)
		h.exec(t, `update member set consents = '{personal_data,advertising}'`)
		offer := plusFive()
		offer.Marketing = true
		h.tells(t, 0, offer, "скидка")
		h.step(t, noon.Add(25*time.Hour))
		h.wants(t, "paused", map[string]int{"waiting template_refused": 1})
		h.at(noon.Add(26 * time.Hour))
		h.writes(t)
		for i := range 3 {
			h.step(t, noon.Add(26*time.Hour+time.Duration(i)*time.Minute))
		}
		h.wants(t, "written", map[string]int{"pending template_refused": 1})
		if refused {
			h.exec(t, `update member set consents = '{personal_data}'`)
		}
		h.turned(t)
		h.step(t, noon.Add(27*time.Hour))
		if diff := cmp.Diff(want, h.states(t)); diff != "" {
			t.Errorf("refused %t (-want +got):\n%s", refused, diff)
		}
	}
}

// turned is as if all turns were done.
func (h *whatsapp) turned(t *testing.T) {
	t.Helper()
	h.exec(t, `delete from inbox_open`)
}

func (h *whatsapp) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := h.db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// TestTemplateRefused: what waits for somebody waits on and follows their answer; news
// says why it was not told. Both are seen, and nothing goes round in a circle.
func TestTemplateRefused(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{{Name: "credited", Lang: "ru", Status: "PAUSED", Body: goodNews.Body}})
	h.writes(t)
	h.tells(t, conversation.Low, plusFive(), "+5 всем")
	h.step(t, noon.Add(25*time.Hour))
	h.tells(t, 0, plusFive(), "+5 за чек")
	for range 3 {
		h.step(t, noon.Add(25*time.Hour))
	}
	h.wants(t, "paused", map[string]int{"waiting template_refused": 1, "failed template_refused": 1})
	if got := strings.Join(h.readBack(t), " / "); got != "+5 за чек / +5 всем" {
		t.Errorf("staff read %s", got)
	}
	h.at(noon.Add(26 * time.Hour))
	h.writes(t)
	h.step(t, noon.Add(26*time.Hour))
	h.wants(t, "answered", map[string]int{"sent": 1, "failed template_refused": 1}, "+5 за чек")
}

// TestTemplateRefusedLater: what Meta takes and then does not deliver is settled as
// anything else is.
func TestTemplateRefusedLater(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{132015: "waiting template_refused", 131049: "failed rejected", 131026: "failed blocked"} {
		h := newWhatsApp(t)
		h.wa.Keep([]fake.Template{goodNews})
		h.writes(t)
		h.wa.Spoil(fake.Fault{Kind: fake.Late, Code: code, Times: 1})
		h.tells(t, 0, plusFive(), "+5 за чек")
		h.step(t, noon.Add(25*time.Hour))
		h.wants(t, want, map[string]int{want: 1})
	}
}

// TestTemplateInDoubt is not said again when WhatsApp tells that it arrived.
func TestTemplateInDoubt(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{goodNews})
	h.writes(t)
	h.wa.Spoil(fake.Fault{Kind: fake.Drop, Times: 1})
	h.tells(t, 0, plusFive(), "+5 за чек")
	h.step(t, noon.Add(25*time.Hour))
	h.step(t, noon.Add(26*time.Hour))
	h.wants(t, "told", map[string]int{"sent": 1}, plusFive().Text)
	if got := h.readBack(t); len(got) != 1 || got[0] != plusFive().Text {
		t.Errorf("staff read %v", got)
	}
}

// TestAdvertisingTemplate goes to who agreed to advertising, and not after they have
// refused it, by whatever way, before it leaves.
func TestAdvertisingTemplate(t *testing.T) {
	t.Parallel()
	h := newWhatsApp(t)
	h.wa.Keep([]fake.Template{goodNews})
	h.writes(t)
	h.turned(t)
	offer := plusFive()
	offer.Marketing = true
	for i, change := range []struct {
		sql  string
		want map[string]int
	}{
		{`select 1`, map[string]int{"waiting window_closed": 1}},
		{`update member set consents = '{personal_data,advertising}'`, map[string]int{"waiting window_closed": 1, "sent": 1}},
		{`insert into subscription (member_id, channel, wanted, at) select id, 'chat', false, '2026-11-22' from member`, map[string]int{"waiting window_closed": 2, "sent": 1}},
		{`delete from subscription`, map[string]int{"waiting window_closed": 2, "sent": 2}},
		{`update member set consents = '{personal_data}'`, map[string]int{"waiting window_closed": 3, "sent": 2}},
	} {
		h.exec(t, change.sql)
		h.tells(t, 0, offer, strconv.Itoa(i))
		h.step(t, noon.Add(25*time.Hour+time.Duration(i)*time.Minute))
		if diff := cmp.Diff(change.want, h.states(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", change.sql, diff)
		}
	}
}
