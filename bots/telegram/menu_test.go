package telegram_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
)

func TestMenu(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	m := bots.Menu{
		Lang: "ru", Page: "https://bonus.example.ru/app", Title: "Полянка",
		Commands: map[string][]bots.Command{"ru": {{Name: "balance", Title: "Баланс"}, {Name: "help", Title: "Помощь"}}, "en": {{Name: "balance", Title: "Balance"}}},
	}
	for range 2 {
		if err := a.SetMenu(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	commands, button, _ := f.Menu()
	want := map[string][]fake.Command{"": {{Command: "balance", Description: "Баланс"}, {Command: "help", Description: "Помощь"}}, "en": {{Command: "balance", Description: "Balance"}}}
	if diff := cmp.Diff(want, commands); diff != "" || button != m.Page {
		t.Errorf("button %q, commands (-want +got):\n%s", button, diff)
	}
	m.Page, m.Commands["ru"] = "", nil
	if err := a.SetMenu(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if commands, button, _ := f.Menu(); button != "" || len(commands[""]) != 0 {
		t.Errorf("the menu that is gone still has %q and %v", button, commands[""])
	}
	f.Spoil(fake.Fault{Kind: fake.Throttle, Method: "setMyCommands", RetryAfter: 7})
	err := a.SetMenu(t.Context(), m)
	if e, ok := errors.AsType[*bots.ThrottledError](err); !ok || e.After.Seconds() != 7 || strings.Contains(err.Error(), token) {
		t.Errorf("throttled: %v", err)
	}
}

// TestMigrated: to a group that has become another one nothing will ever pass.
func TestMigrated(t *testing.T) {
	t.Parallel()
	f, a := stand(t, quiet())
	f.Spoil(fake.Fault{Kind: fake.Migrate, Method: "sendMessage"})
	if _, err := a.Send(t.Context(), "-5", "1", chat.Wire{Text: "?"}); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("error is %v, want ErrRejected", err)
	}
}
