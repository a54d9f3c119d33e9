package actions

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var twoCurrencies = &flows.Programme{
	Languages: []string{"ru", "en"}, Location: time.FixedZone("MSK", 3*60*60),
	Money: []flows.Currency{
		{ID: "bonus", Scale: 2, Title: map[string][]string{"ru": {"бонус", "бонуса", "бонусов"}, "en": {"bonus", "bonuses"}}},
		{ID: "star", Title: map[string][]string{"ru": {"звезда", "звезды", "звёзд"}, "en": {"star", "stars"}}},
	},
}

// TestHistory: what is spent out of two lots is one line, days are the programme's, and
// fourteen movements are two messages.
func TestHistory(t *testing.T) {
	t.Parallel()
	tx, ctx := storagetest.Tx(t), t.Context()
	at := time.Date(2026, 5, 3, 21, 30, 0, 0, time.UTC) // the fourth in Moscow
	who, err := storage.Value[int64](ctx, tx, `insert into member (created_at) values ($1) returning id`, at)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	give := func(n int, currency string, amount int64, reason string) {
		t.Helper()
		must(ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: fmt.Sprint("h/", n), Member: who, Currency: currency, Amount: amount, Reason: reason, ExpiresAt: at.AddDate(0, 6, n), At: at.Add(time.Duration(n) * time.Minute),
		}))
	}
	for n := range 10 {
		give(n, ledger.Bonus, 100, "")
	}
	give(10, ledger.Bonus, 64_22, "за терпение")
	give(11, "star", 2, "")
	spend := at.Add(20 * time.Minute)
	must(ledger.HoldTx(ctx, tx, ledger.Hold{Key: "h", Member: who, Currency: ledger.Bonus, Amount: 10_50, Reason: "Кружка", At: spend}))
	must(ledger.CommitTx(ctx, tx, ledger.Settlement{Key: "h", At: spend}))

	p := Points{Texts: locales.BuiltIn(), Programme: func() *flows.Programme { return twoCurrencies }}
	ask := func(call func(context.Context, storage.Tx, Call) (dialogs.CallResult, error), lang string, args map[string]expr.Value) dialogs.CallResult {
		t.Helper()
		r, err := call(ctx, tx, Call{Call: dialogs.Call{Args: args}, Lang: lang, Now: spend, Who: member.Subject{Member: who}})
		must(err)
		return r
	}
	first := ask(p.history, "ru", nil)
	lines := strings.Split(first.Values["list"].Text(), "\n")
	want := []string{
		"04.05.2026: −10,50 бонуса, Кружка. Стало 63,72",
		"04.05.2026: +2 звезды, начислено. Стало 2",
		"04.05.2026: +64,22 бонуса, за терпение. Стало 74,22",
		"04.05.2026: +1 бонус, начислено. Стало 10",
	}
	if diff := cmp.Diff(want, lines[:4]); diff != "" || first.Outcome != "more" || len(lines) != historyRows {
		t.Errorf("first page, %s of %d lines: %s", first.Outcome, len(lines), diff)
	}
	second := ask(p.history, "en", map[string]expr.Value{"before": first.Values["before"]})
	if got := second.Values["list"].Text(); second.Outcome != "last" || !strings.HasSuffix(got, "2026-05-04: +1 bonus, given. Balance 1") || strings.Count(got, "\n") != 2 {
		t.Errorf("second page, %s: %s", second.Outcome, got)
	}
	if r := ask(p.history, "ru", map[string]expr.Value{"before": second.Values["before"]}); r.Outcome != "none" {
		t.Errorf("behind the last: %+v", r)
	}
	if r := ask(p.others, "ru", nil); r.Values["list"].Text() != "2 звезды" {
		t.Errorf("of other currencies: %+v", r)
	}
}
