package author

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/text/language"

	"besedka/core/source"
	"besedka/locales"
)

// view is what is known of the reader of one answer.
type view struct {
	Lang   string
	Reader Reader
	Seat
	words *locales.Printer
}

// writer says who wrote a file last, and when; "" when nobody knows.
func (v view) writer(f File) string {
	if f.By == "" {
		return ""
	}
	return v.With("written", locales.Args{"name": locales.Text(f.By), "at": locales.Text(f.At.Format("02.01.2006 15:04"))})
}

// view takes the language of the reader or of the address, else the browser's, among ours.
func (s *server) view(r *http.Request) view {
	asked, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // nonsense is no wish
	if who := ReaderOf(r.Context()); who.Lang != "" {
		asked = []language.Tag{language.Make(who.Lang)}
	} else if lang := r.URL.Query().Get("lang"); lang != "" {
		asked = []language.Tag{language.Make(lang)}
	}
	ours := make([]language.Tag, len(locales.Languages))
	for i, lang := range locales.Languages {
		ours[i] = language.Make(lang)
	}
	_, i, _ := language.NewMatcher(ours).Match(asked...)
	lang := locales.Languages[i]
	return view{lang, ReaderOf(r.Context()), s.Seat, s.Words.Printer(lang)}
}

// T is a text of the page in the reader's language.
func (v view) T(key string) string { return v.words.Text("author."+key, nil) }

// With is T with values in it.
func (v view) With(key string, args locales.Args) string { return v.words.Text("author."+key, args) }

// count is T with a number n in it.
func (v view) count(key string, n int) string {
	return v.With(key, locales.Args{"n": locales.Count(int64(n))})
}

// named is T with a name in it.
func (v view) named(key, name string) string {
	return v.With(key, locales.Args{"name": locales.Text(name)})
}

// problem is a problem in one sentence, without its place when it was typed.
func (v view) problem(p *source.Problem) string {
	what, cure := p.What.In(v.Lang), p.Cure.In(v.Lang)
	return strings.TrimSuffix(what+"; "+cure, "; ")
}

// trouble tells an error to the author.
func (v view) trouble(err error) string {
	if p, ok := errors.AsType[*source.Problem](err); ok {
		return v.problem(p)
	}
	return err.Error()
}

// html renders a part of the page.
func html(ctx context.Context, part templ.Component) (string, error) {
	var b strings.Builder
	err := part.Render(ctx, &b)
	return b.String(), err
}

// refusal is an answer other than 200 that the page knows what to do with.
type refusal struct {
	status int
	Why    string `json:"why"`
	opened        // the file as it is, when it was changed meanwhile

	Findings []finding `json:"findings,omitempty"` // that it is refused for
}

func (r *refusal) Error() string { return r.Why }

func refused(status int, why string) error { return &refusal{status: status, Why: why} }

// answer makes a handler of what answers in JSON.
func (s *server) answer(serve func(*http.Request, view) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := s.view(r)
		body, err := serve(r, v)
		status := http.StatusOK
		if err != nil {
			status, body = s.refuse(r, v, err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // who has left needs no answer
	}
}

func (s *server) refuse(r *http.Request, v view, err error) (int, *refusal) {
	if known, ok := errors.AsType[*refusal](err); ok {
		return known.status, known
	}
	if p, ok := errors.AsType[*source.Problem](err); ok {
		return http.StatusUnprocessableEntity, &refusal{Why: v.problem(p), Findings: v.findings([]*source.Problem{p})}
	}
	for _, known := range []struct {
		err    error
		status int
		key    string
	}{
		{errName, http.StatusUnprocessableEntity, "refused.name"},
		{ErrTaken, http.StatusConflict, "refused.taken"},
		{ErrChanged, http.StatusConflict, "refused.changed"},
		{ErrGone, http.StatusNotFound, "refused.gone"},
		{ErrClosed, http.StatusConflict, "refused.closed"},
		{errBody, http.StatusBadRequest, "refused.body"},
	} {
		if errors.Is(err, known.err) {
			return known.status, &refusal{Why: v.T(known.key)}
		}
	}
	if r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request of the author's page not served", "path", r.Pattern, "err", err)
	}
	if v.Home != "" { // what nobody foresaw is not for everybody who works there
		return http.StatusInternalServerError, &refusal{Why: v.T("refused.inside")}
	}
	return http.StatusInternalServerError, &refusal{Why: v.named("refused.error", err.Error())}
}

var errBody = errors.New("the body is not the JSON that is wanted")

// body reads the JSON of a request.
func body[T any](r *http.Request) (T, error) {
	var into T
	if err := json.NewDecoder(r.Body).Decode(&into); err != nil {
		return into, errors.Join(errBody, err)
	}
	return into, nil
}
