package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"

	"besedka/locales"
)

// widgetAge is how long a browser keeps the widget: so soon a published change is seen.
const widgetAge = "public, max-age=300"

// widgetSettings are what the script on a site is told. It shows itself only on Sites,
// and looks like Light or Dark.
type widgetSettings struct {
	Sites []string               `json:"sites"`
	Light palette                `json:"light"`
	Dark  palette                `json:"dark"`
	Words map[string]widgetWords `json:"words"` // by language; the first language of the programme under ""
}

type widgetWords struct {
	Lang  string `json:"lang"`
	Name  string `json:"name"`
	Open  string `json:"open"`
	Close string `json:"close"`
	News  string `json:"news"` // with {n} in it
}

// serveWidget is the script that a site puts on its pages: the same for everybody, with
// what the programme says of it.
func (s *server) serveWidget(w http.ResponseWriter, r *http.Request) {
	code, err := dist.ReadFile("dist/" + path.Base(s.assets["widget.js"]))
	if err != nil {
		http.Error(w, "The widget is not built yet: run make web, then start the server again.", http.StatusServiceUnavailable)
		return
	}
	settings, err := json.Marshal(s.widget(r))
	if err != nil {
		s.broken(w, r, "tell the widget its settings", err)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", widgetAge)
	fmt.Fprintf(w, "(()=>{const besedka=%s;\n%s})();\n", settings, code)
}

func (s *server) widget(r *http.Request) widgetSettings {
	p := s.Programme()
	light, dark := palettes(p.Widget.Accent)
	set := widgetSettings{Sites: s.sites(r), Light: light, Dark: dark, Words: map[string]widgetWords{}}
	for _, lang := range slices.Backward(p.Languages) {
		words := s.Words.Printer(lang)
		name := locales.Args{"name": locales.Text(p.Name[lang])}
		set.Words[lang] = widgetWords{
			Lang: lang, Name: words.Text("web.widget.name", name), Open: words.Text("web.widget.open", name),
			Close: words.Text("web.widget.close", nil), News: words.Text("web.widget.news", locales.Args{"n": locales.Text("{n}")}),
		}
		set.Words[""] = set.Words[lang]
	}
	return set
}

// serveTheme is the style sheet of the programme's colour, empty for our own.
func (s *server) serveTheme(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", widgetAge)
	accent := s.Programme().Widget.Accent
	if accent == "" {
		return
	}
	light, dark := palettes(accent)
	fmt.Fprintf(w, ":root{%s}\n@media (prefers-color-scheme:dark){:root{%s}}\n", light.css(), dark.css())
}
