package console

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"besedka/locales"
)

// How the pages look is kept in the browser: one person may like the dark at home only.
const (
	langCookie  = "besedka_lang"
	themeCookie = "besedka_theme"
	lookAge     = 400 * 24 * 60 * 60 // seconds; the longest a browser keeps a cookie
)

// readLang is the language a reader chose, else the one their browser likes best.
func readLang(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && slices.Contains(locales.Languages, c.Value) {
		return c.Value
	}
	ours := make([]language.Tag, len(locales.Languages))
	for i, lang := range locales.Languages {
		ours[i] = language.Make(lang)
	}
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // nonsense is no wish
	_, i, _ := language.NewMatcher(ours).Match(wanted...)
	return locales.Languages[i]
}

// programmeLang is the language among a programme's own that suits a reader.
func programmeLang(spoken []string, lang string) string {
	if slices.Contains(spoken, lang) {
		return lang
	}
	return spoken[0]
}

// readTheme is light or dark where a reader chose one of them, else "".
func readTheme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// changeLook keeps a language or colours, and shows the page again.
func (s *server) changeLook(v *Visit) error {
	if lang := v.R.FormValue("lang"); slices.Contains(locales.Languages, lang) {
		s.keep(v, langCookie, lang)
	}
	if theme := v.R.FormValue("theme"); theme == "light" || theme == "dark" || theme == "system" {
		s.keep(v, themeCookie, theme)
	}
	return v.Go(ownPath(v.R.FormValue("to")))
}

func (s *server) keep(v *Visit, name, value string) {
	http.SetCookie(v.w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: lookAge, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// ownPath is path when it leads to a page of the console, else home: nobody is sent
// elsewhere by a link that was prepared for them.
func ownPath(path string) string {
	if path == "/console" || (strings.HasPrefix(path, "/console/") || strings.HasPrefix(path, "/console?")) && !strings.ContainsAny(path, "\\\r\n") && !strings.Contains(path, "//") {
		return path
	}
	return "/console"
}
