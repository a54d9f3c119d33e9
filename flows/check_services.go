package flows

import (
	"slices"
	"strings"

	"besedka/core/source"
)

// checkServed wants nothing personal to leave for a service before consent.
func (l *loader) checkServed(known *consented) {
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		told := l.personalVars(f)
		for _, s := range f.Steps {
			if !s.Served() || known.certain(s) {
				continue
			}
			for _, a := range s.With {
				if l.personal(a.Value, s, told) {
					l.report(a.Pos, "L142", source.Sentence("«%s» уходит чужой службе раньше согласия", "%q goes to somebody else's service before consent", a.Name),
						source.Sentence("поставьте раньше шаг с consent: personal_data, или skip: not consent.personal_data", "put a step with consent: personal_data before it, or skip: not consent.personal_data"))
				}
			}
		}
	}
}

// personalVars are the variables of a flow that hold personal data.
func (l *loader) personalVars(f *Flow) map[string]bool {
	told := map[string]bool{}
	for found := true; found; {
		found = false
		for _, s := range f.Steps {
			for _, a := range s.Set {
				if !told[a.Name] && l.personal(a.Value, s, told) {
					told[a.Name], found = true, true
				}
			}
		}
	}
	return told
}

// personal says whether an expression of s reads personal data.
func (l *loader) personal(x *Expr, s *Step, told map[string]bool) bool {
	return x.known() && slices.ContainsFunc(x.Names(), func(name string) bool {
		field, _ := l.p.Profile.Field(strings.TrimPrefix(name, ProfilePrefix))
		of := strings.HasPrefix(name, ProfilePrefix) && (field.Sealed || field.Consent != "")
		return of || told[name] || name == AnswerName && l.asksPersonal(s)
	})
}
