//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// sealOld seals devices that an older version has linked, which kept them in clear, and
// all that belongs to them.
func sealOld(ctx context.Context, db *sql.DB, box Box) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	open, err := readClear(ctx, tx, openDevices)
	if err != nil {
		return err
	}
	for _, d := range open {
		if _, err := tx.ExecContext(ctx, shutDevice, d.at, make([]byte, keyBytes), box.Seal(deviceKind, d.value)); err != nil {
			return err
		}
		for _, c := range columns {
			if err := sealColumn(ctx, tx, box, c, d.at); err != nil {
				return fmt.Errorf("%s: %w", c.table, err)
			}
		}
	}
	return tx.Commit()
}

// A device whose ADV secret is as long as the library makes it is not sealed.
const (
	openDevices = `
select jid, noise_key || identity_key || signed_pre_key || adv_key from whatsmeow_device where length(adv_key) = 32 for update`

	shutDevice = `update whatsmeow_device set noise_key = $2, identity_key = $2, signed_pre_key = $2, adv_key = $3 where jid = $1`
)

// column is one that the library writes what is to be sealed into.
type column struct{ table, name, device, kind string }

var columns = []column{
	{"whatsmeow_sessions", "session", "our_jid", sessionKind},
	{"whatsmeow_sender_keys", "sender_key", "our_jid", groupKind},
	{"whatsmeow_app_state_sync_keys", "key_data", "jid", stateKind},
	{"whatsmeow_message_secrets", "key", "our_jid", secretKind},
	{"whatsmeow_event_buffer", "plaintext", "our_jid", eventKind},
}

func sealColumn(ctx context.Context, tx *sql.Tx, box Box, c column, device string) error {
	open, err := readClear(ctx, tx, fmt.Sprintf(`select ctid::text, %s from %s where %s = $1 and %[1]s is not null for update`, c.name, c.table, c.device), device)
	if err != nil {
		return err
	}
	for _, v := range open {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(`update %s set %s = $2 where ctid = $1::tid`, c.table, c.name), v.at, box.Seal(c.kind, v.value)); err != nil {
			return err
		}
	}
	return nil
}

type inClear struct {
	at    string
	value []byte
}

func readClear(ctx context.Context, tx *sql.Tx, query string, args ...any) (all []inClear, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // see Err
	for rows.Next() {
		var c inClear
		if err := rows.Scan(&c.at, &c.value); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
