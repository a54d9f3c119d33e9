package console

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"besedka/core/staff"
	"besedka/locales"
)

// How the pages look to a person is kept with their account, and in the browser for the
// pages before they sign in.
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

// wear gives the pages the look that a person has chosen, on whatever device.
func (s *server) wear(v *Visit, l staff.Look) {
	if slices.Contains(locales.Languages, l.Lang) && l.Lang != v.Lang {
		p := s.Programme()
		v.Lang, v.Words, v.Programme = l.Lang, s.Words.Printer(l.Lang), p.Name[programmeLang(p.Languages, l.Lang)]
	}
	if l.Theme != "" {
		v.Theme = strings.TrimPrefix(l.Theme, "system")
	}
}

// changeLook keeps a language or colours, and shows the page again.
func (s *server) changeLook(v *Visit) error {
	var chosen staff.Look
	if lang := v.R.FormValue("lang"); slices.Contains(locales.Languages, lang) {
		s.keep(v, langCookie, lang)
		chosen.Lang = lang
	}
	if theme := v.R.FormValue("theme"); theme == "light" || theme == "dark" || theme == "system" {
		s.keep(v, themeCookie, theme)
		chosen.Theme = theme
	}
	if v.By.ID != 0 {
		if err := s.Staff.SetLook(v.R.Context(), v.By.ID, chosen); err != nil {
			return err
		}
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
