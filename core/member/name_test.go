package member

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestNamesThatAreOne(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Алёна Сергеевна Ёлкина", "елкина алена сергеевна", "ЁЛКИНА  Алена, Сергеевна"},
		{"Алена Елкина", "Alena Elkina"},
		{"Юлия", "Yulia", "Julia", "Iuliia", "Юлия "},
		{"Сергей Андреев", "Sergey Andreev", "Андреев Sergei", "Серге\u0438\u0306 Андреев"},
		{"Михаил", "Mikhail"},
		{"Алексей", "Aleksey", "Alexei"},
		{"Наталья", "Natalya", "Natalia"},
		{"Анна-Мария", "анна мария"},
	} {
		for _, name := range same[1:] {
			if got, want := nameWords(name), nameWords(same[0]); !slices.Equal(got, want) {
				t.Errorf("%q is %q, and %q is %q", name, got, same[0], want)
			}
		}
	}
	for _, other := range [][2]string{{"Анна", "Инна"}, {"Анна Иванова", "Анна"}, {"Мария", "Марина"}, {"Ян", "Яна"}, {"Олег", "Ольга"}} {
		if slices.Equal(nameWords(other[0]), nameWords(other[1])) {
			t.Errorf("%q and %q are one name", other[0], other[1])
		}
	}
	if words := nameWords("", " — ", "12"); len(words) != 0 {
		t.Errorf("no name is %q", words)
	}
}

// TestNamesInAnyOrderAndCase: of whatever letters.
func TestNamesInAnyOrderAndCase(t *testing.T) {
	t.Parallel()
	word := rapid.StringOfN(rapid.RuneFrom([]rune("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАЁЙЯabcxyzkhjé")), 1, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 4).Draw(t, "words")
		turned := rapid.Permutation(words).Draw(t, "turned")
		upper := strings.Map(unicode.ToUpper, strings.Join(turned, " "))
		if got, want := nameWords(upper), nameWords(words...); !slices.Equal(got, want) {
			t.Fatalf("%q is %q, and %q is %q", upper, got, words, want)
		}
	})
}
