package graph

import (
	"strings"
	"testing"
)

// TestHeard: what is heard at a step or leads back is in the picture, and so is the
// button that skips a question; a step that somebody goes to by a word has an arrow.
func TestHeard(t *testing.T) {
	t.Parallel()
	got := Mermaid([]Graph{Of(loadFlow(t, `flow: hello
start: { any: true }
defaults: { back: [назад] }
steps:
  one: { ask: "Раз?", expect: text, skippable: "Мимо", go: { answer: two, skip: bye }, listen: [{ words: [ой], run: lost, then: restart }, { words: [всё], go: bye }] }
  two: { ask: "Два?", expect: { type: int }, skippable: "Мимо", back: [обратно] }
  bye: { say: "Пока.", end: true }
`), "ru")})
	for _, want := range []string{
		"<b>listen</b><br/>назад → back", "ask · ой → lost, restart", "ask · обратно → back",
		`f0n2 -->|"answer"| f0n3`, `f0n2 -->|"[Мимо]<br/>всё"| f0n4`, `f0n3 -->|"[Мимо]<br/>answer"| f0n4`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
}
