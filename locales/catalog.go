package locales

import (
	_ "embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Languages are those that every text of the program has, the first one for
// readers of unknown language.
var Languages = []string{"ru", "en"}

var (
	//go:embed ru.yaml
	ruYAML []byte
	//go:embed en.yaml
	enYAML []byte
)

// A Catalog holds the program's texts by language and dotted key.
type Catalog struct {
	printers map[string]*Printer
}

// Load parses the texts that are built in.
func Load() (*Catalog, error) {
	c := &Catalog{printers: map[string]*Printer{}}
	for lang, text := range map[string][]byte{"ru": ruYAML, "en": enYAML} {
		p := &Printer{lang: lang, texts: map[string]Template{}}
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			return nil, fmt.Errorf("read %s.yaml: %w", lang, err)
		}
		if err := p.add("", doc.Content[0]); err != nil {
			return nil, fmt.Errorf("read %s.yaml: %w", lang, err)
		}
		c.printers[lang] = p
	}
	return c, nil
}

// BuiltIn returns the texts, parsed once. A test holds that they can be.
var BuiltIn = sync.OnceValue(func() *Catalog {
	c, err := Load()
	if err != nil {
		panic(err)
	}
	return c
})

// Printer returns the texts of lang, Russian when there are none.
func (c *Catalog) Printer(lang string) *Printer {
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers["ru"]
}

// A Printer prints the program's texts in one language.
type Printer struct {
	lang  string
	texts map[string]Template
}

// add flattens nested keys: duplicate under chat is chat.duplicate.
func (p *Printer) add(prefix string, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: keys with texts expected", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := prefix+n.Content[i].Value, n.Content[i+1]
		if value.Kind != yaml.ScalarNode {
			if err := p.add(key+".", value); err != nil {
				return err
			}
			continue
		}
		t, err := ParseText(value.Value)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", value.Line, key, err)
		}
		if _, ok := p.texts[key]; ok || value.Value == "" {
			return fmt.Errorf("line %d: %s is empty or there twice", value.Line, key)
		}
		p.texts[key] = t
	}
	return nil
}

// Lang returns the language it prints.
func (p *Printer) Lang() string { return p.lang }

// Text prints the text of key; a key that does not exist prints as itself.
func (p *Printer) Text(key string, args Args) string {
	t, ok := p.texts[key]
	if !ok {
		return key
	}
	return t.Render(func(name string) (Arg, bool) {
		a, ok := args[name]
		return a, ok
	}, p.lang)
}

// Points prints an amount of bonuses with its word: 64,22 бонуса.
func (p *Printer) Points(minor int64) string {
	return p.Text("format.points", Args{"n": Points(minor)})
}

// Money prints an amount in rubles: 1 284,50 ₽.
func (p *Printer) Money(kopecks int64) string {
	return p.Text("format.money", Args{"sum": Money(kopecks)})
}
