package author

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"besedka/flows"
	"besedka/web"
)

// showPage is the one page. Everything on it comes by requests afterwards.
func (s *server) showPage(w http.ResponseWriter, r *http.Request) {
	if len(s.assets) == 0 {
		http.Error(w, "The pages are not built: run make web, then start again.", http.StatusServiceUnavailable)
		return
	}
	go s.Shapes() // whoever opens the page writes soon: the first proposals would come late
	v, nonce := s.view(r), rand.Text()
	w.Header().Set("Content-Security-Policy", contentSecurity(nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := page(v, s.assets, nonce, s.title(r.Context(), v), s.Vocabulary).Render(r.Context(), w); err != nil {
		s.Log.WarnContext(r.Context(), "the author's page is not shown", "err", err)
	}
}

// title is the programme's name, once there has been one without mistakes.
func (s *server) title(ctx context.Context, v view) string {
	if v.Reader.Title != "" {
		return v.Reader.Title
	}
	good, err := s.playable(ctx)
	if err != nil || good.programme == nil {
		return v.T("title")
	}
	if name := good.programme.Name[v.Lang]; name != "" {
		return name
	}
	return good.programme.Name[good.programme.Base()]
}

// words are the texts that the scripts of the page say by themselves.
func (v view) scriptWords() map[string]string {
	words := map[string]string{}
	for _, key := range strings.Fields(`
		unsaved saved lost gone changed_outside name_flow name_survey name_test name_locale rename_to removed undo
		fix no_findings replayed ask_name recorded find replace next previous all match_case regexp by_word
		replace_one replace_all close go_line go no_step copied signed_out`) {
		words[key] = v.T("script." + key)
	}
	return words
}

// showMistake is the page about one kind of mistake, with samples.
func (s *server) showMistake(w http.ResponseWriter, r *http.Request) {
	v := s.view(r)
	mistake, known := flows.MistakeOf(r.PathValue("code"))
	text, err := web.Mistake(mistake.Code)
	if !known || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := mistakePage(v, s.assets, mistake, blocks(text)).Render(r.Context(), w); err != nil {
		s.Log.WarnContext(r.Context(), "page about a mistake is not shown", "err", err)
	}
}

// block is a part of a page about a mistake: words, or a sample.
type block struct {
	Sample bool
	Bad    bool
	Text   string
}

// blocks parts the Markdown of a page, which has a heading, paragraphs and
// fenced samples, and nothing else.
func blocks(text string) []block {
	var list []block
	for i, part := range strings.Split("\n"+text, "\n```") {
		if i%2 == 1 {
			kind, sample, _ := strings.Cut(part, "\n")
			list = append(list, block{Sample: true, Bad: strings.HasSuffix(kind, "bad") || kind == "text", Text: sample})
			continue
		}
		for paragraph := range strings.SplitSeq(part, "\n\n") {
			if p := strings.TrimSpace(paragraph); p != "" && !strings.HasPrefix(p, "#") {
				list = append(list, block{Text: p})
			}
		}
	}
	return list
}

// eventNames are the events that may happen to a shopper, sorted.
func eventNames(v flows.Vocabulary) []string { return sortedKeys(v.Events) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// first is the first mistake of scripts, which keeps the folder from being
// played.
func first(found []finding) finding {
	if len(found) == 0 {
		return finding{}
	}
	return found[0]
}

// keyWord names the text about a key.
func keyWord(key string) string {
	return strings.NewReplacer(" ", "_", "?", "help", ".", "period").Replace(strings.ToLower(key))
}
