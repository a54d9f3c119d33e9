package author

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"besedka/core/source"
	"besedka/flows"
	"besedka/locales"
)

// template is what a new file begins with: something that works. A new flow
// brings its translations along, or it would begin with mistakes, and a new
// survey its test too.
func (s *server) template(name string) (text string, others []draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.TrimSuffix(path.Base(name), ".yaml")
	words := func(key, lang string) string {
		return s.Words.Printer(lang).Text("author.template."+key, locales.Args{"name": locales.Text(id)})
	}
	base, tongues := s.tongues()
	translated := func(file, key string) {
		for _, lang := range tongues {
			others = append(others, draft{Name: path.Join("locales", lang, file), Text: words(key, lang)})
		}
	}
	folder := path.Dir(name)
	switch {
	case strings.HasSuffix(name, ".test.yaml"):
		id = flowOf(strings.TrimSuffix(name, ".test.yaml") + ".yaml")
		return words("test", base), nil
	case folder == "flows":
		translated(id+".yaml", "translation")
		return words("flow", base), others
	case folder == "surveys":
		translated(flowOf(name)+".yaml", "survey_translation")
		return words("survey", base), append(others, draft{Name: path.Join(folder, id+".test.yaml"), Text: words("survey_test", base)})
	case name == "faq.yaml":
		translated(name, "faq_translation")
		return words("faq", base), others
	case name == "services.yaml":
		return words("services", base), nil
	case strings.HasPrefix(name, "locales/"):
		return untranslated(s.problems, original(id), name), nil
	}
	return "\n", nil
}

// tongues are the language of the scripts and those that they are translated to.
func (s *server) tongues() (base string, others []string) {
	if p := s.good.programme; p != nil {
		return p.Base(), p.Languages[1:]
	}
	return locales.Languages[0], nil
}

// original is the file whose texts a file of translations holds.
func original(id string) string {
	if survey, ok := strings.CutPrefix(id, flows.SurveyPrefix); ok {
		return "surveys/" + survey + ".yaml"
	}
	return "flows/" + id + ".yaml"
}

// wanted is a text that has no translation, in the cure of its problem.
var wanted = regexp.MustCompile(`«([^«»]+)».* (locales/\S+)$`)

// untranslated are the keys that a translation of the file has to fill.
func untranslated(problems []*source.Problem, file, into string) string {
	var keys []string
	for _, p := range problems {
		m := wanted.FindStringSubmatch(p.Cure.Ru)
		if p.Code == "L301" && p.File == file && m != nil && m[2] == into && !slices.Contains(keys, m[1]) {
			keys = append(keys, m[1])
		}
	}
	return strings.Join(keys, ":\n") + ":\n"
}
