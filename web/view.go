package web

import (
	"net/http"
	"net/url"
	"time"

	"besedka/flows"
	"besedka/locales"
)

// view is what every page of one request knows.
type view struct {
	Lang    string
	P       *flows.Programme
	Demo    bool
	Shopper string // "2" for the second shopper of a demonstration, else "1"
	Queue   string // names what waits in this browser to be sent by who looks at the page
	Path    string
	Framed  bool // in a frame on another site
	assets  assets
	words   *locales.Printer
}

func (s *server) view(r *http.Request) view {
	lang := s.language(r)
	return view{
		Lang: lang, P: s.Programme(), Demo: s.Demo != nil, Shopper: s.shopper(r), Queue: s.shopper(r), Path: r.URL.Path, Framed: framed(r),
		assets: s.assets, words: s.Words.Printer(lang),
	}
}

// page serves people: it knows their language, and asks for the assets to be
// built when they are not.
func (s *server) page(serve func(w http.ResponseWriter, r *http.Request, v view)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(s.assets) == 0 {
			http.Error(w, "The pages are not built yet: run make web, then start the server again.", http.StatusServiceUnavailable)
			return
		}
		s.keepLanguage(w, r)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Vary", "Accept-Language, Cookie")
		serve(w, r, s.view(r))
	}
}

// T is a text of the pages in the reader's language.
func (v view) T(key string) string { return v.words.Text("web."+key, nil) }

// With is T with values in it.
func (v view) With(key string, args locales.Args) string { return v.words.Text("web."+key, args) }

// Named is T with the programme's name in it.
func (v view) Named(key string) string {
	return v.With(key, locales.Args{"name": locales.Text(v.name())})
}

// name is the programme's in the reader's language.
func (v view) name() string { return v.P.Name[v.Lang] }

// asset is the address of a built file.
func (v view) asset(name string) string { return v.assets[name] }

// api is an address of the chat that keeps to the shopper of this page, and in a frame,
// whose cookies browsers keep back, to its language.
func (v view) api(path string) string {
	q := url.Values{}
	if v.Framed {
		q.Set("lang", v.Lang)
	} else if v.Shopper != "1" {
		q.Set("shopper", v.Shopper)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// clock prints a time of day in the programme's zone.
func (v view) clock(at time.Time) string { return at.In(v.P.Location).Format("15:04") }
