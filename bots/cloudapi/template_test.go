package cloudapi_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

// approved are templates of the account, one for each thing that may become of one.
var approved = []fake.Template{
	{Name: "receipt", Lang: "ru", Status: "APPROVED", Category: "UTILITY", Body: "Чек принят: {{1}}. Всего {{2}}, спасибо."},
	{Name: "plain", Lang: "en", Status: "APPROVED", Category: "MARKETING", Body: "We have news."},
	{Name: "paused", Lang: "ru", Status: "PAUSED", Category: "UTILITY", Body: "Спасибо."},
	{Name: "disabled", Lang: "ru", Status: "DISABLED", Category: "UTILITY", Body: "Спасибо."},
	{Name: "rejected", Lang: "ru", Status: "REJECTED", Category: "UTILITY", Body: "Спасибо."},
}

// TestTemplates go when nothing else does: a day after the person's last word, as they
// were approved.
func TestTemplates(t *testing.T) {
	t.Parallel()
	now := noon()
	f, a := stand(t, slog.New(slog.DiscardHandler), func() time.Time { return now })
	f.Keep(approved)
	do(t, f, fake.Act{Text: "привет"})
	now = now.Add(25 * time.Hour)
	if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "новость"}); !errors.Is(err, bots.ErrWindowClosed) {
		t.Errorf("a text: %v", err)
	}
	for _, template := range []chat.Template{{Name: "receipt", Lang: "ru", Values: []string{"+5", "70"}}, {Name: "plain", Lang: "en"}} {
		if id, err := a.SendTemplate(t.Context(), person, "2", template); err != nil || id == "" {
			t.Errorf("%s: %q, %v", template.Name, id, err)
		}
	}
	var heard []string
	for _, m := range f.Sent(person, 0) {
		heard = append(heard, m.Opaque+" "+m.Text)
	}
	if diff := cmp.Diff([]string{"2 Чек принят: +5. Всего 70, спасибо.", "2 We have news."}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// TestTemplatesRefused: what Meta does not let go is told from what it does not let go to
// somebody, or just now.
func TestTemplatesRefused(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	f.Keep(approved)
	do(t, f, fake.Act{Text: "привет"})
	long := make([]rune, 1024)
	for i := range long {
		long[i] = 'ж'
	}
	for name, template := range map[string]chat.Template{
		"unknown":          {Name: "receipts", Lang: "ru"},
		"another language": {Name: "receipt", Lang: "en", Values: []string{"1", "2"}},
		"one value":        {Name: "receipt", Lang: "ru", Values: []string{"1"}},
		"a value too many": {Name: "plain", Lang: "en", Values: []string{"1"}},
		"a value in lines": {Name: "receipt", Lang: "ru", Values: []string{"1\n2", "2"}},
		"too long a value": {Name: "receipt", Lang: "ru", Values: []string{string(long), "2"}},
		"paused":           {Name: "paused", Lang: "ru"},
		"disabled":         {Name: "disabled", Lang: "ru"},
		"rejected by Meta": {Name: "rejected", Lang: "ru"},
	} {
		if _, err := a.SendTemplate(t.Context(), person, "1", template); !errors.Is(err, bots.ErrTemplate) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.SendTemplate(t.Context(), "79990000078", "1", chat.Template{Name: "plain", Lang: "en"}); !errors.Is(err, bots.ErrBlocked) {
		t.Errorf("a stranger: %v", err)
	}
	if heard := f.Sent("", 0); len(heard) != 0 {
		t.Errorf("heard: %+v", heard)
	}
}

// TestTemplatesAreListed whole, by pages.
func TestTemplatesAreListed(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler), noon)
	f.Keep(approved)
	all, err := a.Templates(t.Context())
	if err != nil || len(all) != len(approved) {
		t.Fatalf("%d templates, %v", len(all), err)
	}
	want := bots.Approved{Name: "receipt", Lang: "ru", Status: "APPROVED", Category: "utility", Body: approved[0].Body}
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Error(diff)
	}
	f.Spoil(fake.Fault{Kind: fake.Refuse, Op: "templates", Code: 190, Times: 1})
	if _, err := a.Templates(t.Context()); !errors.Is(err, bots.ErrUnauthorized) {
		t.Errorf("with a token of nobody's: %v", err)
	}
}
