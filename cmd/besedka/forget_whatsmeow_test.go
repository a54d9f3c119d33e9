//go:build !nowhatsmeow

package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	fake "besedka/bots/fake/whatsapp"
	device "besedka/bots/whatsapp"
	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestErasureReachesTheLinkedDevice: whoever is erased is named in no table of the
// library's any more, by number or by id; others are, and the device stays linked. A copy
// of the whole database that brings the person back loses them at the next start.
func TestErasureReachesTheLinkedDevice(t *testing.T) {
	fake.Trust()
	ctx, cancel := context.WithTimeout(t.Context(), linkedWait)
	defer cancel()
	server := fake.New(linkedPhone, time.Now)
	wire := httptest.NewServer(server)
	t.Cleanup(wire.Close)
	over, err := fake.Transport(wire.URL)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	home := place{DatabaseURL: secret(storagetest.DSN(t)), Data: t.TempDir()}
	in, err := home.open(ctx, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.close(context.WithoutCancel(t.Context())) }) //nolint:errcheck // the database is thrown away
	p := newPublisher(in.db, time.Now, log)
	if err := p.publish(ctx, os.DirFS("testdata/crash")); err != nil {
		t.Fatal(err)
	}
	if err := linkFake(ctx, server, supplies{db: in.db, keys: in.keys}); err != nil {
		t.Fatal(err)
	}
	account := whatsmeow{Phone: linkedPhone}
	m := account.messenger()
	m.open = func(w supplies) (bots.Listener, error) { return openWhatsmeow(account, w, over) }
	a, err := newApp(in, p, settings{messengers: []messenger{m}})
	if err != nil {
		t.Fatal(err)
	}
	greet(ctx, t, a, server, linkedPerson(0), linkedPerson(1), linkedPerson(2))

	named(t, in.db, map[string]bool{linkedPerson(0): true, linkedPerson(1): true, linkedPerson(2): true})
	err = in.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { // another's number, which proves nothing
		return a.members.ClaimPhoneTx(ctx, tx, time.Now(), linkedSubject(t, a, 0), "+"+linkedPerson(2))
	})
	if err != nil {
		t.Fatal(err)
	}
	list := seal.ErasuresBeside(home.masterKey())
	whole := func(context.Context, storage.Tx) error { return nil }
	if err := a.members.Erase(ctx, list, linkedSubject(t, a, 0).Member, whole); err != nil {
		t.Fatal(err)
	}
	named(t, in.db, map[string]bool{linkedPerson(0): false, linkedPerson(1): true, linkedPerson(2): true})
	if err := list.Add([][]byte{wrappedKey(t, in.db, linkedSubject(t, a, 1))}); err != nil { // after a copy was made
		t.Fatal(err)
	}
	if err := replayErasures(ctx, home.forgetting(a.members, a.door), log); err != nil {
		t.Fatal(err)
	}
	named(t, in.db, map[string]bool{linkedPerson(0): false, linkedPerson(1): false, linkedPerson(2): true, linkedPhone: true})
}

// named checks who the library's tables name, by number and by id, in any of their values.
func named(t *testing.T, db *storage.DB, want map[string]bool) {
	t.Helper()
	dump, err := storage.Value[string](t.Context(), db, `select schema_to_xml($1, true, false, '')::text`, device.Schema)
	if err != nil {
		t.Fatal(err)
	}
	for number, there := range want {
		for _, name := range []string{number, fake.LID(number).User} {
			if strings.Contains(dump, name) != there {
				t.Errorf("%s is named: %v, want %v", name, !there, there)
			}
		}
	}
}

func linkedSubject(t *testing.T, a *app, person int) member.Subject {
	t.Helper()
	s, err := a.members.Find(t.Context(), chat.Whatsmeow, fake.LID(linkedPerson(person)).String())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wrappedKey(t *testing.T, db *storage.DB, s member.Subject) []byte {
	t.Helper()
	key, err := storage.Value[[]byte](t.Context(), db, `select wrapped_key from subject where id = $1`, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// greet lets people say a word each, until each is answered and all is taken.
func greet(ctx context.Context, t *testing.T, a *app, server *fake.Server, people ...string) {
	t.Helper()
	work, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	a.work(work, &all)
	defer func() { stop(); all.Wait() }()
	for _, p := range people {
		if _, err := server.Do(fake.Act{From: p, Text: "привет"}); err != nil {
			t.Fatal(err)
		}
	}
	awaitShown(ctx, t, server, 2*len(people))
	if err := server.AwaitTaken(ctx); err != nil {
		t.Fatal("the device has not taken everything")
	}
}
