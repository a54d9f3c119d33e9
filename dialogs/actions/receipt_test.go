package actions

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/receipt"
	"besedka/dialogs"
)

const (
	purchase = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"
	excise   = "http://check.egais.ru?id=1&dt=2&cn=3"
	payment  = "https://qr.nspk.ru/AS1"
	partly   = "https://receipt.taxcom.ru/v01/show?fp=3141592653&s=1284.5"
)

// TestCode: of all that came with a message, what has most to do with a receipt
// counts, wherever it stands.
func TestCode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in            chat.Inbound
		text, trouble string
	}{
		"a text":                    {chat.Inbound{Text: purchase}, purchase, ""},
		"a link behind words":       {chat.Inbound{Text: "Ваш чек", Links: partly}, "Ваш чек\n" + partly, ""},
		"a photo":                   {chat.Inbound{Photo: &chat.Photo{Codes: []string{purchase}}}, purchase, ""},
		"codes side by side":        {chat.Inbound{Photo: &chat.Photo{Codes: []string{payment, excise, partly, purchase}}}, purchase, ""},
		"none whole":                {chat.Inbound{Photo: &chat.Photo{Codes: []string{payment, excise, partly}}}, partly, ""},
		"none of a receipt":         {chat.Inbound{Photo: &chat.Photo{Codes: []string{payment, excise}}}, excise, ""},
		"nothing but a caption":     {chat.Inbound{Text: purchase, Photo: &chat.Photo{Trouble: "no_code"}}, purchase, ""},
		"a caption beside an order": {chat.Inbound{Text: "чек " + purchase, Photo: &chat.Photo{Codes: []string{payment}}}, "чек " + purchase, ""},
		"small talk under a photo":  {chat.Inbound{Text: "вот", Photo: &chat.Photo{Trouble: "dark"}}, "", "dark"},
	} {
		if text, trouble := code(&tt.in); text != tt.text || trouble != tt.trouble {
			t.Errorf("%s: %q, %q; want %q, %q", name, text, trouble, tt.text, tt.trouble)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	ask := func(in *chat.Inbound) dialogs.CallResult {
		r, err := known(t.Context(), nil, Call{Input: dialogs.Input{Chat: in}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	same := cmp.Comparer(func(a, b expr.Value) bool { return a.String() == b.String() })
	want := values("some", map[string]expr.Value{"fp": expr.TextOf("3141592653"), "total": expr.TextOf("1284.50")})
	for _, in := range []*chat.Inbound{{Text: partly}, {Photo: &chat.Photo{Codes: []string{partly}}}} {
		if diff := cmp.Diff(want, ask(in), same); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", in, diff)
		}
	}
	for _, in := range []*chat.Inbound{nil, {Text: "вручную"}, {Tap: "manual", Text: "Ввести вручную"}, {Photo: &chat.Photo{Trouble: "no_code"}}} {
		if got := ask(in); got.Outcome != "none" || len(got.Values) > 0 {
			t.Errorf("%+v tells %+v", in, got)
		}
	}
}

// TestRequisites: every call that reads a requisite keeps to what the vocabulary
// says of it, and a script has room for all of them.
func TestRequisites(t *testing.T) {
	t.Parallel()
	good := map[string]string{"fn": "7284 4405 0012 3456", "fd": "0000004711", "fp": "3141592653", "time": "01.03.26 12:30:59", "sum": "1 284,50"}
	vars := map[string]expr.Value{}
	for name, read := range typed {
		call := requisites()["receipt."+name]
		for text, outcome := range map[string]string{good[name]: "ok", "нет": "slip"} {
			r, err := read.do()(t.Context(), nil, Call{Call: dialogs.Call{Args: map[string]expr.Value{"text": expr.TextOf(text)}}})
			if err != nil || r.Outcome != outcome {
				t.Errorf("%s of %q: %s, %v", name, text, r.Outcome, err)
			}
			for v, value := range r.Values {
				if call.Values[v] != value.Kind() {
					t.Errorf("%s gives %s, a %v", name, v, value.Kind())
				}
				vars[v] = value
			}
		}
	}
	if got := len(vars); got != 6 {
		t.Errorf("%d variables: %v", got, vars)
	}
	longest := receipt.Result{Reason: receipt.DuplicateOwn, Receipt: 1 << 40, Sum: 1 << 47, Own: receipt.Own{State: receipt.Credited, Points: 1 << 40}}
	maps.Copy(vars, submitted(longest, "WIFI:").Values)
	vars["slip"], vars["total"] = expr.TextOf("no_digits"), expr.TextOf("2814749767106.55")
	if text, err := json.Marshal(vars); err != nil || len(text) > dialogs.MaxVarBytes {
		t.Errorf("the variables take %d bytes of %d, %v: %s", len(text), dialogs.MaxVarBytes, err, text)
	}
}
