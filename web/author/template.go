package author

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"besedka/core/source"
	"besedka/locales"
)

// template is what a new file begins with: something that works. A new flow
// brings its translations along, or it would begin with mistakes.
func (s *server) template(name string) (text string, others []draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".yaml"), ".test")
	words := func(key, lang string) string {
		return s.Words.Printer(lang).Text("author.template."+key, locales.Args{"name": locales.Text(id)})
	}
	base := locales.Languages[0]
	var tongues []string
	if p := s.good.programme; p != nil {
		base, tongues = p.Base(), p.Languages[1:]
	}
	switch {
	case strings.HasSuffix(name, ".test.yaml"):
		return words("test", base), nil
	case strings.HasPrefix(name, "flows/"):
		for _, lang := range tongues {
			others = append(others, draft{Name: path.Join("locales", lang, path.Base(name)), Text: words("translation", lang)})
		}
		return words("flow", base), others
	case strings.HasPrefix(name, "locales/"):
		return untranslated(s.problems, "flows/"+id+".yaml", name), nil
	}
	return "\n", nil
}

// wanted is a text that has no translation, in the cure of its problem.
var wanted = regexp.MustCompile(`«([^«»]+)».* (locales/\S+)$`)

// untranslated are the keys that a translation of the flow has to fill.
func untranslated(problems []*source.Problem, flow, into string) string {
	var keys []string
	for _, p := range problems {
		m := wanted.FindStringSubmatch(p.Cure.Ru)
		if p.Code == "L301" && p.File == flow && m != nil && m[2] == into && !slices.Contains(keys, m[1]) {
			keys = append(keys, m[1])
		}
	}
	return strings.Join(keys, ":\n") + ":\n"
}
