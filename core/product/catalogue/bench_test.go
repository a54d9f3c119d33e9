package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"besedka/core/product/catalogue"
)

// BenchmarkMatch matches a line by catalogues of several sizes: of a brand, of a
// chain, and of the most that one may hold. The line has a word of every kind and
// no brand, which is the longest way.
func BenchmarkMatch(b *testing.B) {
	for _, brands := range []int{5, 50, catalogue.MaxBrands} {
		var text, products strings.Builder
		text.WriteString("brands:\n")
		products.WriteString("products:\n")
		for i := range brands {
			name := strings.NewReplacer("0", "ба", "1", "ве", "2", "ги", "3", "ду", "4", "жо", "5", "зы", "6", "ку", "7", "ле", "8", "ми", "9", "но").Replace(fmt.Sprintf("%04d", i*37%10000))
			fmt.Fprintf(&text, "  %s: [%sский, z%d]\n", name, name, i)
			for j := range 4 {
				fmt.Fprintf(&products, "  p%d_%d: {name: x, brand: %s, kind: [молоко, мол], pack: %d мл}\n", i, j, name, 100*(j+1))
			}
		}
		c, problems := catalogue.Parse("catalogue.yaml", []byte(text.String()+products.String()))
		if c == nil {
			b.Fatal(problems[0])
		}
		b.Run(fmt.Sprintf("products=%d", 4*brands), func(b *testing.B) {
			for b.Loop() {
				c.Match(catalogue.Line{Name: "*3606533 Молоко Вологодское отборное паст.3,4-4,5% 930мл БЗМЖ"}, nil)
			}
		})
	}
}
