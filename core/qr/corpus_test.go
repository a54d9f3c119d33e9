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
const every = 5

// TestCorpus holds the share of pictures read to a floor (81 % of the real ones
// and 77 % of the drawn ones when it was set), and wrong receipts to none.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for set, floor := range map[string]int{"real": 70, "synth": 70} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			read, all := 0, 0
			for i, p := range manifest(t, set) {
				if i%every != 0 {
					continue
				}
				data, err := os.ReadFile(filepath.Join(corpus, set, p.Path))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				got := qr.Reader{}.Read(ctx, data)
				cancel()
				check(t, p, got)
				if p.Kind == "positive" {
					all++
					if slices.ContainsFunc(got.Codes, p.expects) {
						read++
					}
				}
			}
			t.Logf("%s: read %d of %d", set, read, all)
			if read*100 < floor*all {
				t.Errorf("%s: read %d of %d, want at least %d %%", set, read, all, floor)
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
