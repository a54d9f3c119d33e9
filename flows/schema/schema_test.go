package schema_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/programme"
	"besedka/flows/schema"
	"besedka/flows/templates"
)

// kindOf is the kind of a file of a programme, "" when it has no schema.
func kindOf(name string) string {
	dir, file := path.Split(name)
	switch {
	case dir == "" && strings.HasSuffix(file, ".yaml"):
		return strings.TrimSuffix(file, ".yaml")
	case strings.HasSuffix(file, ".test.yaml"):
		return "test"
	case dir == "flows/":
		return "flow"
	case strings.HasPrefix(dir, "locales/"):
		return "translation"
	case dir == "surveys/":
		return "survey"
	case dir == "campaigns/":
		return "campaign"
	}
	return ""
}

// TestShippedFilesAreValid validates every file of the shipped programme and of
// the templates by the schema of its kind and by the one of all.
func TestShippedFilesAreValid(t *testing.T) {
	t.Parallel()
	schemas, checked := compiled(t), 0
	for folder, files := range shipped(t) {
		for name, text := range files {
			kinds := []string{kindOf(name), "all"}
			if kinds[0] == "" {
				continue
			}
			checked++
			for _, s := range kinds {
				if err := schemas[s].Validate(read(t, string(text))); err != nil {
					t.Errorf("%s of %s by the schema of %s: %v", name, folder, s, err)
				}
			}
		}
	}
	if checked < 160 {
		t.Errorf("only %d files are checked", checked)
	}
}

func shipped(t *testing.T) map[string]map[string][]byte {
	t.Helper()
	folders := map[string]map[string][]byte{"programme": {}}
	err := fs.WalkDir(programme.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			folders["programme"][name], err = fs.ReadFile(programme.Files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range templates.Names {
		if folders[name], err = templates.Files(name); err != nil {
			t.Fatal(err)
		}
	}
	return folders
}

func compiled(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	found := map[string]*jsonschema.Schema{}
	for kind, s := range schema.Learn(actions.Vocabulary(), transcript.Mistakes) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(kind, doc); err != nil {
			t.Fatal(err)
		}
		if found[kind], err = c.Compile(kind); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// read reads YAML as an editor does.
func read(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(again))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestMistakesAreFound writes what the check of programmes refuses too.
func TestMistakesAreFound(t *testing.T) {
	t.Parallel()
	schemas := compiled(t)
	for _, tt := range []struct{ name, kind, text string }{
		{"unknown key of a step", "flow", "{flow: a, steps: {b: {sya: Привет}}}"},
		{"unknown key of a text", "flow", "{flow: a, steps: {b: {say: [{wen: x, text: y}]}}}"},
		{"no steps", "flow", "{flow: a}"},
		{"steps as a list", "flow", "{flow: a, steps: [{say: x}]}"},
		{"unknown type", "flow", "{flow: a, steps: {b: {ask: x, expect: dta}}}"},
		{"key of another type", "flow", "{flow: a, steps: {b: {ask: x, expect: {type: date, max: 3}}}}"},
		{"expect without a type", "flow", "{flow: a, steps: {b: {ask: x, expect: {max: 3}}}}"},
		{"a number in words", "flow", "{flow: a, steps: {b: {ask: x, expect: {type: text, max: three}}}}"},
		{"unknown call", "flow", "{flow: a, steps: {b: {call: receipt.sumbit}}}"},
		{"unknown event", "flow", "{flow: a, listen: [{event: receipt.lost, run: c}], steps: {b: {say: x}}}"},
		{"unknown consent", "programme", "{name: a, languages: [ru], zone: z, country: RU, fallback: f, stale: s, defaults: {retry: r}, consents: {personal: {title: t, text: x}}}"},
		{"unknown messenger", "programme", "{name: a, languages: [ru], zone: z, country: RU, fallback: f, stale: s, defaults: {retry: r}, channels: [telegrm], consents: {}}"},
		{"no languages", "programme", "{name: a, zone: z, country: RU, fallback: f, stale: s, defaults: {retry: r}, consents: {}}"},
		{"a field without a title", "profile", "{fields: {name: {type: name}}}"},
		{"a field of photos", "profile", "{fields: {face: {type: photo, title: t}}}"},
		{"a segment of two conditions", "segments", "{vip: [a, b]}"},
		{"unknown key of a test", "test", "[{test: a, script: [], stubs: {}}]"},
		{"unknown key of a line", "test", "[{test: a, script: [{usr: привет}]}]"},
		{"a test without a script", "test", "[{test: a}]"},
		{"unknown call of a stub", "test", "[{test: a, stub: {receipt.sumbit: taken}, script: []}]"},
		{"unknown call that is counted", "test", "[{test: a, script: [], then: {calls: {receipt.sumbit: 1}}}]"},
		{"unknown event of a line", "test", "[{test: a, script: [{event: receipt.lost}]}]"},
		{"a seed in words", "test", "[{test: a, given: {seed: seven}, script: []}]"},
		{"one test that is no list", "test", "{test: a, script: []}"},
		{"unknown key of a translated text", "translation", "{say.say: [{wen: x, text: y}]}"},
		{"a list of lists of buttons", "translation", "{say.buttons: {a: [b]}}"},
		{"unknown key of a product", "catalogue", "{products: {a: {name: b, brnd: c}}}"},
		{"a product without a name", "catalogue", "{products: {a: {brand: b}}}"},
		{"a category of several names", "catalogue", "{categories: {a: [b]}, products: {}}"},
		{"unknown key of a store", "partners", "{partners: {a: {name: b, stores: {c: {adress: d}}}}}"},
		{"a partner without stores", "partners", "{partners: {a: {name: b}}}"},
		{"unknown key of a prize", "prizes", "{prizes: {mug: {name: a, delivery: desk, prise: 300}}}"},
		{"a prize that nobody hands over", "prizes", "{prizes: {mug: {name: a, price: 300}}}"},
		{"a price in words", "prizes", "{prizes: {mug: {name: a, delivery: desk, price: much}}}"},
		{"unknown key of a tier", "tiers", "{by: balance, tiers: {a: {title: A}, b: {title: B, form: 300}}}"},
		{"a threshold in words", "tiers", "{by: balance, tiers: {a: {title: A}, b: {title: B, from: much}}}"},
		{"tiers by nothing", "tiers", "{tiers: {a: {title: A}, b: {title: B, from: 5}}}"},
		{"unknown event of a letter", "letters", "{letters: {points.givn: {sms: a}}}"},
		{"e-mail without a title", "letters", "{letters: {points.given: {email: {text: a}}}}"},
		{"unknown key of a template", "templates", "{templates: {a: {instead: lost/ask, category: utility, boddy: b}}}"},
		{"a template in place of nothing", "templates", "{templates: {a: {category: utility, body: b}}}"},
		{"a reward in words", "campaign", "{campaign: a, name: b, period: {from: 2026-01-01}, reward: {percent: five, ttl: P6M}}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range []string{tt.kind, "all"} {
				if schemas[kind].Validate(read(t, tt.text)) == nil {
					t.Errorf("the schema of %s takes %s", kind, tt.text)
				}
			}
		})
	}
}

// TestKeysAreTheReaders finds in the sources of the reader the keys that it
// asks for: the schema has them all, and none that the sources do not name.
func TestKeysAreTheReaders(t *testing.T) {
	t.Parallel()
	asked, named, told := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, files := range []string{"../*.go", "../../core/campaign/rules/budget.go", "../../core/campaign/rules/[c-d]*.go", "../../core/campaign/rules/experiment.go", "../../core/campaign/rules/[g-s]*.go", "../../core/product/catalogue/*.go", "../../core/partner/book/parse.go", "../../core/prize/showcase/*.go", "../../core/tier/ladder/*.go", "../../dialogs/transcript/*.go"} {
		names, err := filepath.Glob(files)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", files, err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				keysIn(t, name, asked, named)
			}
		}
	}
	for kind, s := range schema.Learn(actions.Vocabulary(), transcript.Mistakes) {
		if kind != "all" {
			keysOf(s, told)
		}
	}
	for key := range asked {
		if !told[key] {
			t.Errorf("the reader asks for %q, and the schema has no such key", key)
		}
	}
	for key := range told {
		if !named[key] {
			t.Errorf("the schema has the key %q, and the reader does not name it", key)
		}
	}
}

// reads are the ways to read a key of an Object.
var reads = []string{"Node", "Text", "Bool", "Int", "Decimal", "Texts", "List", "Map", "Object", "Has", "Require"}

// keysIn adds the texts of a source file to named, and those that are read as
// keys to asked.
func keysIn(t *testing.T, file string, asked, named map[string]bool) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if key, ok := literal(n); ok {
			named[key] = true
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if method, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(reads, method.Sel.Name) {
			for _, arg := range call.Args {
				if key, ok := literal(arg); ok {
					asked[key] = true
				}
			}
		}
		return true
	})
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func keysOf(s *schema.Schema, keys map[string]bool) {
	if s == nil {
		return
	}
	for key, value := range s.Properties {
		keys[key] = true
		keysOf(value, keys)
	}
	if others, ok := s.Others.(*schema.Schema); ok {
		keysOf(others, keys)
	}
	keysOf(s.Items, keys)
	for _, part := range s.AnyOf {
		keysOf(part, keys)
	}
}

// TestTypesAreTheReaders wants every type of answers in the schema.
func TestTypesAreTheReaders(t *testing.T) {
	t.Parallel()
	flow := schema.Learn(actions.Vocabulary(), transcript.Mistakes)["flow"]
	step, ok := flow.Properties["steps"].Others.(*schema.Schema)
	if !ok {
		t.Fatal("there is no schema of a step")
	}
	told := step.Properties["expect"].AnyOf[1].Properties["type"].Enum
	var want []string
	for name := range flows.Reasons {
		want = append(want, string(name))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("types of answers (-), the schema's (+):\n%s", diff)
	}
}
