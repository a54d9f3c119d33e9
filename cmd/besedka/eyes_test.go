package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"besedka/web"
)

// TestEyes: without zxing-cpp photos are read, and it is said aloud; a cache that
// cannot be used costs a second and nothing else.
func TestEyes(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	e := openEyes(t.Context(), filepath.Join(file, "no folder"), slog.New(slog.NewTextHandler(&told, nil)))
	defer e.Close(t.Context()) //nolint:errcheck // the test ends
	warning, err := e.check(t.Context())
	if err != nil || (warning == "") != (web.ZXing() != nil) || (warning == "") != (told.Len() == 0) {
		t.Errorf("built in: %v; warning %q, %v; log %q", web.ZXing() != nil, warning, err, told.String())
	}
	half := eyes{half: errNotBuilt}
	if warning, err := half.check(t.Context()); err != nil || !strings.Contains(warning, "make web") {
		t.Errorf("without it: %q, %v", warning, err)
	}
}
