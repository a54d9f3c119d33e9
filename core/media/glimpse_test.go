package media_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

func TestGlimpsesHelpForAnHour(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storagetest.DB(t)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	var people []member.Subject
	err = db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		people, err = member.New(db, keys, nil).SubjectsTx(ctx, tx, now, chat.Telegram, []string{"1", "2"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s := media.New(db, keys)
	see := func(p member.Subject, minute int, seen ...string) {
		t.Helper()
		at := now.Add(time.Duration(minute) * time.Minute)
		blob, err := s.Put(ctx, at, p.Key, media.File{Subject: p.ID, Mime: "image/png", Data: []byte(seen[0])})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a worker may die between this and the row's end
			if err := s.KeepGlimpses(ctx, at, p.Key, blob, asBytes(seen)); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(what string, p member.Subject, minute int, want ...string) {
		t.Helper()
		got, err := s.Glimpses(ctx, now.Add(time.Duration(minute)*time.Minute), p.Key, p.ID)
		if diff := cmp.Diff(asBytes(want), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
	want("a first photo", people[0], 0)
	for i, seen := range []string{"first", "second", "third", "fourth"} {
		see(people[0], i, seen, seen+" too")
	}
	see(people[1], 5, "another's")
	want("the latest first", people[0], 5, "fourth", "fourth too", "third", "third too", "second", "second too")
	want("an hour after the second", people[0], 61, "fourth", "fourth too", "third", "third too")
	readable, err := storage.Value[int](ctx, db, `select count(*) from glimpse where position('third'::bytea in sealed) > 0`)
	if readable != 0 || err != nil {
		t.Errorf("%d glimpses are readable in the table, %v", readable, err)
	}
	if err := s.ForgetGlimpses(ctx, people[0].ID); err != nil {
		t.Fatal(err)
	}
	want("after the receipt was read", people[0], 5)
	want("somebody else's", people[1], 5, "another's")
	worked, next, err := s.GlimpseStep(ctx, now.Add(time.Hour))
	if due := now.Add(65 * time.Minute); worked || !next.Equal(due) || err != nil {
		t.Errorf("a step before the hour is over: %v, %v, %v; want the next at %v", worked, next, err, due)
	}
	if worked, _, err := s.GlimpseStep(ctx, next); !worked || err != nil {
		t.Errorf("a step when it is: %v, %v", worked, err)
	}
	left, err := storage.Value[int](ctx, db, `select count(*) from glimpse`)
	if left != 0 || err != nil {
		t.Errorf("%d glimpses are left, %v", left, err)
	}
}

func asBytes(texts []string) (all [][]byte) {
	for _, s := range texts {
		all = append(all, bytes.Clone([]byte(s)))
	}
	return all
}
