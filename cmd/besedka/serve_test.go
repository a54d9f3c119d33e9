package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestDemonstrationStaysAtHome: only --listen opens a demonstration to others.
func TestDemonstrationStaysAtHome(t *testing.T) {
	nowhere := []string{"serve", "--demo", "--data", t.TempDir(), "--database-url", "postgres://u:sekret@127.0.0.1:1/x"}
	for _, tt := range []struct {
		environment, flag, told string
	}{
		{"0.0.0.0:8080", "", "only by --listen 0.0.0.0:8080"},
		{":8080", "", "only by --listen :8080"},
		{"127.0.0.1:8080", "", "migrate"},
		{"", "", "migrate"},
		{"", "0.0.0.0:8080", "migrate"},
		{"0.0.0.0:8080", "0.0.0.0:8080", "migrate"},
	} {
		t.Setenv("BESEDKA_LISTEN", tt.environment)
		args := nowhere
		if tt.flag != "" {
			args = append(args[:len(args):len(args)], "--listen", tt.flag)
		}
		var out, told bytes.Buffer
		if code := run(t.Context(), args, &out, &told); code != 1 || !strings.Contains(told.String(), tt.told) || strings.Contains(told.String(), "sekret") {
			t.Errorf("%+v: %d, %s", tt, code, &told)
		}
	}
}
