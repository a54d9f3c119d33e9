package cloudapi

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Template is a template of the account. Only one that is APPROVED goes; PAUSED and
// DISABLED are what complaints make of it.
type Template struct {
	Name, Lang string
	Status     string
	Category   string // UTILITY or MARKETING
	Body       string // with {{1}}, {{2}} and so on
}

// maxTemplate is the length of a template with its values.
const maxTemplate = 1024

var hole = regexp.MustCompile(`\{\{\d+\}\}`)

// Keep has the account have these templates and no others.
func (s *Server) Keep(all []Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.templates = slices.Clone(all)
}

// outTemplate is a template in a call to messages.
type outTemplate struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

// readTemplate fills in m what a person sees of a template. The lock is held.
func (s *Server) readTemplate(out outTemplate, m *Sent) *apiError {
	i := slices.IndexFunc(s.templates, func(t Template) bool { return t.Name == out.Name && t.Lang == out.Language.Code })
	if i < 0 {
		return badRequest(132001, "(#132001) Template name does not exist in the translation")
	}
	t := s.templates[i]
	if refused := t.stopped(); refused != nil {
		return refused
	}
	values, refused := out.values()
	if refused != nil {
		return refused
	}
	if len(values) != len(t.holes()) {
		return badRequest(132000, "(#132000) Number of parameters does not match the expected number of params")
	}
	m.Template, m.Text = t.Name, t.filled(values)
	if utf8.RuneCountInString(m.Text) > maxTemplate {
		return badRequest(132005, "(#132005) Translated text too long")
	}
	return nil
}

// stopped says why Meta does not let the template go.
func (t Template) stopped() *apiError {
	switch t.Status {
	case "APPROVED":
		return nil
	case "PAUSED":
		return badRequest(132015, "(#132015) Template is paused")
	case "DISABLED":
		return badRequest(132016, "(#132016) Template is disabled")
	}
	return badRequest(132001, "(#132001) Template name does not exist in the translation")
}

func (o outTemplate) values() (all []string, refused *apiError) {
	for _, c := range o.Components {
		if !strings.EqualFold(c.Type, "body") {
			return nil, badRequest(132012, "(#132012) Parameter format does not match format in the created template")
		}
		for _, p := range c.Parameters {
			switch {
			case p.Type != "text":
				return nil, badRequest(132012, "(#132012) Parameter format does not match format in the created template")
			case p.Text == "":
				return nil, badRequest(131008, "(#131008) Required parameter is missing")
			case strings.ContainsAny(p.Text, "\n\t"), strings.Contains(p.Text, "     "):
				return nil, badRequest(132018, "(#132018) Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
			}
			all = append(all, p.Text)
		}
	}
	return all, nil
}

// holes are the distinct places for values.
func (t Template) holes() []string {
	all := hole.FindAllString(t.Body, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func (t Template) filled(values []string) string {
	text := t.Body
	for i, v := range values {
		text = strings.ReplaceAll(text, "{{"+strconv.Itoa(i+1)+"}}", v)
	}
	return text
}

// perPage is how many templates are listed at once, however many are asked for, so that
// whoever reads the first page alone is found out.
const perPage = 2

// list answers a page of the account's templates.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	fault := s.takeFault("templates", "")
	if fault != nil && fault.before(w) {
		return
	}
	s.mu.Lock()
	rest := slices.Clone(s.templates)
	s.mu.Unlock()
	from, _ := strconv.Atoi(r.FormValue("after"))
	to := min(from+perPage, len(rest))
	page := map[string]any{"data": listed(rest[min(from, to):to])}
	if to < len(rest) {
		page["paging"] = map[string]any{"cursors": map[string]any{"after": strconv.Itoa(to)}, "next": "https://" + r.Host + r.URL.Path + "?after=" + strconv.Itoa(to)}
	}
	answer(w, http.StatusOK, page)
}

func listed(all []Template) []any {
	data := []any{}
	for _, t := range all {
		data = append(data, map[string]any{
			"name": t.Name, "language": t.Lang, "status": t.Status, "category": t.Category,
			"components": []any{map[string]any{"type": "BODY", "text": t.Body}},
		})
	}
	return data
}
