package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/flows/programme"
)

// A talk through a pipe: messages, taps by number, calls answered by hand, time,
// events; written down, it passes as a test of the programme.
func TestFlowsPlay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "flows", "tried.test.yaml")
	cmd := flowsPlayCmd{Dir: dir, Lang: "en", Why: true, Record: file, Seed: 7, Now: time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)}
	typed := []string{
		"hello", "1", "", ":help", "Mary", "balance", "1990-05-12", "Kazan", "2", "1", "Skip", "nothing", "1", ":later 2h",
		":fact registered=true balance=5", ":event receipt.credited receipt=1 points=5 sum=100 total=5", "1", "ok why=5 % of 100", ":nosuch", ":quit", "never",
	}
	var out bytes.Buffer
	if err := cmd.Run(t.Context(), strings.NewReader(strings.Join(typed, "\n")), &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{
		"[1] I consent", "~ the button agree of question onboarding/consent is tapped", `~ the word "balance" is heard by the entry programme.yaml:`,
		"? profile.register", `! there is no outcome "nothing"; there are: done`, "-- 2026-12-01 12:00", `~ the button why is heard`, "5 % of 100", "! there is no command :nosuch",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	var told bytes.Buffer
	if code := run(t.Context(), []string{"flows", "test", dir}, &told, &told); code != 0 {
		text, _ := os.ReadFile(file)
		t.Errorf("exit %d: %s\n%s", code, &told, text)
	}
}

// A talk may begin anywhere, as anybody, with the answers of a file.
func TestFlowsPlayFrom(t *testing.T) {
	t.Parallel()
	stub := filepath.Join(t.TempDir(), "stub.yaml")
	text := "- test: стаб\n  given: { facts: { profile.name: Анна } }\n  stub: { profile.phone: joined, profile.register: done }\n  script: []\n"
	if err := os.WriteFile(stub, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, cmd := range map[string]flowsPlayCmd{
		"одна история на все чаты": {At: "onboarding/phone", Stub: stub},
		"сырки у нас":              {At: "onboarding/source", As: []string{"родители"}},
		"Оставите номер телефона":  {At: "onboarding/phone", Channel: "webchat"},
		"нет группы «родител»":     {As: []string{"родител"}},
		"нет шага «phon»":          {At: "onboarding/phon"},
		"нет канала «vk»":          {Channel: "vk"},
	} {
		var out bytes.Buffer
		err := cmd.Run(t.Context(), strings.NewReader("8 900 123 45 67\n"), &out)
		if err != nil {
			out.WriteString(err.Error())
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
