package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopAll asks both processes to stop; the last one stops the database.
func (p *crashPlace) stopAll() {
	p.Helper()
	for _, app := range p.apps {
		app.over = true
		_ = app.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, app := range p.apps {
		<-app.gone
		if code := app.cmd.ProcessState.ExitCode(); code != 0 {
			p.Errorf("process %d stopped with %d\n%s", app.number, code, lastLines(app.log.String(), 20))
		}
	}
	if pid := p.postmaster(); pid != 0 {
		p.Errorf("the database still runs as process %d", pid)
	}
}

// checkBooks proves the books as an organiser would.
func (p *crashPlace) checkBooks() {
	p.Helper()
	out, err := exec.Command(p.binary, "books", "check", "--data", p.dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the books are exact") {
		p.Errorf("books check: %v\n%s", err, out)
	}
}

// postmaster is the process id of the running database, 0 when there is none.
func (p *crashPlace) postmaster() int {
	text, err := os.ReadFile(filepath.Join(p.dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return 0
	}
	return pid
}

// tidy leaves nothing running and no folder, whatever happened.
func (p *crashPlace) tidy() {
	for _, app := range p.apps {
		if app != nil {
			_ = app.cmd.Process.Kill()
			<-app.gone
		}
	}
	if pid := p.postmaster(); pid != 0 {
		_ = syscall.Kill(pid, syscall.SIGQUIT)
	}
	for os.RemoveAll(p.dir) != nil || p.postmaster() != 0 { // a dying database still writes
		time.Sleep(10 * time.Millisecond)
	}
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
