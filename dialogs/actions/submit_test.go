package actions

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/dialogs"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestPhotoOfACard is no receipt; where the card is another member's, staff are asked about
// the two.
func TestPhotoOfACard(t *testing.T) {
	t.Parallel()
	ctx, db, now := t.Context(), storagetest.DB(t), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	set, members := Set{}, member.New(db, keys, nil)
	Receipts{Receipts: receipt.New(receipt.Config{
		DB: db, Campaigns: &campaign.Service{}, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Notify: func(context.Context, storage.Tx, time.Time, ...receipt.Notice) error { return nil },
	})}.Add(set)
	err = db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		people, err := members.SubjectsTx(ctx, tx, now, chat.Telegram, []string{"1", "2"})
		if err != nil {
			return err
		}
		one, _, err := card.IssueTx(ctx, tx, now, people[0].Member, card.Type{ID: "standard", Prefix: "29"})
		if err != nil {
			return err
		}
		for i, who := range people {
			call := Call{Now: now, ReceivedAt: now, Inbox: int64(i), Who: who, Input: dialogs.Input{Chat: &chat.Inbound{Photo: &chat.Photo{Codes: []string{one.Number}}}}}
			call.Name = "receipt.submit"
			got, err := set.Do(ctx, tx, call)
			if err != nil || got.Outcome != "not_fiscal" {
				t.Errorf("%q, %v", got.Outcome, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := members.Pairs(ctx, 0, 10)
	if err != nil || len(pairs) != 1 || pairs[0].Reason != member.PairCard {
		t.Errorf("staff are asked about %+v, %v", pairs, err)
	}
}

// TestPhotoAndFieldsInOneTurn: a flow that submits what was sent and then what was
// typed, in the turn of one message, gets two verdicts.
func TestPhotoAndFieldsInOneTurn(t *testing.T) {
	t.Parallel()
	ctx, db, now := t.Context(), storagetest.DB(t), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	set := Set{}
	Receipts{Receipts: receipt.New(receipt.Config{
		DB: db, Campaigns: &campaign.Service{}, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Notify: func(context.Context, storage.Tx, time.Time, ...receipt.Notice) error { return nil },
	})}.Add(set)
	err = db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		people, err := member.New(db, keys, nil).SubjectsTx(ctx, tx, now, chat.Telegram, []string{"1"})
		if err != nil {
			return err
		}
		call := Call{Now: now, ReceivedAt: now, Inbox: 1, Who: people[0], Input: dialogs.Input{Chat: &chat.Inbound{Text: payment}}}
		for _, tt := range []struct {
			name, outcome string
			args          map[string]expr.Value
		}{
			{"receipt.submit", "not_fiscal", nil},
			{"receipt.enter", "out_of_period", map[string]expr.Value{
				"fn": expr.TextOf("7284440500123456"), "fd": expr.TextOf("4711"), "fp": expr.TextOf("3141592653"),
				"at": expr.TextOf("20260301T1130"), "total": expr.TextOf("1284.50"),
			}},
		} {
			call.Name, call.Args = tt.name, tt.args
			for range 2 { // the turn may be run again
				got, err := set.Do(ctx, tx, call)
				if err != nil {
					return err
				}
				if got.Outcome != tt.outcome {
					t.Errorf("%s: %q, want %q", tt.name, got.Outcome, tt.outcome)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
