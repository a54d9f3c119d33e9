//go:build !nowhatsmeow

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	cloudapibot "besedka/bots/cloudapi"
	maxbot "besedka/bots/max"
	telegrambot "besedka/bots/telegram"
	viberbot "besedka/bots/viber"
	vkbot "besedka/bots/vk"
	webchatbot "besedka/bots/webchat"
	devicebot "besedka/bots/whatsapp"
)

// adapters are those of docs/channels.md, in the order of its tables.
var adapters = []bots.Adapter{
	(*telegrambot.Adapter)(nil), (*cloudapibot.Adapter)(nil), (*maxbot.Adapter)(nil), (*vkbot.Adapter)(nil), (*viberbot.Adapter)(nil), (*webchatbot.Adapter)(nil), (*devicebot.Adapter)(nil),
}

// abilities are what an adapter may have beside the talk itself.
var abilities = []struct {
	name string
	has  func(a bots.Adapter) bool
}{
	{"бот меняет своё сообщение", has[bots.Editor]},
	{"видно, что бот занят", has[bots.Typist]},
	{"меню команд", has[bots.Menued]},
	{"чат внутри мессенджера", has[bots.Voucher]},
	{"вебхук", has[bots.Hooked]},
	{"говорит, когда нужен человек", has[bots.Troubled]},
}

func has[T any](a bots.Adapter) bool { _, ok := a.(T); return ok }

// TestAdapters holds the second table of docs/channels.md to what the adapters can do.
func TestAdapters(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../../docs/channels.md", "-run TestAdapters -update -->\n", "<!-- /adapters -->"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, opened := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	var b strings.Builder
	b.WriteString("| | Telegram | WhatsApp | MAX | ВКонтакте | Viber | чат на сайте | WhatsApp, опыт |\n|---|---|---|---|---|---|---|---|\n")
	for _, can := range abilities {
		fmt.Fprintf(&b, "| %s |", can.name)
		for _, a := range adapters {
			fmt.Fprintf(&b, " %s |", map[bool]string{true: "да", false: "—"}[can.has(a)])
		}
		b.WriteString("\n")
	}
	want := head + begin + b.String() + end + tail
	if *updateParity {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("%s is of another day, go test ./cmd/besedka -run TestAdapters -update:\n%s", file, diff)
	}
}
