package graph

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/expr"
	"besedka/flows"
)

const aFlow = `flow: hello
start: { words: [/start], any: true }
listen:
  - { words: [потом], go: bye }
  - { words: [зачем], run: lost }
steps:
  agree:
    skip: consent.personal_data
    ask: "Согласны? {link.consent}"
    consent: personal_data
    buttons: { agree: "Да, \"#1\"", refuse: "Нет <3" }
    go: { agree: name, refuse: { run: lost, go: bye } }
  name:
    ask: "Как вас зовут?"
    expect: { type: name, max: 40 }
    else: { too_long: { go: bye } }
    go: dice
    retry: ["Буквами."]
    then: agree
    expire: { after: 7d, end: true }
    save: name
  dice:
    split: { a: 30, b: 70 }
    go: { a: bye, b: name }
  bye: { say: "Пока.", end: true }
`

// loadFlow puts a flow into a programme that is otherwise as small as may be.
func loadFlow(t *testing.T, text string) *flows.Flow {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"programme.yaml":   "name: Т\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\ndefaults: { retry: Нет. }\nconsents:\n  personal_data: { title: С, text: Т }\n",
		"profile.yaml":     "fields:\n  name: { type: name, sealed: true, consent: personal_data, title: Имя }\n",
		"segments.yaml":    "all: known(profile.name)\n",
		"flows/lost.yaml":  "flow: lost\nsteps:\n  say: { say: Нет., end: true }\n",
		"flows/hello.yaml": text,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p, problems := flows.Load(files, flows.Vocabulary{Facts: map[string]expr.Kind{"today": expr.Date}})
	for _, problem := range problems {
		t.Error(problem)
	}
	if p == nil {
		t.FailNow()
	}
	return p.Flows["hello"]
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	got := Mermaid([]Graph{Of(loadFlow(t, aFlow), "ru")})
	want := `flowchart TD
  subgraph f0["hello"]
    f0n0(["<b>start</b>"])
    f0n1>"<b>listen</b><br/>зачем → lost"]
    f0n2{{"<b>agree</b><br/>ask · consent personal_data"}}
    f0n3{{"<b>name</b><br/>ask · save name"}}
    f0n4((" "))
    f0n5["<b>dice</b><br/>split"]
    f0n6(["<b>bye</b><br/>say · end"])
    f0n0 -->|"/start<br/>any"| f0n2
    f0n1 -->|"потом"| f0n6
    f0n2 -->|"skip<br/>[Да, #quot;#35;1#quot;]"| f0n3
    f0n2 -->|"[Нет #lt;3] → lost"| f0n6
    f0n3 -->|"answer"| f0n5
    f0n3 -->|"else too_long"| f0n6
    f0n3 -->|"expire"| f0n4
    f0n3 -->|"retry, then"| f0n2
    f0n5 -->|"a 30 %"| f0n6
    f0n5 -->|"b 70 %"| f0n3
  end
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// TestSVG reads the picture back: it is XML and shows every text.
func TestSVG(t *testing.T) {
	t.Parallel()
	picture := SVG([]Graph{Of(loadFlow(t, aFlow), "ru")})
	var shown strings.Builder
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			shown.Write(text)
		}
	}
	for _, want := range []string{"hello", "agree", "ask · consent personal_data", `[Да, "#1"]`, "[Нет <3] → lost", "retry, then", "потом", "зачем → lost", "prefers-color-scheme: dark"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the picture does not show %q", want)
		}
	}
}

// TestNothingOverlaps lays out any graph: cells keep apart and inside the
// picture, and lines of the graph lead down.
func TestNothingOverlaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := lay(anyGraph(t))
		for _, layer := range l.layers {
			for place, i := range layer {
				c := l.cells[i]
				if c.x-c.w/2 < 0 || c.x+c.w/2 > l.width || c.y-c.h/2 < 0 || c.y+c.h/2 > l.height {
					t.Fatalf("cell %d %+v is outside of %d x %d", i, c, l.width, l.height)
				}
				if place > 0 {
					left := l.cells[layer[place-1]]
					if c.x-c.w/2 < left.x+left.w/2 {
						t.Fatalf("cells overlap: %+v %+v", left, c)
					}
				}
			}
		}
		for i, r := range l.routes {
			for j := 1; j < len(r.cells); j++ {
				if l.cells[r.cells[j]].y <= l.cells[r.cells[j-1]].y {
					t.Fatalf("edge %d does not lead down", i)
				}
			}
		}
	})
}

func anyGraph(t *rapid.T) Graph {
	g := Graph{Name: "any"}
	for range rapid.IntRange(1, 12).Draw(t, "nodes") {
		g.Nodes = append(g.Nodes, Node{Kind: Ask, Title: rapid.StringN(1, 20, 60).Draw(t, "title"), Detail: rapid.String().Draw(t, "detail")})
	}
	place := rapid.IntRange(0, len(g.Nodes)-1)
	seen := map[[2]int]bool{}
	for range rapid.IntRange(0, 30).Draw(t, "edges") {
		e := Edge{From: place.Draw(t, "from"), To: place.Draw(t, "to"), Labels: rapid.SliceOfN(rapid.StringN(0, 30, 90), 0, 4).Draw(t, "labels")}
		if !seen[[2]int{e.From, e.To}] {
			g.Edges, seen[[2]int{e.From, e.To}] = append(g.Edges, e), true
		}
	}
	return g
}
