package runner

import (
	"besedka/core/chat"
	"besedka/locales"
)

// Voice is how the program speaks for itself, past the scripts.
type Voice struct {
	Texts    *locales.Catalog
	Releases *Releases
	Demo     bool
}

func (r *Runner) voice() Voice { return Voice{Texts: r.Texts, Releases: r.Releases, Demo: r.Demo} }

// Notice words a text of the program for a chat, in its language when the
// programme speaks it, and marked like every message of a demonstration.
func (v Voice) Notice(c chat.Channel, lang, key string) string {
	lang = language(lang, nil, v.Releases.Current().Programme.Languages)
	return v.Texts.Printer(lang).Text(key, nil) + v.Mark(c, lang)
}

// Mark closes every message of a demonstration but in the web chat, whose pages
// are marked themselves.
func (v Voice) Mark(c chat.Channel, lang string) string {
	if !v.Demo || c == chat.Webchat {
		return ""
	}
	return "\n\n" + v.Texts.Printer(lang).Text("chat.demo", nil)
}
