package visitor_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"pgregory.net/rapid"

	"besedka/core/seal"
	"besedka/core/visitor"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	secret = []byte("0123456789abcdef0123456789abcdef")
)

func service(t testing.TB, db *storage.DB) (*visitor.Service, *time.Time) {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	return &visitor.Service{DB: db, Keys: keys, Secret: secret, Now: func() time.Time { return now }}, &now
}

func sign(t testing.TB, method jwt.SigningMethod, key any, change func(c jwt.MapClaims)) string {
	t.Helper()
	c := jwt.MapClaims{"sub": "42", "phone": "+79990000001", "jti": "0123456789abcdef", "exp": noon.Add(5 * time.Minute).Unix()}
	if change != nil {
		change(c)
	}
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestEnter(t *testing.T) {
	t.Parallel()
	s, now := service(t, storagetest.DB(t))
	session, err := s.Enter(t.Context(), sign(t, jwt.SigningMethodHS256, secret, nil), "browser", "")
	if err != nil {
		t.Fatal(err)
	}
	want := visitor.Visitor{Peer: "site:42", Phone: "+79990000001"}
	if v, ok := s.Recognise(session); !ok || v != want {
		t.Errorf("the session is of %+v, %v", v, ok)
	}
	*now = noon.Add(visitor.Stay - time.Second)
	if _, ok := s.Recognise(session); !ok {
		t.Error("the session ended too soon")
	}
	*now = noon.Add(visitor.Stay)
	if _, ok := s.Recognise(session); ok {
		t.Error("the session outlives its time")
	}
	phone, err := s.Enter(t.Context(), sign(t, jwt.SigningMethodHS256, secret, func(c jwt.MapClaims) {
		delete(c, "sub")
		c["phone"], c["jti"], c["exp"] = "8 999 000-00-02", "only a phone and no id", now.Add(time.Minute).Unix()
	}), "browser", "")
	if v, _ := s.Recognise(phone); err != nil || v != (visitor.Visitor{Peer: "phone:+79990000002", Phone: "+79990000002"}) {
		t.Errorf("by phone: %+v, %v", v, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s, _ := service(t, storagetest.DB(t))
	hs := func(change func(c jwt.MapClaims)) string { return sign(t, jwt.SigningMethodHS256, secret, change) }
	at := func(d time.Duration) func(jwt.MapClaims) {
		return func(c jwt.MapClaims) { c["exp"] = noon.Add(d).Unix() }
	}
	for name, tt := range map[string]struct {
		token string
		want  error
	}{
		"another secret":   {sign(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), nil), visitor.ErrForged},
		"no signature":     {sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil), visitor.ErrForged},
		"another method":   {sign(t, jwt.SigningMethodHS512, secret, nil), visitor.ErrForged},
		"no token":         {"nonsense", visitor.ErrForged},
		"endless":          {strings.Repeat("a.", 10_000), visitor.ErrForged},
		"out of date":      {hs(at(-2 * time.Minute)), visitor.ErrExpired},
		"for a day":        {hs(at(24 * time.Hour)), visitor.ErrExpired},
		"for ever":         {hs(func(c jwt.MapClaims) { delete(c, "exp") }), visitor.ErrExpired},
		"before its time":  {hs(func(c jwt.MapClaims) { c["nbf"] = noon.Add(time.Hour).Unix() }), visitor.ErrExpired},
		"nobody":           {hs(func(c jwt.MapClaims) { delete(c, "sub"); delete(c, "phone") }), visitor.ErrUnfit},
		"no phone at all":  {hs(func(c jwt.MapClaims) { c["phone"] = "call me" }), visitor.ErrUnfit},
		"a very long name": {hs(func(c jwt.MapClaims) { c["sub"] = strings.Repeat("я", 129) }), visitor.ErrUnfit},
		"no nonce":         {hs(func(c jwt.MapClaims) { delete(c, "jti") }), visitor.ErrUnfit},
		"a short nonce":    {hs(func(c jwt.MapClaims) { c["jti"] = "1" }), visitor.ErrUnfit},
	} {
		_, err := s.Enter(t.Context(), tt.token, "browser", "")
		if !errors.Is(err, tt.want) || strings.Contains(err.Error(), tt.token) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := s.Enter(t.Context(), hs(at(-30*time.Second)), "browser", ""); err != nil {
		t.Errorf("a clock half a minute slow: %v", err)
	}
}

// TestOnce: of many browsers that come with one token at once, one enters, and may
// come again; when the token is out of date nothing is left of it.
func TestOnce(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	s, now := service(t, db)
	token := sign(t, jwt.SigningMethodHS256, secret, nil)
	var in atomic.Int64
	var winner atomic.Value
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			attempt := string(rune('a' + i))
			switch _, err := s.Enter(t.Context(), token, attempt, ""); {
			case err == nil:
				in.Add(1)
				winner.Store(attempt)
			case !errors.Is(err, visitor.ErrUsed):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Fatalf("%d browsers entered", in.Load())
	}
	if _, err := s.Enter(t.Context(), token, winner.Load().(string), ""); err != nil {
		t.Errorf("the one who had entered repeats: %v", err)
	}
	left := func() (n int64) {
		if _, _, err := s.ForgetStep(t.Context(), *now); err != nil {
			t.Fatal(err)
		}
		n, err := storage.Value[int64](t.Context(), db, "select count(*) from visitor_nonce")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if left() != 1 {
		t.Error("a nonce was forgotten while its token is good")
	}
	*now = noon.Add(visitor.MaxLife + 2*time.Minute)
	if left() != 0 {
		t.Error("a nonce outlives its token")
	}
}

// TestKeptPage: a page from the browser's memory goes on with the session that there
// is, when it is of the same person.
func TestKeptPage(t *testing.T) {
	t.Parallel()
	s, now := service(t, storagetest.DB(t))
	token := sign(t, jwt.SigningMethodHS256, secret, nil)
	held, err := s.Enter(t.Context(), token, "one", "")
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Enter(t.Context(), sign(t, jwt.SigningMethodHS256, secret, func(c jwt.MapClaims) { c["sub"], c["jti"] = "43", "of somebody else" }), "one", held)
	if err != nil || other == held {
		t.Fatalf("another person goes on as the first: %v", err)
	}
	for _, later := range []time.Duration{0, time.Hour} { // used, and then out of date
		*now = noon.Add(later)
		if got, err := s.Enter(t.Context(), token, "two", held); err != nil || got != held {
			t.Errorf("after %v: %v", later, err)
		}
		for _, wrong := range []string{"", other, "nonsense"} {
			if _, err := s.Enter(t.Context(), token, "two", wrong); err == nil {
				t.Errorf("after %v the token of one lets in another", later)
			}
		}
	}
}

// TestSessionsAreOurs: nothing but what we sealed is a session.
func TestSessionsAreOurs(t *testing.T) {
	t.Parallel()
	s, _ := service(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		if v, ok := s.Recognise(base64.RawURLEncoding.EncodeToString(bytes)); ok {
			t.Fatalf("recognised as %+v", v)
		}
		if v, ok := s.Recognise(string(bytes)); ok {
			t.Fatalf("recognised as %+v", v)
		}
	})
}

// TestAnotherSecret: sessions of a secret that has leaked end with it.
func TestAnotherSecret(t *testing.T) {
	t.Parallel()
	s, _ := service(t, storagetest.DB(t))
	session, err := s.Enter(t.Context(), sign(t, jwt.SigningMethodHS256, secret, nil), "browser", "")
	if err != nil {
		t.Fatal(err)
	}
	s.Secret = []byte(strings.Repeat("x", visitor.MinSecret))
	if v, ok := s.Recognise(session); ok {
		t.Errorf("the new secret vouches for %+v", v)
	}
	s.Secret = secret
	if _, ok := s.Recognise(session); !ok {
		t.Error("the secret of before does not")
	}
}

// TestInside: who was let in from inside a messenger is for a day, and is no visitor of
// a site; nor is a visitor let in there.
func TestInside(t *testing.T) {
	t.Parallel()
	s, now := service(t, storagetest.DB(t))
	session, err := s.Admit("peer")
	if err != nil {
		t.Fatal(err)
	}
	visits, err := s.Enter(t.Context(), sign(t, jwt.SigningMethodHS256, secret, nil), "browser", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		session string
		after   time.Duration
		want    string
	}{{session, visitor.Inside - time.Second, "peer"}, {session, visitor.Inside, ""}, {visits, 0, ""}, {"peer", 0, ""}} {
		*now = noon.Add(tt.after)
		if peer, ok := s.Admitted(tt.session); peer != tt.want || ok != (tt.want != "") {
			t.Errorf("%.8s after %v: %q, %v", tt.session, tt.after, peer, ok)
		}
	}
	*now = noon
	if _, ok := s.Recognise(session); ok {
		t.Error("a site vouches for whom a messenger does")
	}
}
