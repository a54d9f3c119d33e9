package web

import (
	"net/http"
	"slices"

	"golang.org/x/text/language"
)

const languageCookie = "besedka_lang"

// language is what the reader asked for by ?lang= now or before, else what
// the browser prefers, among the programme's languages.
func (s *server) language(r *http.Request) string {
	spoken := s.Programme().Languages
	if asked := r.URL.Query().Get("lang"); slices.Contains(spoken, asked) {
		return asked
	}
	if cookie, err := r.Cookie(languageCookie); err == nil && slices.Contains(spoken, cookie.Value) {
		return cookie.Value
	}
	return preferred(spoken, r.Header.Get("Accept-Language"))
}

// preferred picks the language of spoken that suits an Accept-Language header
// best, the first one when none does.
func preferred(spoken []string, accept string) string {
	tags := make([]language.Tag, len(spoken))
	for i, name := range spoken {
		tags[i] = language.Make(name)
	}
	wanted, _, _ := language.ParseAcceptLanguage(accept) // nonsense is no wish
	_, i, _ := language.NewMatcher(tags).Match(wanted...)
	return spoken[i]
}

// keepLanguage remembers ?lang= for the pages that follow.
func (s *server) keepLanguage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("lang") == "" {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: s.language(r), Path: "/", MaxAge: peerAge,
		HttpOnly: true, Secure: s.HTTPS, SameSite: http.SameSiteLaxMode,
	})
}
