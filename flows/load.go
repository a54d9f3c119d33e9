package flows

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"besedka/core/source"
)

// Load reads and checks a programme folder. All its mistakes are told at once,
// in the order of the files, source.MaxProblems at most; with any there is no
// programme.
func Load(fsys fs.FS, v Vocabulary) (*Programme, []*source.Problem) {
	l := load(fsys, v)
	source.Sort(l.problems)
	if n := len(l.problems); n > 0 {
		return nil, l.problems[:min(n, source.MaxProblems)]
	}
	return l.p, nil
}

// Reload reads a folder that was checked when it was published. What the check
// has learnt to refuse since then, and scripts can run with, does not leave
// people in the middle of a talk: neither do mistakes of the catalogue and of
// the partners, without which receipts are credited, too.
func Reload(fsys fs.FS, v Vocabulary) (*Programme, []*source.Problem) {
	l := load(fsys, v)
	l.problems = slices.DeleteFunc(l.problems, func(p *source.Problem) bool {
		return p.File == catalogueFile || p.File == partnersFile || p.File == prizesFile || p.File == tiersFile || p.File == lettersFile || p.File == templatesFile || slices.Contains(learnt, p.Code) || longCampaign(p)
	})
	source.Sort(l.problems)
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	return l.p, nil
}

// learnt are the codes of what a script can run with.
var learnt = []string{
	"L150", "L151", "L152", "L201", "L206", "L207", "L208", "L210", "L215", "L221", "L401", "L605", "L606", "L607", "L610", "L612", "L614", "L615", "L696",
}

// longCampaign says whether a list of a campaign is longer than it may be by now: the
// versions that were published are read as they are.
func longCampaign(p *source.Problem) bool {
	return p.Code == "L125" && path.Dir(p.File) == "campaigns"
}

func load(fsys fs.FS, v Vocabulary) *loader {
	l := &loader{fsys: fsys, vocabulary: v, p: &Programme{Flows: map[string]*Flow{}, Consents: map[string]*Document{}}, broken: map[string]bool{}, pictures: map[string]string{}}
	l.read()
	if l.p.Languages == nil {
		return l
	}
	if !l.torn() {
		l.compile()
		l.check()
	}
	l.problems = append(l.problems, l.last...)
	return l
}

// loader collects one programme and what is wrong with it.
type loader struct {
	fsys       fs.FS
	vocabulary Vocabulary
	p          *Programme
	texts      map[string]*translation // by language and file: en/onboarding
	broken     map[string]bool         // files of flows that cannot be read
	segments   []source.Entry
	hears      map[string][]*Flow // by the standing tap that leads to them
	asks       []wording          // of faq.yaml
	pictures   map[string]string  // hashes by name
	fallbackAt source.Pos
	staleAt    source.Pos
	rateAt     source.Pos
	problems   []*source.Problem
	last       []*source.Problem // of the catalogue, the partners, the prizes and the tiers
	names      []string          // of all files
	bytes      int               // read so far
}

func (l *loader) report(at source.Pos, code string, what, cure source.Text) {
	if l.full() {
		return
	}
	l.problems = append(l.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

// full says that there are more problems than anybody is told.
func (l *loader) full() bool { return len(l.problems) > source.MaxProblems }

func (l *loader) limit(at source.Pos, of source.Text, limit int) {
	ru := source.Sentence("больше %d: %s", "more than %d %s", limit, of.Ru).Ru
	en := source.Sentence("больше %d: %s", "more than %d %s", limit, of.En).En
	l.report(at, "L125", source.Text{Ru: ru, En: en}, source.Sentence("сократите или разделите на части", "shorten it or split it into parts"))
}

func (l *loader) empty(at source.Pos) {
	l.report(at, "L124", source.Sentence("список пуст", "the list is empty"), source.Sentence("впишите хотя бы одно или уберите ключ", "write at least one, or remove the key"))
}

func (l *loader) base() string { return l.p.Base() }

// read reads every file that is a script, a translation or a setting; tests
// and media have readers of their own.
func (l *loader) read() {
	names := l.files()
	l.names = names
	l.readProgramme(names)
	if l.p.Languages == nil {
		return
	}
	l.readProfile()
	l.readSegments()
	l.aside(func() {
		l.readCatalogue(names)
		l.readPartners(names)
		l.readPrizes(names)
		l.readTiers(names)
	})
	l.readCampaigns(names)
	l.readLists(names)
	l.readServices(names)
	l.readLetters(names)
	l.readTemplates(names)
	for _, name := range names {
		if flow, ok := flowFile(name); ok {
			l.readFlow(name, flow)
		}
		if survey, ok := surveyFile(name); ok {
			l.readSurvey(name, survey)
		}
	}
	l.readFAQ(names)
}

// aside keeps the mistakes of what campaigns speak of, to be told after all others.
func (l *loader) aside(read func()) {
	before := l.problems
	l.problems = nil
	read()
	l.last, l.problems = l.problems, before
}

// files lists the folder, sorted.
func (l *loader) files() []string {
	var names []string
	err := fs.WalkDir(l.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			names = append(names, name)
		}
		if len(names) > MaxFiles {
			return fs.SkipAll
		}
		return nil
	})
	if err != nil {
		l.report(start("."), "L101", source.Sentence("папка не читается: %v", "the folder cannot be read: %v", err), source.Sentence("проверьте, что она есть и её можно читать", "check that it is there and may be read"))
	}
	if len(names) > MaxFiles {
		l.limit(start("."), source.Sentence("файлов", "files"), MaxFiles)
	}
	return names
}

// flowFile says which flow a file holds: flows/<id>.yaml but not its tests.
func flowFile(name string) (flow string, ok bool) {
	if path.Dir(name) != "flows" || strings.HasSuffix(name, ".test.yaml") {
		return "", false
	}
	return strings.CutSuffix(path.Base(name), ".yaml")
}

// parse reads one file; nil when it is not there or cannot be read.
func (l *loader) parse(name string) *source.Node {
	text := l.readFile(name)
	if text == nil {
		return nil
	}
	n, problems := source.Parse(name, text)
	l.problems = append(l.problems, problems...)
	return n
}

// torn says whether a file of settings cannot be read: every name that it would
// give would be missed wherever it stands.
func (l *loader) torn() bool {
	return slices.ContainsFunc(l.problems, func(p *source.Problem) bool {
		return slices.Contains([]string{programmeFile, profileFile, segmentsFile}, p.File) && slices.Contains(unreadable, p.Code)
	})
}

// unreadable are the codes of a file that cannot be read at all.
var unreadable = []string{"L101", "L106"}

// readFile reads no more of a file than tells that it is too large, and
// nothing past what a folder may hold. It returns nil when that is told.
func (l *loader) readFile(name string) []byte { return l.readUpTo(name, source.MaxBytes) }

func (l *loader) readUpTo(name string, most int) []byte {
	if l.bytes > MaxBytes || l.full() {
		return nil
	}
	text, err := source.ReadUpTo(l.fsys, name, most)
	if err != nil {
		l.unreadable(name)
		return nil
	}
	if l.bytes += len(text); l.bytes > MaxBytes {
		l.limit(start(name), source.Sentence("мегабайт в папке", "megabytes in the folder"), MaxBytes>>20)
		return nil
	}
	return text
}

func (l *loader) unreadable(name string) {
	l.report(start(name), "L101", source.Sentence("файл не читается", "the file cannot be read"),
		source.Sentence("проверьте, что он есть", "check that it is there"))
}

func start(file string) source.Pos { return source.Pos{File: file, Line: 1, Col: 1} }

// sorted returns the keys in order; most maps of a script are empty.
func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	if len(m) == 0 {
		return nil
	}
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
