package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"besedka/core/chat"
	"besedka/storage"
)

// Limits of a search within a conversation. All that it looks at is opened in the process
// and forgotten.
const (
	MaxSought = 200    // characters of what is looked for
	FindRows  = 50     // that are found at once
	findLooks = 10_000 // that are looked at at once
	findPage  = 500    // that are opened at a time
)

// Hit is a message in which words were found.
type Hit struct {
	Entry
	Before, Match, After string // the first of the words, and what stands around it
}

// Place is where it stands in the history, see Around and History.
func (e Entry) Place() Cursor { return e.cursor }

// Find looks for words through what was said in a conversation before a cursor, newest
// first, either side's: texts, titles of buttons, names of files, codes of receipts. A
// message has all of the words, each as a part of one of its own; case, and ё or е, are the
// same. Next is where to go on, the zero value when all was looked through.
// storage.ErrNotFound is said at History.
func (s *Service) Find(ctx context.Context, conversation int64, sought string, before Cursor) (hits []Hit, next Cursor, err error) {
	words := strings.Fields(string(fold(sought)))
	if len(words) == 0 {
		return nil, next, nil
	}
	next = before
	for looked := 0; looked < findLooks; looked += findPage {
		var all []Entry
		if all, next, err = s.History(ctx, conversation, next, findPage); err != nil {
			return nil, next, fmt.Errorf("look for words: %w", err)
		}
		for _, e := range all {
			if h, ok := e.hit(words); ok {
				hits = append(hits, h)
			}
			if len(hits) == FindRows {
				return hits, e.cursor, nil
			}
		}
		if next == (Cursor{}) {
			break
		}
	}
	return hits, next, nil
}

// hit says whether all words are in what was said.
func (e Entry) hit(words []string) (h Hit, ok bool) {
	text := []rune(norm.NFC.String(e.searched()))
	folded := string(foldRunes(text))
	for _, w := range words {
		if !strings.Contains(folded, w) {
			return h, false
		}
	}
	from := len([]rune(folded[:strings.Index(folded, words[0])]))
	to := from + len([]rune(words[0]))
	return Hit{e, lastOf(text[:from]), string(text[from:to]), firstOf(text[to:])}, true
}

// around is how much of a message stands on either side of what was found, in characters.
const around = 60

func lastOf(text []rune) string {
	if len(text) <= around {
		return string(text)
	}
	return "…" + string(text[len(text)-around:])
}

func firstOf(text []rune) string {
	if len(text) <= around {
		return string(text)
	}
	return string(text[:around]) + "…"
}

// searched is all of a message that people may remember, a line each.
func (e Entry) searched() string {
	var lines []string
	if in := e.In; in != nil {
		lines = append(lines, in.Written())
		if in.File != nil {
			lines = append(lines, in.File.Name)
		}
		if in.Photo != nil {
			lines = append(lines, in.Photo.Codes...)
		}
	}
	if w := e.Wire; w != nil {
		lines = append(lines, w.Text)
		lines = append(lines, titles(w.Keyboard)...)
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

func titles(k *chat.Keyboard) (all []string) {
	if k == nil {
		return nil
	}
	for _, row := range k.Rows {
		for _, b := range row {
			all = append(all, b.Title)
		}
	}
	return all
}

func fold(text string) []rune { return foldRunes([]rune(norm.NFC.String(text))) }

// foldRunes keeps as many runes as there are: what is found in them stands there in the text.
func foldRunes(text []rune) []rune {
	folded := make([]rune, len(text))
	for i, r := range text {
		if folded[i] = unicode.ToLower(r); folded[i] == 'ё' {
			folded[i] = 'е'
		}
	}
	return folded
}

// Around reads what was said about a place in the history: up to rows messages from it on
// back and as many after it, oldest first. storage.ErrNotFound is said at History.
func (s *Service) Around(ctx context.Context, conversation int64, place Cursor, rows int) (all []Entry, err error) {
	fail := func(err error) ([]Entry, error) {
		return nil, fmt.Errorf("history of conversation %d about a place: %w", conversation, err)
	}
	_, key, err := s.Person(ctx, conversation)
	if err != nil {
		return fail(err)
	}
	found, err := storage.Collect[entryRow](ctx, s.db, qAround, conversation, place.At, place.Said, place.ID, rows)
	if err != nil {
		return fail(err)
	}
	for _, r := range found {
		e, err := r.entry(key)
		if err != nil {
			return fail(err)
		}
		all = append(all, e)
	}
	return all, nil
}
