package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"besedka/flows/programme"
)

// TestZonesComeWithTheProgram checks a programme of Moscow's time on a machine
// that has nothing on its disk but the two.
func TestZonesComeWithTheProgram(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: only root may make a machine empty")
	}
	t.Parallel()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	machine := t.TempDir()
	if err := os.Link(binary, filepath.Join(machine, "besedka")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(machine, "polyanka"), programme.Files); err != nil {
		t.Fatal(err)
	}
	check := exec.Command("/besedka", "flows", "check", "/polyanka")
	check.Dir, check.SysProcAttr = "/", &syscall.SysProcAttr{Chroot: machine}
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
