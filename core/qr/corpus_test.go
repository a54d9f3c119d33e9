package qr_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/fiscal"
	"besedka/core/qr"
	"besedka/core/qr/zxing"
)

// corpus is a folder of real and drawn pictures beside the project.
const corpus = "../../../shared/data/qr"

type picture struct {
	Path, Corpus, Kind string
	Expected           []string
}

func manifest(t *testing.T, set string) (pictures []picture) {
	t.Helper()
	file, err := os.Open(filepath.Join(corpus, set, "manifest.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED: the corpus of pictures is not here (%s)", corpus)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var p picture
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		pictures = append(pictures, p)
	}
	return pictures
}

// every picture of so many is enough to notice a loss; all take minutes.
const every = 10

// TestCorpus holds the share of pictures read to a floor, with the engine (99 % of the
// real ones and 95 % of the drawn ones when it was set) and without (94 % and 92 %), and
// wrong receipts to none.
func TestCorpus(t *testing.T) {
	t.Parallel()
	wasm, err := os.ReadFile("../../web/node_modules/zxing-wasm/dist/reader/zxing_reader.wasm")
	if err != nil {
		t.Skip("SKIPPED: no zxing-wasm; run tools/web.sh")
	}
	engine, err := zxing.Open(t.Context(), wasm, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(context.Background()) }) //nolint:errcheck // the test ends
	for _, tt := range []struct {
		name, set    string
		reader       qr.Reader
		first, floor int
	}{
		{"real", "real", qr.Reader{Engine: engine}, 0, 93},
		{"synth", "synth", qr.Reader{Engine: engine}, 0, 85},
		{"real in Go", "real", qr.Reader{}, 5, 82},
		{"synth in Go", "synth", qr.Reader{}, 5, 80},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read, all := 0, 0
			for i, p := range manifest(t, tt.set) {
				if i%every != tt.first {
					continue
				}
				data, err := os.ReadFile(filepath.Join(corpus, tt.set, p.Path))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				got := tt.reader.Read(ctx, data)
				cancel()
				check(t, p, got)
				if p.Kind == "positive" {
					all++
					if slices.ContainsFunc(got.Codes, p.expects) {
						read++
					}
				}
			}
			t.Logf("read %d of %d", read, all)
			if read*100 < tt.floor*all {
				t.Errorf("read %d of %d, want at least %d %%", read, all, tt.floor)
			}
		})
	}
}

func (p picture) expects(text string) bool {
	return slices.ContainsFunc(p.Expected, func(want string) bool { return plain(want) == plain(text) })
}

func plain(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// check refuses receipts that are not in the picture.
func check(t *testing.T, p picture, got qr.Result) {
	t.Helper()
	if p.Kind == "negative" && len(got.Codes) > 0 {
		t.Errorf("%s: read %q where no code is", p.Path, got.Codes)
	}
	for _, code := range got.Codes {
		if q, _ := fiscal.Parse(code); q.FN != "" && p.Kind == "positive" && !p.expects(code) {
			t.Errorf("%s: read the receipt %q, which is not there", p.Path, code)
		}
	}
}
