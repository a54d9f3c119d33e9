package contract_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/expr"
	"besedka/core/service/contract"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		public bool
		list   string
	}{
		{true, "8.8.8.8 77.88.55.242 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 198.20.0.1 2a02:6b8::2:242 2001:4860:4860::8888 ::ffff:8.8.8.8"},
		{false, "127.0.0.1 127.255.0.1 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 224.0.0.1 239.1.1.1 255.255.255.255 240.0.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.19.0.1 198.51.100.1 203.0.113.1"},
		{false, ":: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 fec0::1 ff02::1 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 100::1 ::ffff:0:7f00:1 3fff::1"},
	} {
		for _, a := range strings.Fields(tt.list) {
			if got := contract.Public(netip.MustParseAddr(a)); got != tt.public {
				t.Errorf("%s is public: %v", a, got)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		url  string
		want contract.Trouble
	}{
		{"https://api.example.org/v1/cards/{card}", ""},
		{"https://api.example.org:8443", ""},
		{"http://api.example.org", contract.Plain},
		{"ftp://api.example.org", contract.Unreadable},
		{"//api.example.org", contract.Unreadable},
		{"https://", contract.Unreadable},
		{"https://{host}/x", contract.Unreadable},
		{"https://a.example/x?key=1", contract.Unreadable},
		{"https://a.example/x#y", contract.Unreadable},
		{"https://me:you@a.example", contract.Userinfo},
		{"https://localhost/x", contract.Inside},
		{"https://LOCALHOST./x", contract.Inside},
		{"https://db.internal", contract.Inside},
		{"https://127.0.0.1", contract.Inside},
		{"https://127.1", contract.Inside},
		{"https://2130706433", contract.Inside},
		{"https://[::1]:5432/", contract.Inside},
		{"https://[::ffff:169.254.169.254]/latest", contract.Inside},
		{"https://[64:ff9b::a9fe:a9fe]/", contract.Inside},
	} {
		if got := (contract.Service{URL: tt.url}).Check(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.want)
		}
	}
	if got := (contract.Service{URL: "http://10.0.0.5:8080/x", Private: true}).Check(); got != "" {
		t.Errorf("a private one: %q", got)
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	args := map[string]expr.Value{
		"card": expr.TextOf("a/b ?é"), "sum": expr.MoneyOf(128450), "points": expr.PointsOf(-5), "n": expr.CountOf(7),
		"day": expr.DateOf(time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)), "yes": expr.BoolOf(true), "nobody": {},
	}
	s := contract.Service{Method: "POST", URL: "https://a.example/cards/{card}"}
	got, err := s.Request(args)
	want := contract.Request{URL: "https://a.example/cards/a%2Fb%20%3F%C3%A9", Body: []byte(`{"day":"2026-05-03","n":7,"points":-0.05,"sum":1284.50,"yes":true}`)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	s.Method = "GET"
	got, err = s.Request(args)
	want = contract.Request{URL: "https://a.example/cards/a%2Fb%20%3F%C3%A9?day=2026-05-03&n=7&points=-0.05&sum=1284.50&yes=true"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for _, bad := range []string{"", ".", ".."} {
		if _, err := s.Request(map[string]expr.Value{"card": expr.TextOf(bad)}); err == nil {
			t.Errorf("%q leads somewhere", bad)
		}
	}
}

var loyalty = contract.Service{
	Outcomes: []contract.Outcome{
		{Name: "gold", Status: 200, Field: "card.level", Is: "gold"},
		{Name: "five", Status: 200, Field: "card.level", Is: "5"},
		{Name: "ok", Status: 200},
		{Name: "none", Status: 404},
	},
	Values: []contract.Value{
		{Name: "points", Kind: expr.Points, Field: "card.points"},
		{Name: "title", Kind: expr.Text, Field: "title"},
		{Name: "day", Kind: expr.Date, Field: "day"},
		{Name: "yes", Kind: expr.Bool, Field: "yes"},
		{Name: "n", Kind: expr.Count, Field: "n"},
	},
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status    int
		body      string
		outcome   string
		points, n string
	}{
		{200, `{"card": {"level": "gold", "points": 12.5}, "title": "Ура", "day": "2026-05-03", "yes": false, "n": 3}`, "gold", "1250", "3"},
		{200, `{"card": {"level": 5}}`, "five", "", ""},
		{200, `{"card": "gold"}`, "ok", "", ""},
		{200, ``, "ok", "", ""},
		{200, `[1, 2]`, "ok", "", ""},
		{200, `{"card": {"points": null}}`, "ok", "", ""},
		{404, `{"error": "no such card"}`, "none", "", ""},
		{404, ``, "none", "", ""},
		{500, `{}`, "", "", ""},
		{201, `{}`, "", "", ""},
		{200, `<html>`, "", "", ""},
		{200, `{} {}`, "", "", ""},
		{200, `{"card": {"points": "12"}}`, "", "", ""},
		{200, `{"card": {"points": 12.345}}`, "", "", ""},
		{200, `{"card": {"points": 1e400}}`, "", "", ""},
		{200, `{"n": 1.5}`, "", "", ""},
		{200, `{"n": 123456789012345678901234567890}`, "", "", ""},
		{200, `{"day": "03.05.2026"}`, "", "", ""},
		{200, `{"title": "` + strings.Repeat("ы", 200) + `"}`, "", "", ""},
		{200, `{"title": "a\u0000b"}`, "", "", ""},
	} {
		got, err := loyalty.Judge(tt.status, []byte(tt.body))
		if got.Outcome != tt.outcome && err == nil || (err == nil) != (tt.outcome != "") || err != nil && !errors.Is(err, contract.ErrForeign) {
			t.Errorf("%d %.60s: %+v, %v", tt.status, tt.body, got, err)
		}
		if err == nil && (got.Values["points"].String() != tt.points || got.Values["n"].String() != tt.n) {
			t.Errorf("%d %.60s: values %v", tt.status, tt.body, got.Values)
		}
	}
}

// Whatever a service answers, it is an outcome of the contract with values of its
// kinds that a session has room for, or no answer.
func FuzzJudge(f *testing.F) {
	f.Add(200, []byte(`{"card": {"level": "gold", "points": 12.5}, "title": "Ура", "n": 3}`))
	f.Add(404, []byte(`{"card": 1e999999999}`))
	f.Add(200, []byte(strings.Repeat("[", 20000)))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a, err := loyalty.Judge(status, body)
		if err != nil {
			if !errors.Is(err, contract.ErrForeign) {
				t.Fatal(err)
			}
			return
		}
		size := 0
		for _, want := range loyalty.Values {
			v, ok := a.Values[want.Name]
			if ok && v.Kind() != want.Kind {
				t.Fatalf("%s is of kind %v", want.Name, v.Kind())
			}
			size += len(v.String())
		}
		kept, err := json.Marshal(a.Values)
		var back map[string]expr.Value
		if err != nil || json.Unmarshal(kept, &back) != nil || size > contract.MaxVars {
			t.Fatalf("%d bytes: %s, %v", size, kept, err)
		}
	})
}
