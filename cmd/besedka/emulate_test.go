package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/verify/emulator"
)

// TestEmulatorDocs runs the commands of docs/emulator.md as they stand, in one
// shell, from the top; the one that starts the emulator has been run.
func TestEmulatorDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: ", err)
	}
	const end = "\n--- end of example ---\n"
	blocks := example.FindAllStringSubmatch(string(page), -1)[1:]
	script := ""
	for _, b := range blocks {
		script += b[1] + "printf -- '" + strings.ReplaceAll(end, "\n", `\n`) + "'\n"
	}
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	shell.Env = append(os.Environ(), "EMULATOR="+emulate(t, "--strict"))
	shell.Stderr = os.Stderr
	printed, err := shell.Output()
	if err != nil {
		t.Fatalf("the manual's commands: %v\n%s", err, printed)
	}
	for i, got := range strings.Split(strings.TrimSuffix(string(printed), end), end) {
		if want := blocks[i][2]; !like(want).MatchString(got) {
			t.Errorf("%sprints %s\nthe manual says %s", blocks[i][1], got, want)
		}
	}
}

// emulate runs the command until the test ends and returns the address.
func emulate(t *testing.T, flags ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int)
	go func() {
		done <- run(ctx, append([]string{"emulate", "fns", "--listen", "127.0.0.1:0"}, flags...), w, os.Stderr)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("the emulator ended with %d", code)
		}
	})
	site, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(site)
}

// TestEmulatorTable holds the manual's tables to the flags and to the faults.
func TestEmulatorTable(t *testing.T) {
	t.Parallel()
	page := readDoc(t, "docs/emulator.md")
	got, want := map[string]string{}, map[string]string{}
	for _, row := range table(t, page, "| флаг") {
		got[row[0]] = row[1]
	}
	for _, command := range commandLine(t).Children {
		if command.Name != "emulate" {
			continue
		}
		for _, f := range command.Children[0].Flags {
			if want["`--"+f.Name+"`"] = "-"; f.Default != "" {
				want["`--"+f.Name+"`"] = "`" + f.Default + "`"
			}
		}
	}
	delete(want, "`--help`")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/emulator.md (+) and besedka emulate fns --help (-) differ:\n%s", diff)
	}
	faults := map[string]bool{}
	for _, row := range table(t, page, "| сбой") {
		for name := range strings.SplitSeq(row[0], ", ") {
			faults[strings.Trim(name, "`")] = true
		}
	}
	for _, p := range []emulator.Provider{emulator.FNS, emulator.Proverkacheka} {
		for _, kind := range emulator.KnownFaults(p) {
			if !faults[string(kind)] {
				t.Errorf("docs/emulator.md does not name the fault %s", kind)
			}
		}
	}
}

// TestEmulatorBeginsWithReceipts: those of the folder are found, and a mix takes
// charge of the others.
func TestEmulatorBeginsWithReceipts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "one.json")
	if err := os.WriteFile(file, emulator.Invent(sampleQR(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := emulateFNSCmd{Receipts: folder, Mix: "bad day", Strict: true}
	e, err := c.emulator()
	if err != nil {
		t.Fatal(err)
	}
	if s := e.Stats(); s.Receipts != 1 {
		t.Errorf("%d receipts, want the folder's one", s.Receipts)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.emulator(); err == nil || !strings.Contains(err.Error(), "one.json") {
		t.Errorf("a broken receipt: %v", err)
	}
}
