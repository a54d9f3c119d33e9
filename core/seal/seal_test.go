package seal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"besedka/core/seal"
)

func keyring(t testing.TB, fill byte) *seal.Keyring {
	t.Helper()
	k, err := seal.New(bytes.Repeat([]byte{fill}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestOpenReturnsWhatWasSealed(t *testing.T) {
	t.Parallel()
	k := keyring(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		made, wrapped := k.NewKey()
		stored, err := k.Unwrap(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stored.Open("inbox", made.Seal("inbox", plain))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("Open(Seal(%x)) = %x, %v", plain, got, err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	k := keyring(t, 1)
	mine, wrapped := k.NewKey()
	other, _ := k.NewKey()
	sealed := mine.Seal("phone", []byte("+79990001122"))
	damaged := bytes.Clone(sealed)
	damaged[len(damaged)/2] ^= 1
	tests := []struct {
		name   string
		key    seal.Key
		kind   string
		sealed []byte
	}{
		{"another subject's key", other, "phone", sealed},
		{"another column", mine, "name", sealed},
		{"a flipped bit", mine, "phone", damaged},
		{"a truncated value", mine, "phone", sealed[:5]},
		{"nothing", mine, "phone", nil},
	}
	for _, tt := range tests {
		if _, err := tt.key.Open(tt.kind, tt.sealed); !errors.Is(err, seal.ErrWrongKey) {
			t.Errorf("%s: err = %v, want ErrWrongKey", tt.name, err)
		}
	}
	if _, err := keyring(t, 2).Unwrap(wrapped); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("unwrap under another master: err = %v, want ErrWrongKey", err)
	}
	if _, err := k.Unwrap(nil); !errors.Is(err, seal.ErrErased) {
		t.Errorf("unwrap a destroyed key: err = %v, want ErrErased", err)
	}
}

func TestIndexTellsKindsValuesAndMastersApart(t *testing.T) {
	t.Parallel()
	k := keyring(t, 1)
	base := k.Index("peer/telegram", "42")
	if !bytes.Equal(base, keyring(t, 1).Index("peer/telegram", "42")) {
		t.Error("the same value has two indexes under one master")
	}
	for name, other := range map[string][]byte{
		"value":    k.Index("peer/telegram", "43"),
		"kind":     k.Index("peer/webchat", "42"),
		"boundary": k.Index("peer/telegram4", "2"),
		"master":   keyring(t, 2).Index("peer/telegram", "42"),
	} {
		if bytes.Equal(base, other) {
			t.Errorf("another %s has the same index", name)
		}
	}
}

func TestCreatingMakesOneKeyForAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	prints := make([]string, 8)
	var wg sync.WaitGroup
	for i := range prints {
		wg.Go(func() {
			k, err := seal.OpenOrCreateFile(path)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = k.Fingerprint()
		})
	}
	wg.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Errorf("fingerprints differ: %q", prints)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key file: %v, %v, want 0600", info, err)
	}
}

func TestOpenFileRefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "abcd", "not hex at all"} {
		path := filepath.Join(t.TempDir(), "master.key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenFile(path); err == nil {
			t.Errorf("OpenFile took %q for a key", text)
		}
	}
}

func TestErasuresSurviveALineCutShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := seal.ErasuresBeside(filepath.Join(dir, "master.key"))
	if all, err := list.All(); len(all) != 0 || err != nil {
		t.Errorf("a list that is not there yet: %x, %v", all, err)
	}
	if err := list.Add([][]byte{[]byte("one"), []byte("two")}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "erased.list")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-7], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := list.Add([][]byte{[]byte("three")}); err != nil {
		t.Fatal(err)
	}
	all, err := list.All()
	want := [][]byte{hash("one"), hash("three")}
	if !slices.EqualFunc(all, want, bytes.Equal) || err != nil {
		t.Errorf("All = %x, %v, want %x", all, err, want)
	}
}

func hash(text string) []byte {
	h := sha256.Sum256([]byte(text))
	return h[:]
}

func BenchmarkUnwrapSealOpen(b *testing.B) {
	k := keyring(b, 1)
	_, wrapped := k.NewKey()
	plain := make([]byte, 300)
	b.ReportAllocs()
	for b.Loop() {
		key, err := k.Unwrap(wrapped)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := key.Open("session", key.Seal("session", plain)); err != nil {
			b.Fatal(err)
		}
	}
}
