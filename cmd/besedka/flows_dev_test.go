package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

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

// TestFlowsDevPublishes publishes a folder from the page to a real database,
// and finds there who waits.
func TestFlowsDevPublishes(t *testing.T) {
	t.Parallel()
	dir, data, dsn := t.TempDir()+"/shop", t.TempDir(), storagetest.DSN(t)
	besedka(t, "init", dir, "--template", "brand")
	url := devPage(t, dir, "--data", data, "--database-url", dsn)
	if status, html := ask(t, url+"preview", "{}"); status != http.StatusOK || !strings.Contains(html, `data-version="1"`) {
		t.Fatalf("preview: %d %s", status, html)
	}
	if status, html := ask(t, url+"publish", `{"version": 1}`); status != http.StatusOK {
		t.Fatalf("publish: %d %s", status, html)
	}
	now, err := pressroom{place{DatabaseURL: secret(dsn), Data: data}, slog.New(slog.DiscardHandler)}.current(t.Context())
	if err != nil || now.Files == nil || now.Waiting == nil {
		t.Errorf("in force is %+v (%v)", now, err)
	}
	if _, html := ask(t, url+"preview", "{}"); !strings.Contains(html, "то же самое") {
		t.Errorf("after it: %s", html)
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
