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

// checkShown wants a text that the flow holds: the id of the prize whose picture is
// shown, or of what a call has drawn.
func (l *loader) checkShown(f *Flow, s *Step) {
	if p := s.Media; p != nil && p.Made != "" && f.vars[p.Made] != expr.Text {
		l.report(p.Pos, "L121", source.Sentence("нет переменной «%s» с картинкой", "there is no variable %q with a picture", shorten(p.Made)), source.Meant(p.Made, sorted(f.vars)))
	}
	if p := s.Media; p != nil && p.Of != "" && f.vars[p.Of] != expr.Text {
		l.report(p.Pos, "L121", source.Sentence("нет переменной «%s» с именем приза", "there is no variable %q with the name of a prize", shorten(p.Of)), source.Meant(p.Of, sorted(f.vars)))
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
