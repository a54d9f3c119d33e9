package flows

import (
	"besedka/core/expr"
	"besedka/core/source"
)

// readEdit reads the variable whose news change one message.
func (l *loader) readEdit(o *source.Object) string {
	name := o.Text("edit")
	if o.Has("edit") && (!o.Has("say") || o.Has("ask")) {
		l.report(o.At("edit"), "L120", source.Sentence("edit бывает только у say без вопроса", "edit goes only with a say that asks nothing"),
			source.Sentence("вопрос задайте отдельным шагом", "ask in a step of its own"))
	}
	return name
}

// checkEdit wants a number that the flow holds: the id of what the message is
// about.
func (l *loader) checkEdit(f *Flow, s *Step) {
	if at, ok := s.where["edit"]; ok && f.vars[s.Edit] != expr.Count {
		l.report(at, "L121", source.Sentence("нет числа «%s», о котором это сообщение", "there is no count %q for the message to be about", shorten(s.Edit)), source.Meant(s.Edit, counts(f.vars)))
	}
}

// counts are the names of whole numbers.
func counts(vars map[string]expr.Kind) []string {
	var names []string
	for _, name := range sorted(vars) {
		if vars[name] == expr.Count {
			names = append(names, name)
		}
	}
	return names
}
