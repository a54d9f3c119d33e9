package transcript

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"besedka/core/expr"
)

// Transcript is the talk so far as a test that passes: what happened, and
// which texts, buttons and answers followed.
func (t *Talk) Transcript(name string) string {
	var b strings.Builder
	given := t.player.test
	fmt.Fprintf(&b, "- test: %s\n  given: { %s }\n", strconv.Quote(name), given.setting())
	if stubs := t.stubs(); stubs != "" {
		fmt.Fprintf(&b, "  stub: { %s }\n", stubs)
	}
	if len(t.script) == 0 {
		return b.String() + "  script: []\n"
	}
	b.WriteString("  script:\n")
	for _, l := range t.script {
		fmt.Fprintf(&b, "    - { %s }\n", l)
	}
	return b.String()
}

func (t test) setting() string {
	s := fmt.Sprintf("now: %s, channel: %s, lang: %s, seed: %d", strconv.Quote(t.now.Format(time.RFC3339)), scalar(string(t.channel)), scalar(t.lang), t.seed)
	if t.segments != nil {
		s += ", segments: " + listed(t.segments)
	}
	if len(t.facts) > 0 {
		s += ", facts: { " + valued(t.facts) + " }"
	}
	return s
}

// stubs are the answers of the setting and those given by hand.
func (t *Talk) stubs() string {
	var list []string
	for _, stubs := range []map[string][]stub{t.player.test.stubs, t.asked} {
		for _, name := range names(stubs) {
			var answers []string
			for _, s := range stubs[name] {
				answers = append(answers, s.written())
			}
			list = append(list, name+": ["+strings.Join(answers, ", ")+"]")
		}
	}
	return strings.Join(list, ", ")
}

func (s stub) written() string {
	if len(s.values) == 0 {
		return scalar(s.outcome)
	}
	return "{ " + scalar(s.outcome) + ": { " + valued(s.values) + " } }"
}

// happened is a line with what followed it.
func (p *player) happened(fields string) string {
	s := fields + ", bot: " + listed(p.slots())
	if titles := p.titles(); len(titles) > 0 {
		s += ", buttons: " + listed(titles)
	}
	if files := p.pictures(); len(files) > 0 {
		s += ", media: " + listed(files)
	}
	if p.edits() {
		s += ", edit: true"
	}
	if len(p.saved) > 0 {
		var saved []string
		for _, name := range names(p.saved) {
			saved = append(saved, scalar(name)+": "+strconv.Quote(p.saved[name]))
		}
		s += ", save: { " + strings.Join(saved, ", ") + " }"
	}
	return s + ", at: " + scalar(p.place())
}

func listed(texts []string) string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = scalar(text)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func valued(values map[string]expr.Value) string {
	var list []string
	for _, name := range names(values) {
		list = append(list, scalar(name)+": "+value(values[name]))
	}
	return strings.Join(list, ", ")
}

// value is written as the reader of transcripts reads it: amounts in rubles
// and whole points.
func value(v expr.Value) string {
	if v.Kind() == expr.Money || v.Kind() == expr.Points {
		return new(big.Rat).Quo(v.Rat(), hundred).FloatString(2)
	}
	return scalar(v.String())
}

// plain needs no quotes, wherever it stands.
var plain = regexp.MustCompile(`^(-?\d[\d.]*|[\pL\d][\pL\d_./-]*)$`)

// scalar is a text as YAML.
func scalar(s string) string {
	if plain.MatchString(s) && !strings.EqualFold(s, "null") {
		return s
	}
	return strconv.Quote(s)
}
