package media_test

import (
	"bytes"
	"context"
	"errors"
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

var now = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func TestFilesAreKeptSealedAndOnce(t *testing.T) {
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
	put := func(p member.Subject, data []byte) string {
		t.Helper()
		id, err := s.Put(ctx, now, p.Key, media.File{Subject: p.ID, Mime: "image/png", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	picture := bytes.Repeat([]byte("pixels"), 1000)
	id := put(people[0], picture)
	if again := put(people[0], picture); again != id {
		t.Errorf("the same file again is %s, want %s", again, id)
	}
	if other := put(people[1], picture); other == id {
		t.Error("another person's file has the same id")
	}
	got, err := s.Get(ctx, id)
	if want := (media.File{Subject: people[0].ID, Mime: "image/png", Data: picture}); !cmp.Equal(got, want) || err != nil {
		t.Errorf("Get returned %d bytes of %s from subject %d, %v", len(got.Data), got.Mime, got.Subject, err)
	}
	for _, none := range []string{"", "x", id + "0", "00000000-0000-8000-8000-000000000000"} {
		if _, err := s.Get(ctx, none); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("Get(%q): %v, want ErrNotFound", none, err)
		}
	}
	readable, err := storage.Value[int](ctx, db, `select count(*) from blob where position('pixels'::bytea in sealed) > 0`)
	if readable != 0 || err != nil {
		t.Errorf("%d files are readable in the table, %v", readable, err)
	}
	if _, err := db.Exec(ctx, `update subject set wrapped_key = null where id = $1`, people[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, id); !errors.Is(err, seal.ErrErased) {
		t.Errorf("file of an erased subject: %v, want ErrErased", err)
	}
	if _, err := s.Put(ctx, now, people[0].Key, media.File{Subject: people[0].ID, Data: []byte("late")}); !errors.Is(err, seal.ErrErased) {
		t.Errorf("a file that comes after the erasure: %v, want ErrErased", err)
	}
	if kept, err := storage.Value[int](ctx, db, `select count(*) from blob where subject_id = $1`, people[0].ID); kept != 1 || err != nil {
		t.Errorf("%d files of the erased subject, want the one of before; %v", kept, err)
	}
	if _, err := s.Put(ctx, now, people[1].Key, media.File{Data: make([]byte, media.MaxBytes+1)}); !errors.Is(err, media.ErrTooLarge) {
		t.Errorf("one byte too many: %v, want ErrTooLarge", err)
	}
}
