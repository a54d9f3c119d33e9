package release_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/release"
)

// text is a few lines of a small alphabet, so that texts share some.
func text(t *rapid.T, name string) string {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "  d"}), 0, 12).Draw(t, name)
	end := rapid.SampledFrom([]string{"", "\n"}).Draw(t, name+" end")
	return strings.Join(lines, "\n") + end
}

// TestDiffTellsBothTexts: the lines of a difference, gaps filled in, are the one text
// before and the other after, and each has its number.
func TestDiffTellsBothTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		was, is := text(t, "was"), text(t, "is")
		diff := release.Diff(map[string][]byte{"f": []byte(was)}, map[string][]byte{"f": []byte(is)})
		if was == is {
			if diff != nil {
				t.Fatalf("the same text differs: %+v", diff)
			}
			return
		}
		before, after := lines(was), lines(is)
		more, less := 0, 0
		for _, l := range diff[0].Lines {
			if l.Gap {
				continue
			}
			if l.Was > 0 && before[l.Was-1] != l.Text || l.Is > 0 && after[l.Is-1] != l.Text {
				t.Fatalf("%+v is no line of %q and %q", l, was, is)
			}
			switch {
			case l.Was == 0 && l.Is == 0:
				t.Fatalf("%+v is nowhere", l)
			case l.Was == 0:
				more++
			case l.Is == 0:
				less++
			}
		}
		if more != diff[0].More || less != diff[0].Less || len(after)-len(before) != more-less {
			t.Fatalf("+%d −%d of %q and %q: %+v", more, less, was, is, diff)
		}
	})
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func TestDiffOfFiles(t *testing.T) {
	t.Parallel()
	before := map[string][]byte{"same": []byte("x\n"), "gone": []byte("1\n2\n"), "picture": {0xff, 0xd8}}
	after := map[string][]byte{"same": []byte("x\n"), "new": []byte("1\n"), "picture": {0xff, 0xd9}}
	want := []release.FileDiff{
		{Path: "gone", Kind: release.Removed, Less: 2, Lines: []release.Line{{Was: 1, Text: "1"}, {Was: 2, Text: "2"}}},
		{Path: "new", Kind: release.Added, More: 1, Lines: []release.Line{{Is: 1, Text: "1"}}},
		{Path: "picture", Kind: release.Changed, Binary: true},
	}
	if diff := cmp.Diff(want, release.Diff(before, after)); diff != "" {
		t.Error(diff)
	}
}

// TestLongDiffIsCut: all lines are counted, and no more are told than somebody reads.
func TestLongDiffIsCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("store\n", release.MaxLines+5)
	d := release.Diff(nil, map[string][]byte{"partners.yaml": []byte(long)})[0]
	if last := len(d.Lines) - 1; d.More != release.MaxLines+5 || last != release.MaxLines || !d.Lines[last].Gap {
		t.Errorf("+%d, %d lines", d.More, len(d.Lines))
	}
}

// TestMerge: who changed nothing gets the other's text, the order does not matter, and
// what both changed is for a person.
func TestMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := text(t, "base"), text(t, "mine"), text(t, "theirs")
		if got, ok := release.Merge(base, mine, base); !ok || got != mine {
			t.Fatalf("nobody else changed anything: %q, %v", got, ok)
		}
		one, ok := release.Merge(base, mine, theirs)
		other, too := release.Merge(base, theirs, mine)
		if ok != too || one != other {
			t.Fatalf("%q (%v) in one order, %q (%v) in the other", one, ok, other, too)
		}
		if mine == theirs && (!ok || one != mine) {
			t.Fatalf("both wrote %q, merged is %q, %v", mine, one, ok)
		}
	})
	const base = "a\nb\nc\nd\ne\n"
	if got, ok := release.Merge(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n"); !ok || got != "A\nb\nc\nd\nE\n" {
		t.Errorf("merged is %q, %v", got, ok)
	}
	if got, ok := release.Merge(base, "a\nB\nc\nd\ne\n", "a\nbb\nc\nd\ne\n"); ok {
		t.Errorf("a conflict is merged to %q", got)
	}
}
