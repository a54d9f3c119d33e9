//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	fake "besedka/bots/fake/whatsapp"
	"besedka/storage/storagetest"
)

func TestPair(t *testing.T) {
	t.Parallel()
	for name, phone := range map[string]string{"qr": "", "letters": account} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			f := fake.New(account, noon)
			srv := httptest.NewServer(f)
			t.Cleanup(srv.Close)
			over, err := fake.Transport(srv.URL)
			if err != nil {
				t.Fatal(err)
			}
			db := storagetest.DB(t).SQL(Schema)
			t.Cleanup(func() { db.Close() })
			used := make(chan error, 1)
			linked, err := Pair(ctx, Pairing{DB: db, Box: testBox(t), Over: over, Phone: phone, Show: func(c Code) {
				go func() {
					if c.QR != "" {
						used <- f.Scan(ctx, c.QR)
						return
					}
					used <- f.Enter(ctx, c.Letters)
				}()
			}})
			if err != nil || linked != account {
				t.Fatalf("linked %q, %v", linked, err)
			}
			if err := <-used; err != nil {
				t.Errorf("the phone: %v", err)
			}
			if _, err := Pair(ctx, Pairing{DB: db, Box: testBox(t), Over: over, Phone: account}); err == nil {
				t.Error("a second device of the account is linked")
			}
		})
	}
}

func TestPairOutdated(t *testing.T) {
	t.Parallel()
	f := fake.New(account, noon)
	f.Outdate()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	over, err := fake.Transport(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	db := storagetest.DB(t).SQL(Schema)
	t.Cleanup(func() { db.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := Pair(ctx, Pairing{DB: db, Box: testBox(t), Over: over}); err == nil || ctx.Err() != nil {
		t.Errorf("Pair: %v, want WhatsApp's refusal", err)
	}
}
