package seal_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/seal"
)

// stored has the shapes of what is sealed as JSON.
type stored struct {
	Text  string            `json:"text"`
	Count int64             `json:"count,omitempty"`
	At    time.Time         `json:"at"`
	Inner *stored           `json:"inner,omitempty"`
	List  []string          `json:"list,omitempty"`
	Named map[string]string `json:"named,omitempty"`
	Bytes []byte            `json:"bytes,omitempty"`
}

func drawStored(t *rapid.T, depth int) *stored {
	s := &stored{
		Text: rapid.String().Draw(t, "text"), Count: rapid.Int64().Draw(t, "count"),
		At:    time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0).UTC(),
		List:  rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "list"),
		Named: rapid.MapOfN(rapid.String(), rapid.String(), 1, 3).Draw(t, "named"),
		Bytes: rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "bytes"),
	}
	if depth > 0 && rapid.Bool().Draw(t, "deeper") {
		s.Inner = drawStored(t, depth-1)
	}
	return s
}

// TestSealedJSONIsJSON: what is sealed must be read by others, and by us after
// the library is changed for another one.
func TestSealedJSONIsJSON(t *testing.T) {
	t.Parallel()
	key, _ := keyring(t, 1).NewKey()
	rapid.Check(t, func(t *rapid.T) {
		want := drawStored(t, 2)
		sealed, err := key.SealJSON("turn", want)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := key.Open("turn", sealed)
		if err != nil {
			t.Fatal(err)
		}
		var standard, ours stored
		if err := json.Unmarshal(plain, &standard); err != nil {
			t.Fatalf("the standard library does not read %q: %v", plain, err)
		}
		if plain, err = json.Marshal(want); err != nil {
			t.Fatal(err)
		}
		if err := key.OpenJSON("turn", key.Seal("turn", plain), &ours); err != nil {
			t.Fatalf("%q is not read: %v", plain, err)
		}
		if diff := cmp.Diff(want, &standard) + cmp.Diff(want, &ours); diff != "" {
			t.Fatalf("read back (-want +got):\n%s", diff)
		}
	})
}

func FuzzOpenJSON(f *testing.F) {
	f.Add([]byte(`{"text":"a","inner":{"list":["b"],"named":{"c":"d"}},"at":"2026-11-29T12:00:00Z"}`))
	f.Add([]byte(`{"text":"\ud800","count":1e400,"bytes":"="}`))
	key, _ := keyring(f, 1).NewKey()
	f.Fuzz(func(t *testing.T, plain []byte) {
		var ours, standard stored
		err := key.OpenJSON("turn", key.Seal("turn", plain), &ours)
		if json.Unmarshal(plain, &standard) != nil {
			return // whatever it makes of what is no JSON, it comes back
		}
		if err != nil {
			t.Fatalf("%q is not read: %v", plain, err)
		}
		if diff := cmp.Diff(standard, ours); diff != "" {
			t.Fatalf("%q is read otherwise (-standard +ours):\n%s", plain, diff)
		}
	})
}

// TestAlikeIsOpenJSON: whatever came before, each value is what it says itself, and one
// that cannot be read does not stand for the next.
func TestAlikeIsOpenJSON(t *testing.T) {
	t.Parallel()
	keys := keyring(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		var a seal.Alike[stored]
		words := rapid.SliceOfN(rapid.SampledFrom([]string{`{"text":"a"}`, `{"text":"b","list":["c"]}`, `{"list":["d"]}`, `{"text":`, `null`}), 1, 12).Draw(t, "words")
		for _, w := range words {
			key, _ := keys.NewKey()
			sealed := key.Seal("outbox", []byte(w))
			var want stored
			wrong := key.OpenJSON("outbox", sealed, &want)
			if got, err := a.Open(key, "outbox", sealed); !cmp.Equal(got, want) || (err == nil) != (wrong == nil) {
				t.Fatalf("%s is read as %+v, %v; want %+v, %v", w, got, err, want, wrong)
			}
		}
	})
}
