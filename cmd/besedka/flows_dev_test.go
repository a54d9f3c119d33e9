package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/storage/storagetest"
)

// devPage runs besedka flows dev and returns the link that it prints.
func devPage(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	told, out := io.Pipe()
	done := make(chan int, 1)
	var wrong bytes.Buffer
	go func() { done <- run(ctx, append([]string{"flows", "dev"}, args...), out, &wrong) }()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("flows dev ends with %d: %s", code, &wrong)
		}
	})
	lines := bufio.NewReader(told)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, lines)
	_, link, found := strings.Cut(strings.TrimSpace(line), "http://")
	if !found {
		t.Fatalf("no link in %q", line)
	}
	return "http://" + link
}

func ask(t *testing.T, url, body string) (status int, html string) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var told struct{ HTML, Why string }
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, told.HTML + told.Why
}

// TestFlowsDevPublishes publishes a folder from the page to a real database.
// Somebody waits in it at a step that the next one has no more: the page tells
// who and where to write it, and publishes when it is written.
func TestFlowsDevPublishes(t *testing.T) {
	t.Parallel()
	s := openShop(t, storagetest.DSN(t), t.TempDir())
	p := publisherOf{s, folderOf(t, tiny)}
	url := devPage(t, p.dir, "--data", s.data, "--database-url", s.dsn)
	if status, html := ask(t, url+"preview", "{}"); status != http.StatusOK || !strings.Contains(html, `data-version="1"`) {
		t.Fatalf("preview: %d %s", status, html)
	}
	if status, html := ask(t, url+"publish", `{"version": 1}`); status != http.StatusOK {
		t.Fatalf("publish: %d %s", status, html)
	}
	if _, html := ask(t, url+"preview", "{}"); !strings.Contains(html, "то же самое") {
		t.Errorf("after it: %s", html)
	}
	p.follows()
	s.does(fake.Act{From: 7, Text: "/start"}, "Кто у вас живёт?")
	s.stop()

	p.edits("  pet: {", "  animal: {")
	_, html := ask(t, url+"preview", "{}")
	for _, want := range []string{"Изменено файлов 1:", "talk/pet: ждут 1 - и не сказано", `data-goto="flows/talk.yaml" data-line="1"`, `data-text="moved: { pet: animal }"`, "disabled"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not tell %q: %s", want, html)
		}
	}
	if status, told := ask(t, url+"publish", `{"version": 2}`); status != http.StatusConflict || !strings.Contains(told, "ждут люди") {
		t.Errorf("somebody is lost: %d %s", status, told)
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	press := pressroom{place{DatabaseURL: secret(s.dsn), Data: s.data}, slog.New(slog.DiscardHandler)}
	if refused, err := press.publish(t.Context(), root.FS()); err != nil || len(refused) != 1 || refused[0].Code != "L220" {
		t.Errorf("whom nobody has looked for is lost: %v (%v)", refused, err)
	}

	p.edits("steps:", "moved: { pet: animal }\nsteps:")
	if _, html := ask(t, url+"preview", "{}"); !strings.Contains(html, "talk/pet: ждут 1 - продолжат на talk/animal") || !strings.Contains(html, `data-version="3"`) {
		t.Errorf("told where to go on: %s", html)
	}
	if status, told := ask(t, url+"publish", `{"version": 3}`); status != http.StatusOK {
		t.Errorf("publish: %d %s", status, told)
	}
}

func TestFlowsDevStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/shop"
	besedka(t, "init", dir, "--template", "brand")
	for _, address := range []string{"0.0.0.0:0", ":0", "192.168.0.1:0"} {
		var wrong bytes.Buffer
		if code := run(t.Context(), []string{"flows", "dev", dir, "--listen", address}, io.Discard, &wrong); code == 0 || !strings.Contains(wrong.String(), "127.0.0.1") {
			t.Errorf("%s: %d %s", address, code, &wrong)
		}
	}
	url := devPage(t, dir, "--data", t.TempDir())
	if _, html := ask(t, url+"preview", "{}"); !strings.Contains(html, "besedka serve") {
		t.Errorf("without a database: %s", html)
	}
}
