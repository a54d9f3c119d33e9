package chat

import (
	"regexp"
	"strings"
	"unicode"
)

// split cuts text into parts within the limit: between paragraphs, else
// lines, sentences, words, graphemes. A link stays whole unless it alone is
// longer than the limit. White space at a cut is dropped.
func split(text string, limit Limit) []string {
	var parts []string
	for rest := strings.TrimSpace(text); rest != ""; {
		n := cut(rest, limit)
		parts = append(parts, strings.TrimRightFunc(rest[:n], breakable))
		rest = strings.TrimLeftFunc(rest[n:], breakable)
	}
	return parts
}

// cut is where to cut text, in bytes: all of it when it fits. A coarser place
// is taken only in the second half, so that no part is a stub.
func cut(text string, limit Limit) int {
	if limit.fits(text) {
		return len(text)
	}
	most := prefix(text, limit)
	next := strings.TrimLeftFunc(text[most:], breakable)
	head := text[:len(text)-len(next)] // with the white space after it, which costs nothing
	for _, place := range []func(string) int{afterParagraph, afterLine, afterSentence} {
		if n := place(head); n > most/2 {
			return n
		}
	}
	if n := strings.LastIndexFunc(head, breakable); n > 0 {
		return n
	}
	return beforeLink(text, most)
}

func afterParagraph(head string) int { return strings.LastIndex(head, "\n\n") + len("\n\n") }

func afterLine(head string) int { return strings.LastIndexByte(head, '\n') + 1 }

var sentenceEnd = regexp.MustCompile(`[.!?…]["»)]*[ \n\t]`)

func afterSentence(head string) int {
	all := sentenceEnd.FindAllStringIndex(head, -1)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1][1]
}

var link = regexp.MustCompile(`https?://\S+`)

// beforeLink moves a cut out of the link it falls into, unless nothing would
// be left before it.
func beforeLink(text string, n int) int {
	for _, at := range link.FindAllStringIndex(text, -1) {
		if at[0] > 0 && at[0] < n && n < at[1] {
			return at[0]
		}
	}
	return n
}

// prefix is the length in bytes of the longest run of whole graphemes within
// the limit; of whole runes when the very first grapheme is too long, and one
// rune when even that is.
func prefix(text string, limit Limit) int {
	if n := take(text, limit, grapheme); n > 0 {
		return n
	}
	if n := take(text, limit, firstRune); n > 0 {
		return n
	}
	return firstRune(text)
}

func take(text string, limit Limit, next func(string) int) int {
	n, used := 0, 0
	for n < len(text) {
		w := next(text[n:])
		used += limit.size(text[n : n+w])
		if used > limit.Max {
			break
		}
		n += w
	}
	return n
}

// breakable says whether a line may be broken at r: white space, but not the
// no-break spaces inside «1 284,50 ₽».
func breakable(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }
