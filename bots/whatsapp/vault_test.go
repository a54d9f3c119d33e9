//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"log/slog"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"

	fake "besedka/bots/fake/whatsapp"
	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage/storagetest"
)

func testBox(tb testing.TB) Box {
	tb.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		tb.Fatal(err)
	}
	return Box{Seal: keys.Seal, Open: keys.Open}
}

// lies says which of some secrets lie in the library's tables in clear.
func lies(t *testing.T, db *sql.DB, secrets map[string][]byte) (found []string) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `set xmlbinary to hex`); err != nil {
		t.Fatal(err)
	}
	var dump string
	if err := conn.QueryRowContext(t.Context(), `select schema_to_xml($1, false, false, '')::text`, Schema).Scan(&dump); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(dump, account) {
		t.Fatal("the dump is without the device")
	}
	for name, secret := range secrets {
		if strings.Contains(dump, strings.ToUpper(hex.EncodeToString(secret))) || strings.Contains(dump, string(secret)) {
			found = append(found, name)
		}
	}
	return found
}

func secretsNamed(d *store.Device) map[string][]byte {
	return map[string][]byte{
		"noise key": d.NoiseKey.Priv[:], "identity key": d.IdentityKey.Priv[:],
		"signed prekey": d.SignedPreKey.Priv[:], "ADV secret": d.AdvSecretKey,
	}
}

// TestNothingLiesInClear: neither the device's keys nor what it has of a chat.
func TestNothingLiesInClear(t *testing.T) {
	t.Parallel()
	f, a := stand(t, slog.New(slog.DiscardHandler))
	in := &inbox{}
	listen(t, f, a, in.take)
	do(t, f, fake.Act{Text: "привет, это Анна"})
	taken(t, f)
	if _, err := a.Send(t.Context(), peerOfAnna, "1", chat.Wire{Text: "здравствуйте"}); err != nil {
		t.Fatal(err)
	}
	d := a.session.client.Store
	secrets := secretsNamed(d)
	var address string
	if err := a.cfg.DB.QueryRowContext(t.Context(), `select their_id from whatsmeow_sessions limit 1`).Scan(&address); err != nil {
		t.Fatal(err)
	}
	var err error
	if secrets["session"], err = d.Sessions.GetSession(t.Context(), address); err != nil || len(secrets["session"]) == 0 {
		t.Fatalf("session of %d bytes, %v", len(secrets["session"]), err)
	}
	secrets["words"] = []byte("это Анна")
	if found := lies(t, a.cfg.DB, secrets); len(found) > 0 {
		t.Errorf("in clear: %v", found)
	}
}

// TestOldDevicesAreSealed: a device that was kept in clear goes on as it was.
func TestOldDevicesAreSealed(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t).SQL(Schema)
	t.Cleanup(func() { db.Close() })
	if err := makeSchema(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	old := sqlstore.NewWithDB(db, "pgx", nil)
	if err := old.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := old.NewDevice()
	if err := fake.New(account, noon).Link(d); err != nil {
		t.Fatal(err)
	}
	session := []byte("a ratchet as it stands")
	if err := d.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Sessions.PutSession(t.Context(), "79161234567:0", session); err != nil {
		t.Fatal(err)
	}
	want := secretsNamed(d)
	want["session"] = session
	if found := lies(t, db, want); len(found) != len(want) {
		t.Fatalf("only %v are found in clear at first", found)
	}
	for range 2 {
		v, err := Open(t.Context(), db, testBox(t))
		if err != nil {
			t.Fatal(err)
		}
		again, err := deviceOf(t.Context(), v, account)
		if err != nil {
			t.Fatal(err)
		}
		for name, secret := range secretsNamed(again) {
			if !bytes.Equal(secret, want[name]) {
				t.Errorf("the %s is another one", name)
			}
		}
		if got, err := again.Sessions.GetSession(t.Context(), "79161234567:0"); err != nil || !bytes.Equal(got, session) {
			t.Errorf("the session is %q, %v", got, err)
		}
	}
	if found := lies(t, db, want); len(found) > 0 {
		t.Errorf("in clear still: %v", found)
	}
}
