package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// example is a command of the manual and what it says is printed; «…» stands
// for anything.
var example = regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:\n```json\n(.*?)\n```)?")

// playDocs runs the commands of docs/rehearsal.md as they stand, in one shell,
// from the top; the one that starts the rehearsal has been run.
func playDocs(t *testing.T, r rehearsed) {
	page, err := os.ReadFile("../../docs/rehearsal.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: ", err)
	}
	const end = "--- end of example ---\n"
	blocks := example.FindAllStringSubmatch(string(page), -1)[1:]
	script := ""
	for _, b := range blocks {
		script += b[1] + "printf -- '" + end + "'\n"
	}
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	shell.Env = append(os.Environ(), "BESEDKA="+r.site, "TOKEN="+r.token)
	shell.Stderr = os.Stderr
	printed, err := shell.Output()
	if err != nil {
		t.Fatalf("the manual's commands: %v\n%s", err, printed)
	}
	for i, got := range strings.Split(strings.TrimSuffix(string(printed), end), end) {
		if want := blocks[i][2]; want != "" && !like(want).MatchString(got) {
			t.Errorf("%sprints %s\nthe manual says %s", blocks[i][1], got, want)
		}
	}
}

// like matches a text whose unimportant parts are written as «…».
func like(text string) *regexp.Regexp {
	parts := strings.Split(text, "…")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + `\s*$`)
}
