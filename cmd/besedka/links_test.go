package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"besedka/core/entry"
	"besedka/core/qr"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestPostersAreRead: the code of every poster says its link, in however many places and
// messengers, and the same place keeps its code.
func TestPostersAreRead(t *testing.T) {
	dsn, data, out := storagetest.DSN(t), t.TempDir(), t.TempDir()
	t.Setenv("BESEDKA_TELEGRAM_TOKEN", "1:abc")
	t.Setenv("BESEDKA_TELEGRAM_NAME", "polyanka_bot")
	t.Setenv("BESEDKA_PUBLIC_URL", "https://polyanka.example/")
	reader := qr.Reader{PDFs: qr.NewPDFium("")}
	defer reader.Close(t.Context())
	var before []entryLink
	for _, format := range []string{"pdf", "svg"} {
		var links []entryLink
		printed := linksOf(t, "--database-url", dsn, "--data", data, "--place", "Касса 3, левая", "--place", "Вход", "--out", out, "--format", format, "--json")
		if err := json.Unmarshal(printed, &links); err != nil || len(links) != 4 {
			t.Fatalf("%s: %v %s", format, err, printed)
		}
		for i, l := range links {
			drawn, err := os.ReadFile(l.Poster)
			if err != nil {
				t.Fatal(err)
			}
			if before != nil && l.URL != before[i].URL {
				t.Errorf("the link of %q is %s, was %s", l.Name, l.URL, before[i].URL)
			}
			if format == "svg" {
				if !bytes.Contains(drawn, []byte(l.URL)) || !bytes.Contains(drawn, []byte(l.Name)) {
					t.Errorf("%s does not say where it leads", l.Poster)
				}
				continue
			}
			if got := reader.ReadFile(t.Context(), drawn); !slices.Contains(got.Codes, l.URL) {
				t.Errorf("%s reads as %+v, want %s", l.Poster, got, l.URL)
			}
		}
		before = links
	}
	if all := linksOf(t, "--database-url", dsn, "--data", data); strings.Count(string(all), "\n") != 4 || !strings.Contains(string(all), "https://t.me/polyanka_bot?start=at_") {
		t.Errorf("all links: %s", all)
	}
}

func linksOf(t *testing.T, args ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), append([]string{"links"}, args...), &out, t.Output()); code != 0 {
		t.Fatalf("links %v: %d %s", args, code, &out)
	}
	return out.Bytes()
}

// TestEntryIsCounted: who opens the chat by a place's link is met as anybody, and counted
// there, in the funnel too; a forged link is a plain one.
func TestEntryIsCounted(t *testing.T) {
	r := startRehearsal(t)
	var till entry.Place
	err := r.database(t).InTx(t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		till, err = entry.PlaceTx(ctx, tx, r.now(t), "Касса 3")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for channel, start := range map[string]string{"telegram": till.Payload(), "webchat": "at_forged"} {
		if heard := r.do(t, channel, "came", fields{"text": "/start " + start}); !strings.Contains(heard, "[Согласие даю]") {
			t.Errorf("%s: %q", channel, heard)
		}
		r.do(t, channel, "came", fields{"button": "Согласие даю"})
	}
	r.do(t, "telegram", "came", fields{"text": "/start " + till.Payload()}) // again, later
	var shown struct{ Places []entry.Count }
	if status := r.told(t, "GET", "entries", "", "", &shown); status != http.StatusOK {
		t.Fatal(status)
	}
	if got, want := fmt.Sprint(shown.Places), fmt.Sprintf("[{Касса 3 %s telegram 2 1 0}]", till.Code); got != want {
		t.Errorf("counted %s, want %s", got, want)
	}
	for place, want := range map[string]int64{"": 2, "?place=%D0%9A%D0%B0%D1%81%D1%81%D0%B0+3": 1, "?place=x": 0} {
		var funnel struct{ Stages []struct{ Reached int64 } }
		if status := r.told(t, "GET", "funnels/onboarding"+place, "", "", &funnel); status != http.StatusOK || funnel.Stages[0].Reached != want {
			t.Errorf("funnel %q: %d %+v, want %d", place, status, funnel, want)
		}
	}
}
