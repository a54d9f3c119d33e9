package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/seal"
	visitors "besedka/core/visitor"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/storage/storagetest"
)

func widgetExample(t *testing.T, kind string) string {
	t.Helper()
	blocks := readDoc(t, "docs/widget.md")
	at := slices.IndexFunc(blocks, func(b block) bool { return b.kind == kind })
	if at < 0 {
		t.Fatalf("docs/widget.md has no example in %s", kind)
	}
	return blocks[at].text
}

// TestWidgetDocument checks the programme of the document.
func TestWidgetDocument(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../flows/testdata/base")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "programme.yaml")
	base, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(base, widgetExample(t, "yaml")...), 0o600); err != nil {
		t.Fatal(err)
	}
	p, problems := flows.Load(os.DirFS(dir), actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatalf("the example: %s", worded(problems, "ru"))
	}
	if !slices.Equal(p.Widget.Sites, []string{"https://shop.example", "https://www.shop.example"}) || p.Widget.Accent != "#7a1fa2" {
		t.Errorf("read as %+v", p.Widget)
	}
	if !regexp.MustCompile(`^<script async src="https://[a-z.]+/widget\.js"></script>\s*$`).MatchString(widgetExample(t, "html")) {
		t.Error("the script's line is another one")
	}
}

// TestWidgetTokensOfTheDocument runs the examples as a site's server would and lets in
// whom they sign.
func TestWidgetTokensOfTheDocument(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef0123456789abcdef"
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	s := widget{Secret: secret}.visitors(storagetest.DB(t), keys, time.Now)
	program := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(program, []byte(widgetExample(t, "go")), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, command := range map[string]*exec.Cmd{
		"go": exec.CommandContext(t.Context(), "go", "run", program),
		"sh": exec.CommandContext(t.Context(), "sh", "-eu", "-c", widgetExample(t, "sh")),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath("openssl"); name == "sh" && err != nil {
				t.Skip("NOT TESTED: there is no openssl")
			}
			command.Env = append(os.Environ(), "BESEDKA_WIDGET_SECRET="+secret)
			token, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			session, err := s.Enter(t.Context(), strings.TrimSpace(string(token)), "browser", "")
			if err != nil {
				t.Fatal(err)
			}
			if v, ok := s.Recognise(session); !ok || v != (visitors.Visitor{Peer: "site:42", Phone: "+79990000001"}) {
				t.Errorf("it lets in %+v, %v", v, ok)
			}
		})
	}
}

// TestWidgetSecret: one that can be guessed is refused before anything starts.
func TestWidgetSecret(t *testing.T) {
	t.Parallel()
	for secret, fits := range map[secret]bool{"": true, "short": false, "0123456789abcdef0123456789abcdef": true} {
		if err := (widget{Secret: secret}).check(); (err == nil) != fits {
			t.Errorf("%d characters: %v", len(secret), err)
		} else if err != nil && strings.Contains(err.Error(), string(secret)) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}
