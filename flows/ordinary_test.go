package flows_test

import (
	"fmt"
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

// The ordinary mistakes of marketers, a file each: the check tells what the
// line says, at its place, and nothing else.
func TestOrdinaryMistakes(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(names) < 24 {
		t.Fatalf("%d files of mistakes: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			sample, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{}
			layer(t, files, "testdata/base")
			if strings.HasPrefix(sample.Files[len(sample.Files)-1].Name, "locales/") {
				layer(t, files, "testdata/base_en")
			}
			var want []string
			for _, f := range sample.Files {
				files[f.Name] = &fstest.MapFile{Data: f.Data}
				want = append(want, wants(f)...)
			}
			_, problems := flows.Load(files, actions.Vocabulary())
			if diff := cmp.Diff(strings.Join(want, "\n"), told(problems)); diff != "" || len(want) == 0 {
				t.Errorf("the lines (-) and the check (+) differ: %s", diff)
			}
			inRussian(t, problems)
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

// inRussian wants every problem in Russian words too, with a way out.
func inRussian(t *testing.T, problems []*source.Problem) {
	t.Helper()
	russian := regexp.MustCompile(`\p{Cyrillic}`)
	for _, p := range problems {
		if !russian.MatchString(p.What.Ru) || !russian.MatchString(p.Cure.Ru) {
			t.Errorf("not in Russian: %s", p)
		}
	}
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
	files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(hello, "agree: name,", "agree: nme,", 1))}
	if p, problems := flows.Reload(files, vocabulary); p != nil || len(problems) != 1 || problems[0].Code != "L121" {
		t.Errorf("a way to nowhere is read again: %s", told(problems))
	}
}
