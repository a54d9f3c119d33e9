package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/templates"
)

// A lesson of docs/language.md: files, and what is shown of them.
type lesson struct {
	title    string
	files    map[string]string // a name ending in + is of what is appended
	talks    []string
	slip     [2]string // words, and the wrong ones
	findings []string
}

var slipRe = regexp.MustCompile("Вместо `([^`]+)` написали `([^`]+)`")

func lessons(t *testing.T) (found []*lesson) {
	t.Helper()
	for _, b := range readDoc(t, "docs/language.md") {
		if b.kind == "heading" {
			found = append(found, &lesson{title: strings.TrimSpace(b.text), files: map[string]string{}})
			continue
		}
		now, text := found[len(found)-1], b.text
		first, rest, _ := strings.Cut(text, "\n")
		slip := slipRe.FindStringSubmatch(text)
		switch {
		case b.kind == "yaml" && strings.HasPrefix(first, "# файл: "):
			now.files[strings.TrimPrefix(first, "# файл: ")] = text
		case b.kind == "yaml":
			now.files[strings.TrimPrefix(first, "# в конец файла: ")+"+"] = rest
		case b.kind == "text" && strings.HasPrefix(first, "$ "):
			now.talks = append(now.talks, text)
		case b.kind == "text":
			now.findings = append(now.findings, text)
		case slip != nil:
			now.slip = [2]string(slip[1:])
		}
	}
	return slices.DeleteFunc(found, func(l *lesson) bool { return !strings.HasPrefix(l.title, "## Урок ") })
}

// folder is a new programme with the files of lessons in it.
func lessonFolder(t *testing.T, russian bool, of ...*lesson) fstest.MapFS {
	t.Helper()
	files, err := templates.Files("brand")
	if err != nil {
		t.Fatal(err)
	}
	if russian {
		templates.Russian(files)
	}
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: text}
	}
	for _, l := range of {
		for _, name := range slices.Sorted(maps.Keys(l.files)) {
			to, more := strings.CutSuffix(name, "+")
			if more {
				folder[to] = &fstest.MapFile{Data: append(slices.Clip(folder[to].Data), l.files[name]...)}
			} else {
				folder[to] = &fstest.MapFile{Data: []byte(l.files[name])}
			}
		}
	}
	return folder
}

// inEnglish says whether a lesson has a translation.
func (l *lesson) inEnglish() bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(l.files)), func(name string) bool { return strings.HasPrefix(name, "locales/") })
}

// TestLessons plays every lesson of the page in a folder that init has laid out:
// its script is right, its tests pass, the shopper sees what is shown, and the
// slip is told in the words that are printed.
func TestLessons(t *testing.T) {
	t.Parallel()
	all := lessons(t)
	if len(all) != 12 {
		t.Errorf("there are %d lessons, want 12", len(all))
	}
	for _, l := range all {
		t.Run(l.title, func(t *testing.T) {
			t.Parallel()
			folder := lessonFolder(t, !l.inEnglish(), l)
			isRight(t, folder)
			if len(l.talks) == 0 || len(l.findings) == 0 {
				t.Fatal("nothing is shown of it, or no slip")
			}
			dir := lays(t, folder)
			for _, shown := range l.talks {
				command, shown, _ := strings.Cut(shown, "\n")
				args := strings.Fields(strings.Replace(command, " kofe", " "+dir, 1))[2:] // without $ besedka
				showsIn(t, carryOut(t, args[1:], shown), shown)
			}
			l.slips(t, folder)
		})
	}
}

// slips makes the mistake and looks for the findings among those of the check.
func (l *lesson) slips(t *testing.T, folder fstest.MapFS) {
	t.Helper()
	made := false
	for name := range l.files {
		file := folder[strings.TrimSuffix(name, "+")]
		if text := string(file.Data); strings.Contains(text, l.slip[0]) {
			file.Data = []byte(strings.Replace(text, l.slip[0], l.slip[1], 1))
			made = true
		}
	}
	_, problems := flows.Load(folder, actions.Vocabulary())
	if told := worded(problems, "ru"); !made || !strings.Contains(told, l.findings[0]) {
		t.Errorf("the slip (made: %v) is told\n%s\nthe page says\n%s", made, told, l.findings[0])
	}
}

func isRight(t *testing.T, folder fstest.MapFS) {
	t.Helper()
	p, problems := flows.Load(folder, actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(worded(problems, "ru"))
	}
	report, problems := transcript.Play(folder, p, actions.Vocabulary())
	if len(problems) > 0 || len(report.Failures) > 0 {
		t.Errorf("%s%v", worded(problems, "ru"), report.Failures)
	}
}

func lays(t *testing.T, folder fstest.MapFS) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "kofe"), folder); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "kofe")
}

// showsIn wants the lines that are shown in what was told, in their order; what
// a person typed is a prompt there.
func showsIn(t *testing.T, told, shown string) {
	t.Helper()
	for line := range strings.Lines(shown) {
		if strings.HasPrefix(line, "> ") {
			line = "> "
		}
		_, rest, found := strings.Cut(told, line)
		if !found {
			t.Fatalf("no %q in what is left:\n%s", line, told)
		}
		told = rest
	}
}

// TestLessonsTogether: whoever puts one after the other into one folder finds
// that they agree.
func TestLessonsTogether(t *testing.T) {
	t.Parallel()
	isRight(t, lessonFolder(t, true, slices.DeleteFunc(lessons(t), (*lesson).inEnglish)...))
}

// TestQuickStart carries out the commands of the page's beginning that end by
// themselves.
func TestQuickStart(t *testing.T) {
	t.Parallel()
	dir, carried := filepath.Join(t.TempDir(), "kofe"), 0
	for _, b := range readDoc(t, "docs/language.md") {
		if b.kind != "sh" {
			continue
		}
		for command := range strings.Lines(b.text) {
			args := strings.Fields(strings.Replace(command, " kofe", " "+dir, 1))[1:]
			if args[0] == "init" || args[1] == "check" || args[1] == "test" {
				succeeds(t, args...)
				carried++
			}
		}
	}
	if carried != 3 {
		t.Errorf("%d commands are carried out, want 3", carried)
	}
}
