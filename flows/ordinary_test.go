package flows_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
)

// wanted is what a line of a sample says about itself: column, code, message.
var wanted = regexp.MustCompile(` # ERROR (\d+: L.*)$`)

// ordinary are the 25 mistakes that marketers make, by their numbers: each has
// a sample, and some have several.
var ordinary = []string{
	"a step that does not exist", "a profile field that does not exist", "an invalid regular expression", "a segment that does not exist",
	"a flow that does not exist", "an unknown type", "a bad reminder or expiry target", "an unreachable step", "a missing translation",
	"a misspelt variable in a text or condition", "an unknown function", "a syntax error in an expression", "a cycle with no question or wait",
	"a button that leads nowhere", "an inverted range", "a label longer than a channel allows", "a placeholder lost in a translation",
	"a wrong number of plural forms", "a duplicate key", "an unknown key", "a condition that can never be true, or a case shadowed by an earlier one",
	"an outcome that no branch handles", "personal data before consent", "two answers that normalise to the same word", "a dead end",
}

func TestEveryOrdinaryMistakeHasASample(t *testing.T) {
	t.Parallel()
	for i, what := range ordinary {
		samples, err := filepath.Glob(fmt.Sprintf("testdata/mistakes/%02d_*.txtar", i+1))
		if err != nil || len(samples) == 0 {
			t.Errorf("no sample of mistake %d, %s: %v", i+1, what, err)
		}
	}
	if len(ordinary) != 25 {
		t.Errorf("%d mistakes", len(ordinary))
	}
}

// russian is the part of a sample that says what the check tells in Russian.
const russian = "ru"

// The ordinary mistakes of marketers, some files each: the check tells what the
// line says in English, at its place, and what the end of the file says in
// Russian, and nothing else. Without the mistakes there would be nothing to tell.
func TestOrdinaryMistakes(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			sample, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := sample.Files
			ru := ""
			if last := len(parts) - 1; parts[last].Name == russian {
				ru, parts = string(parts[last].Data), parts[:last]
			}
			files := fstest.MapFS{}
			layer(t, files, "testdata/base")
			if strings.HasPrefix(parts[len(parts)-1].Name, "locales/") {
				layer(t, files, "testdata/base_en")
			}
			if _, problems := flows.Load(files, actions.Vocabulary()); len(problems) > 0 {
				t.Fatalf("the programme below is not clean: %s", told(problems))
			}
			var want []string
			for _, f := range parts {
				files[f.Name] = &fstest.MapFile{Data: f.Data}
				want = append(want, wants(f)...)
			}
			_, problems := flows.Load(files, actions.Vocabulary())
			if diff := cmp.Diff(strings.Join(want, "\n"), told(problems)); diff != "" || len(want) == 0 {
				t.Errorf("the lines (-) and the check (+) differ: %s", diff)
			}
			got := inRussian(t, problems)
			if *update {
				sample.Files, ru = append(parts, txtar.File{Name: russian, Data: []byte(got)}), got
				if err := os.WriteFile(name, txtar.Format(sample), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(ru, got); diff != "" {
				t.Errorf("the end of the file (-) and the check (+) differ: %s", diff)
			}
		})
	}
}

func wants(f txtar.File) (want []string) {
	for i, line := range strings.Split(string(f.Data), "\n") {
		if m := wanted.FindStringSubmatch(line); m != nil {
			want = append(want, fmt.Sprintf("%s:%d:%s", f.Name, i+1, m[1]))
		}
	}
	return want
}

// inRussian is the problems in Russian, each with a way out.
func inRussian(t *testing.T, problems []*source.Problem) (told string) {
	t.Helper()
	russian := regexp.MustCompile(`\p{Cyrillic}`)
	for _, p := range problems {
		if !russian.MatchString(p.What.Ru) || !russian.MatchString(p.Cure.Ru) {
			t.Errorf("not in Russian: %s", p)
		}
		told += p.In("ru") + "\n"
	}
	return told
}

// A release that was published before the check grew strict stays readable.
func TestReload(t *testing.T) {
	t.Parallel()
	files := folder(good)
	hello := strings.Replace(good["flows/hello.yaml"], `"Пёс"`, `"Кот!"`, 1)
	files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(hello)}
	if p, _ := flows.Load(files, vocabulary); p != nil {
		t.Error("two buttons of one word pass the check")
	}
	if p, problems := flows.Reload(files, vocabulary); p == nil {
		t.Errorf("not read again: %s", told(problems))
	}
	files["catalogue.yaml"] = &fstest.MapFile{Data: []byte("products:\n" + strings.Repeat("  milk: 7\n", source.MaxProblems+5))}
	if p, _ := flows.Load(files, vocabulary); p != nil {
		t.Error("a catalogue that cannot be read passes the check")
	}
	if p, problems := flows.Reload(files, vocabulary); p == nil || p.Catalogue != nil {
		t.Errorf("with a catalogue that cannot be read: %s", told(problems))
	}
	files["campaigns/long.yaml"] = &fstest.MapFile{Data: []byte("campaign: long\nname: x\nperiod: {from: 2026-01-01}\nreward: {fixed: 1, ttl: P6M}\nwhen: [" +
		strings.Repeat("receipt.total > 1, ", 30) + "receipt.total > 1]\nlimits: [{what: uses, max: 1, of: store}]\n")}
	if _, problems := flows.Load(files, vocabulary); !strings.Contains(told(problems), "L125") {
		t.Errorf("a list that is too long: %s", told(problems))
	}
	if p, problems := flows.Reload(files, vocabulary); p == nil {
		t.Errorf("with a campaign that is too long by now: %s", told(problems))
	}
	files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(hello, "agree: name,", "agree: nme,", 1))}
	if p, problems := flows.Reload(files, vocabulary); p != nil || len(problems) != 1 || problems[0].Code != "L121" {
		t.Errorf("a way to nowhere is read again: %s", told(problems))
	}
}
