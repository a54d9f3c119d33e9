package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/dialogs/runner"
	"besedka/storage/storagetest"
)

// tiny is a programme whose people are asked two questions.
var tiny = map[string]string{
	"programme.yaml":  "name: Проба\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: talk\nstale: talk\ndefaults: { retry: Не поняла. }\nconsents:\n  personal_data: { title: Согласие, text: Текст }\n",
	"profile.yaml":    "fields:\n  pet: { type: text, title: Питомец }\n  age: { type: int, title: Сколько ему }\n",
	"segments.yaml":   "{}\n",
	"flows/talk.yaml": "flow: talk\nstart: { words: [/start], any: true }\nsteps:\n  pet: { ask: \"Кто у вас живёт?\", expect: text, save: pet }\n  age: { ask: \"Сколько лет питомцу?\", expect: int, save: age }\n  bye: { say: \"Записала.\", end: true }\n",
}

// folderOf writes files into a folder of the test's.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, file, []byte(text))
	}
	return dir
}

// publisherOf runs `flows publish` on the database of a shop.
type publisherOf struct {
	*shop
	dir string
}

func (p publisherOf) edits(from, to string) {
	p.Helper()
	file := filepath.Join(p.dir, "flows", "talk.yaml")
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), from) {
		p.Fatalf("there is no %q to edit: %v", from, err)
	}
	write(p.T, file, []byte(strings.Replace(string(text), from, to, 1)))
}

func (p publisherOf) publishes(flags ...string) (told string, ok bool) {
	p.Helper()
	var out, log bytes.Buffer
	args := append([]string{"flows", "publish", "--database-url", p.dsn, "--data", p.data}, flags...)
	code := run(p.Context(), args, &out, &log)
	return out.String(), code == 0
}

// inForce publishes and waits until the serving process has it too.
func (p publisherOf) inForce(flags ...string) {
	p.Helper()
	told, ok := p.publishes(flags...)
	_, id, found := strings.Cut(strings.TrimSpace(told), "опубликовано, редакция ")
	if !ok || !found {
		p.Fatal(told)
	}
	p.until("release "+id+" is followed", func() bool { return strings.Contains(p.log.String(), `"programme in force" release=`+id) })
}

// TestPublicationsUnderPeople: somebody waits at every step while it is renamed, and
// answers as if nothing were; what would strand them is refused and told; going back
// outlives a restart.
func TestPublicationsUnderPeople(t *testing.T) {
	t.Parallel()
	s := openShop(t, storagetest.DSN(t), t.TempDir())
	p := publisherOf{s, folderOf(t, tiny)}
	p.inForce(p.dir)
	first := "Кто у вас живёт?"
	s.does(fake.Act{From: 7, Text: "/start"}, first)

	p.edits("  pet: {", "  animal: {")
	told, ok := p.publishes(p.dir)
	if want := "L220: шага «pet» больше нет, а на нём ждут: 1; впишите сюда, куда им идти: moved: { pet: animal }"; ok || !strings.Contains(told, want) {
		t.Errorf("a step that people wait at is gone: %v\n%s", ok, told)
	}
	p.edits("steps:", "moved: { pet: animal }\nsteps:")
	if told, ok := p.publishes(p.dir, "--dry-run"); !ok || !strings.Contains(told, "talk/pet: ждут 1 - продолжат на talk/animal") || !strings.Contains(told, "изменён flows/talk.yaml") {
		t.Errorf("dry run: %v\n%s", ok, told)
	}
	if list := succeeds(t, "flows", "releases", "--database-url", s.dsn, "--data", s.data); strings.Count(list, "\n") != 2 {
		t.Errorf("a dry run and a refusal published something:\n%s", list)
	}
	p.inForce(p.dir)
	s.does(fake.Act{From: 7, Text: "Кот"}, "Сколько лет питомцу?")

	p.goesBack(t)
	s.does(fake.Act{From: 7, Text: "3"}, "Записала.")
	s.stop()
	s = openShop(t, s.dsn, s.data)
	s.does(fake.Act{From: 8, Text: "/start"}, first)
	s.stop()
	p.replays(t)
}

// goesBack publishes the release before the last.
func (p publisherOf) goesBack(t *testing.T) {
	t.Helper()
	p.inForce("--release", p.releases()[1].Release[:12])
}

// releases are what was published, the last first.
func (p publisherOf) releases() (list []published) {
	p.Helper()
	if err := json.Unmarshal([]byte(succeeds(p.T, "flows", "releases", "--json", "--database-url", p.dsn, "--data", p.data)), &list); err != nil {
		p.Fatal(err)
	}
	return list
}

// follows waits until the serving process has what was published last.
func (p publisherOf) follows() {
	p.Helper()
	id := short(p.releases()[0].Release)
	p.until("release "+id+" is followed", func() bool { return strings.Contains(p.log.String(), `"programme in force" release=`+id) })
}

// replays plays what was said on a draft that asks otherwise.
func (p publisherOf) replays(t *testing.T) {
	t.Helper()
	p.edits("Сколько лет питомцу?", "Сколько ему?")
	var report replayed
	if err := json.Unmarshal([]byte(succeeds(t, "flows", "replay", p.dir, "--json", "--database-url", p.dsn, "--data", p.data)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Turns != 4 || report.Verdicts[runner.Reworded] != 1 || report.Verdicts[runner.Alike] != 3 {
		t.Errorf("the replay: %+v", report)
	}
}
