package flows_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

var update = flag.Bool("update", false, "rewrite what the pages of codes say the check tells")

const pages = "../docs/checks"

// page is what a page of docs/checks holds: heading and why, then a sample
// with a mistake, what is told about it, and the sample without.
var page = regexp.MustCompile("(?s)^# (L\\d+)\\. ([^\n]+)\n\n([^\n]+)\n.*```yaml bad\n(.*?)```\n\n```text\n(.*?)```\n.*```yaml good\n(.*?)```\n")

// Every page is held to the check: its bad sample gives what it says and
// nothing else, its good sample gives nothing.
func TestPagesOfCodes(t *testing.T) {
	t.Parallel()
	for _, rule := range flows.Mistakes() {
		t.Run(rule.Code, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(pages, rule.Code+".md")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m := page.FindStringSubmatch(string(text))
			if m == nil || m[1] != rule.Code || m[2] != rule.Title.Ru || m[3] != rule.Why.Ru {
				t.Fatalf("%s has not the form of a page, or its heading and why are not those of the rule: %q", file, m)
			}
			if got := checked(t, m[6]); got != "" {
				t.Errorf("the good sample: %s", got)
			}
			got := checked(t, m[4])
			if *update {
				err = os.WriteFile(file, []byte(strings.Replace(string(text), "```text\n"+m[5], "```text\n"+got, 1)), 0o644)
				m[5] = got
			}
			if diff := cmp.Diff(m[5], got); diff != "" || err != nil || !strings.Contains(got, ": "+rule.Code+": ") {
				t.Errorf("the page (-) and the check (+) differ: %s %v", diff, err)
			}
		})
	}
}

// checked lays a sample over the base programme and tells what the check finds.
func checked(t *testing.T, sample string) (told string) {
	t.Helper()
	folder := laid(t, sample)
	_, problems := flows.Load(folder, actions.Vocabulary())
	if len(problems) == 0 {
		p, _ := flows.Load(folder, actions.Vocabulary())
		if _, problems = transcript.Play(folder, p, actions.Vocabulary()); len(problems) == 0 {
			problems = p.Stranded(waiting(t, sample))
		}
	}
	for _, p := range problems {
		told += p.In("ru") + "\n"
	}
	return told
}

var waits = regexp.MustCompile(`(?m)^# ждут: (\S+)/(\S+) (\d+)$`)

// waiting is who waits where, as a sample tells it.
func waiting(t *testing.T, sample string) (all []flows.Waiting) {
	t.Helper()
	for _, m := range waits.FindAllStringSubmatch(sample, -1) {
		people, err := strconv.ParseInt(m[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, flows.Waiting{Flow: m[1], Step: m[2], People: people})
	}
	return all
}

// laid is the base programme with the files of a sample, each of which begins
// with a line that names it. A sample with a translation has it in two languages.
func laid(t *testing.T, sample string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	layer(t, files, "testdata/base")
	if strings.Contains(sample, "# файл: locales/") {
		layer(t, files, "testdata/base_en")
	}
	const mark = "# файл: "
	for part := range strings.SplitSeq("\n"+sample, "\n"+mark) {
		if name, text, _ := strings.Cut(part, "\n"); name != "" {
			files[name] = &fstest.MapFile{Data: []byte(mark + name + "\n" + strings.TrimSuffix(text, "\n") + "\n")}
		}
	}
	return files
}

func layer(t testing.TB, files fstest.MapFS, dir string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every code of the sources has a rule and a page, and there is no page more.
func TestEveryCodeHasItsPage(t *testing.T) {
	t.Parallel()
	var rules, used, written []string
	for _, r := range flows.Mistakes() {
		rules = append(rules, r.Code)
	}
	code := regexp.MustCompile(`[^:] "(L\d\d\d)"`)
	for _, dir := range []string{".", "../core/source", "../core/expr", "../core/campaign/rules", "../core/product/catalogue", "../core/partner/book", "../core/prize/showcase", "../core/tier/ladder", "../dialogs/transcript"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, file := range files {
			if text, _ := os.ReadFile(file); !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "mistakes") {
				for _, m := range code.FindAllStringSubmatch(string(text), -1) {
					used = append(used, m[1])
				}
				for _, m := range regexp.MustCompile(`Code: "(L\d+)"`).FindAllStringSubmatch(string(text), -1) {
					used = append(used, m[1])
				}
			}
		}
	}
	slices.Sort(used)
	files, _ := filepath.Glob(filepath.Join(pages, "L*.md"))
	for _, file := range files {
		written = append(written, strings.TrimSuffix(filepath.Base(file), ".md"))
	}
	if diff := cmp.Diff(rules, slices.Compact(used)); diff != "" {
		t.Errorf("rules (-) and sources (+) differ: %s", diff)
	}
	if diff := cmp.Diff(rules, written); diff != "" {
		t.Errorf("rules (-) and pages (+) differ: %s", diff)
	}
}

func TestIndexOfPages(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(pages, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(string(text), "|---|---|\n")
	want := ""
	for _, m := range flows.Mistakes() {
		want += fmt.Sprintf("| [%s](%[1]s.md) | %s |\n", m.Code, m.Title.Ru)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-) and the index (+) differ: %s", diff)
	}
}

// The base of the samples has no mistake in either language.
func TestBaseProgramme(t *testing.T) {
	t.Parallel()
	var none []*source.Problem
	for _, sample := range []string{"", "# файл: locales/en/nothing.yaml\n{}\n"} {
		if _, problems := flows.Load(laid(t, sample), actions.Vocabulary()); !cmp.Equal(none, problems) {
			t.Error(told(problems))
		}
	}
}
