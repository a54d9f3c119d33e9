package dialogs

import (
	"besedka/core/chat"
	"besedka/flows"
)

// templates finds the one that stands in for a text.
func templates(list []*flows.Template) map[*flows.Text]*flows.Template {
	of := map[*flows.Text]*flows.Template{}
	for _, t := range list {
		for _, x := range t.Texts {
			of[x] = t
		}
	}
	return of
}

// template is what stands in for words when they come too late for the messenger's window.
// An answer never does: whoever has just written has opened it.
func (t *turn) template(x *flows.Text) *chat.Template {
	stands := t.e.stands[x]
	if stands == nil || t.in.Chat != nil || chat.CapsOf(t.env.Channel).Window == 0 {
		return nil
	}
	return stands.In(t.e.p, t.lang, t.arg)
}
