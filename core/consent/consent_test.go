package consent_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func person(t *testing.T, tx storage.Tx) member.Subject {
	t.Helper()
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	found, err := member.New(nil, keys, nil).SubjectsTx(t.Context(), tx, now, chat.Telegram, []string{t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func decide(ctx context.Context, t *testing.T, tx storage.Tx, decisions ...consent.Given) {
	t.Helper()
	var b storage.Batch
	consent.Queue(&b, decisions)
	if err := b.Send(ctx, tx); err != nil {
		t.Fatal(err)
	}
}

func TestTheLastDecisionStands(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	p := person(t, tx)
	yes := func(k consent.Kind, version string, minute int) consent.Given {
		return consent.Given{
			Subject: p.ID, Channel: chat.Telegram, Kind: k, Version: version, Granted: true,
			At: now.Add(time.Duration(minute) * time.Minute),
		}
	}
	no := func(k consent.Kind, version string, minute int) consent.Given {
		d := yes(k, version, minute)
		d.Granted = false
		return d
	}
	decide(ctx, t, tx, yes(consent.PersonalData, "v1", 0), yes(consent.Advertising, "a1", 0))
	decide(ctx, t, tx, yes(consent.PersonalData, "v1", 1)) // stands already
	decide(ctx, t, tx, yes(consent.PersonalData, "v2", 2), no(consent.Advertising, "a1", 2))

	got, err := consent.Of(ctx, tx, p.Member)
	if err != nil {
		t.Fatal(err)
	}
	want := map[consent.Kind]consent.State{
		consent.PersonalData: {Kind: consent.PersonalData, Version: "v2", Granted: true, Channel: chat.Telegram, At: now.Add(2 * time.Minute)},
		consent.Advertising:  {Kind: consent.Advertising, Version: "a1", Channel: chat.Telegram, At: now.Add(2 * time.Minute)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what stands (-want +got):\n%s", diff)
	}
	history, err := storage.Value[int](ctx, tx, `select count(*) from consent where member_id = $1`, p.Member)
	if err != nil || history != 4 {
		t.Errorf("%d rows of history, %v, want 4", history, err)
	}
}

// TestOneKindIsRefused: advertising goes, in the chat that said so, and the rest
// stays.
func TestOneKindIsRefused(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	people := member.New(nil, keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	who, err := people.SubjectsTx(ctx, tx, now, chat.Telegram, []string{t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(want bool) {
		t.Helper()
		if gone, err := consent.RefuseTx(ctx, tx, now.Add(time.Hour), who[0].ID, consent.Advertising); gone != want || err != nil {
			t.Errorf("refused %v, %v, want %v", gone, err, want)
		}
	}
	refuse(false)
	for _, k := range []consent.Kind{consent.PersonalData, consent.Advertising} {
		decide(ctx, t, tx, consent.Given{Subject: who[0].ID, Channel: chat.Webchat, Kind: k, Version: "v1", Granted: true, At: now})
	}
	refuse(true)
	refuse(false)
	got, err := consent.Of(ctx, tx, who[0].Member)
	want := map[consent.Kind]consent.State{
		consent.PersonalData: {Kind: consent.PersonalData, Version: "v1", Granted: true, Channel: chat.Webchat, At: now},
		consent.Advertising:  {Kind: consent.Advertising, Version: "v1", Channel: chat.Telegram, At: now.Add(time.Hour)},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, what stands (-want +got):\n%s", err, diff)
	}
	row, err := storage.Value[[]string](ctx, tx, `select consents from member where id = $1`, who[0].Member)
	if diff := cmp.Diff([]string{"personal_data"}, row); diff != "" || err != nil {
		t.Errorf("%v, the member's row (-want +got):\n%s", err, diff)
	}
}

// TestTurnsReadWhatStands: the member's row says what the history says, after
// decisions and after two members turned out to be one.
func TestTurnsReadWhatStands(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	nobodyElse := func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil }
	people := member.New(nil, keys, nobodyElse)
	two, err := people.SubjectsTx(ctx, tx, now, chat.Telegram, []string{t.Name() + "/1", t.Name() + "/2"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(who member.Subject, k consent.Kind, granted bool, minute int) {
		t.Helper()
		decide(ctx, t, tx, consent.Given{
			Subject: who.ID, Channel: chat.Telegram, Kind: k, Version: "v1", Granted: granted, At: now.Add(time.Duration(minute) * time.Minute),
		})
	}
	stands := func(id int64, want ...string) {
		t.Helper()
		got, err := storage.Value[[]string](ctx, tx, `select array(select unnest(consents) order by 1) from member where id = $1`, id)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v, the member's row (-want +got):\n%s", err, diff)
		}
	}
	say(two[0], consent.PersonalData, true, 0)
	say(two[0], consent.Advertising, true, 1)
	say(two[0], consent.Advertising, false, 2)
	stands(two[0].Member, "personal_data")
	say(two[1], consent.Advertising, true, 3)
	into, err := people.MergeTx(ctx, tx, now, two[0].Member, two[1].Member, "test")
	if err != nil {
		t.Fatal(err)
	}
	stands(into, "advertising", "personal_data")
	for range 2 {
		if err := consent.WithdrawTx(ctx, tx, now.Add(time.Hour), into); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := storage.Value[int](ctx, tx, `select cardinality(consents) from member where id = $1`, into); err != nil || got != 0 {
		t.Errorf("%d consents stand after the withdrawal, %v", got, err)
	}
	if got, err := consent.Of(ctx, tx, into); err != nil || got[consent.Advertising].Granted || got[consent.PersonalData].Granted {
		t.Errorf("after the withdrawal %+v, %v", got, err)
	}
	if n, err := storage.Value[int](ctx, tx, `select count(*) from consent where member_id = $1`, into); err != nil || n != 6 {
		t.Errorf("%d rows of history, %v, want the withdrawal of each once", n, err)
	}
}
