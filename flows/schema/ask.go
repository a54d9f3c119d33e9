package schema

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"besedka/core/source"
	"besedka/flows"
)

// frame is a programme without mistakes: one of its files is replaced by what is
// tried. A file without a text is there only when it is.
var frame = map[string]string{
	"programme.yaml":    "{name: T, languages: [ru], zone: Europe/Moscow, country: RU, fallback: lost, stale: lost, defaults: {retry: T}, consents: {}}",
	"profile.yaml":      "{fields: {pet: {type: text, title: T}}}",
	"segments.yaml":     "{}",
	"faq.yaml":          "",
	"services.yaml":     "",
	"catalogue.yaml":    "",
	"partners.yaml":     "",
	"prizes.yaml":       "",
	"tiers.yaml":        "",
	"letters.yaml":      "",
	"templates.yaml":    "",
	"flows/lost.yaml":   "{flow: lost, defaults: {retry: [T]}, steps: {ask: {ask: T, buttons: {" + anyName + ": T}, end: true}}}",
	"campaigns/tr.yaml": "",
	testFile:            "",
	translationFile:     "",
	"surveys/tr.yaml":   "",
}

const (
	testFile        = "flows/lost.test.yaml"
	translationFile = "locales/en/lost.yaml"
)

// A place is where a value stands in a file of one line: what comes before it
// and after it.
type place struct {
	file          string
	before, after string
	path          string // of keys, for those that need company
}

// answer is what the reader says of a value in its place.
type answer struct {
	problems []*source.Problem
	at       int // column of the value
}

// ask tries a value.
func (l *learner) ask(p place, value string) answer {
	problems := l.mistakes(framed(p.file, p.before+value+p.after), p.file)
	problems = slices.DeleteFunc(problems, func(problem *source.Problem) bool { return problem.File != p.file })
	return answer{problems, utf8.RuneCountInString(p.before) + 1}
}

// framed is the frame with the text of one file. It is spoken in two languages
// when that file is a translation, else in one.
func framed(file, tried string) fs.FS {
	var archive txtar.Archive
	for name, text := range frame {
		switch {
		case name == file:
			text = tried
		case name == "programme.yaml" && file == translationFile:
			text = strings.Replace(text, "[ru]", "[ru, en]", 1)
		case text == "":
			continue
		}
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	files, err := txtar.FS(&archive)
	if err != nil {
		panic(err) // the names above are well formed
	}
	return files
}

// mistakes asks the reader of the file that is tried.
func (l *learner) mistakes(files fs.FS, tried string) []*source.Problem {
	if tried == testFile {
		return l.tests(files, l.programme, l.vocabulary)
	}
	_, problems := flows.Load(files, l.vocabulary)
	return problems
}

// has says whether there is such a problem with the value itself.
func (a answer) has(codes ...string) bool {
	return slices.ContainsFunc(a.problems, func(p *source.Problem) bool { return p.Col == a.at && slices.Contains(codes, p.Code) })
}

// misses says whether something is named that there is not, wherever the reader
// tells it.
func (a answer) misses() bool {
	return slices.ContainsFunc(a.problems, func(p *source.Problem) bool { return p.Code == unknownName || p.Code == unknownKind })
}

// hasInside says the same of the first key of the map that was tried.
func (a answer) hasInside(codes ...string) bool {
	a.at++
	return a.has(codes...)
}

// The problems that tell something here.
const (
	unknownKey  = "L103"
	wrongShape  = "L104"
	missing     = "L107"
	unknownName = "L121"
	unknownKind = "L122"
	wrongValue  = "L124"
)

// known are the keys that the map may have; false when the writer chooses them.
func (a answer) known() (keys []string, ok bool) {
	for _, p := range a.problems {
		if p.Code == unknownKey && p.Col == a.at+1 {
			return p.Keys, true
		}
	}
	return nil, false
}

// required are the keys that the map must have.
func (a answer) required() []string {
	var keys []string
	for _, p := range a.problems {
		if p.Code == missing && p.Col == a.at && len(p.Keys) > 0 {
			keys = append(keys, p.Keys...)
		}
	}
	slices.Sort(keys)
	return keys
}

// item is the place of a value in a list that stands here.
func (p place) item() place {
	return place{p.file, p.before + "[", "]" + p.after, p.path + "/-"}
}

// value is the place of a key's value in a map that stands here, with the
// company of other keys.
func (p place) value(key string, company []string) place {
	return place{p.file, p.before + "{" + key + ": ", beside(key, company) + "}" + p.after, p.path + "/" + key}
}

// beside are the other keys of a map in which key is tried.
func beside(key string, company []string) string {
	text := ""
	for _, other := range company {
		if !strings.HasPrefix(other, key+":") {
			text += ", " + other
		}
	}
	return text
}
