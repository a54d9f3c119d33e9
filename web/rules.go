package web

import (
	"net/http"
	"strings"

	"besedka/flows"
)

// showRules prints the rules and the other documents people agree to, word
// for word as the chat has them.
func (s *server) showRules(w http.ResponseWriter, r *http.Request, v view) {
	s.render(w, r, http.StatusOK, rulesPage(v))
}

// otherDocuments are the kinds of consent that the rules page shows below the
// rules.
var otherDocuments = []string{flows.PersonalData, flows.Advertising}

// short is enough of a hash to tell versions apart.
func short(hash string) string { return hash[:min(len(hash), 12)] }

// paragraphs parts a text at its empty lines.
func paragraphs(text string) []string {
	var parts []string
	for _, part := range strings.Split(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
