package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"besedka/core/fiscal"
	"besedka/storage"
)

// findPlace looks for the store of a partner in which a receipt was made that has just
// been verified. Of one that a person approved nothing is known but its fiscal drive
// and its day, and the drive may tell.
func (s *Service) findPlace(ctx context.Context, tx storage.Tx, now time.Time, r subject) error {
	if s.Partners == nil {
		return nil
	}
	row, err := storage.One[struct {
		Contents []byte    `db:"contents"`
		Local    time.Time `db:"local_time"`
	}](ctx, tx, qPlaced, r.ID)
	if err != nil {
		return err
	}
	contents := fiscal.Receipt{FN: r.FN}
	if row.Contents != nil {
		if err := json.Unmarshal(row.Contents, &contents); err != nil {
			return fmt.Errorf("contents of receipt %d: %w", r.ID, err)
		}
	}
	contents.Time = fiscal.Stamp{Local: fiscal.CivilAt(row.Local)} // some sources give no clock reading
	return s.Partners.MatchTx(ctx, tx, now, r.ID, contents)
}

// locate moves the purchase to the instant that the till's clock showed in the zone of
// its store. It is done when the receipt is credited, before the instant decides
// anything: a person may have told the store meanwhile. Until then the receipt has the
// programme's zone, in which its submission was weighed. zones are those of qZone.
func locate(ctx context.Context, tx storage.Tx, p *payable, zones []zoneRow) error {
	at := slices.IndexFunc(zones, func(z zoneRow) bool { return z.Receipt == p.ID })
	if at < 0 {
		return nil
	}
	zone, err := time.LoadLocation(zones[at].Zone)
	if err != nil {
		return fmt.Errorf("zone of the store of receipt %d: %w", p.ID, err)
	}
	p.Bought = fiscal.CivilAt(zones[at].Local).In(zone)
	_, err = tx.Exec(ctx, qLocate, p.ID, zone.String(), p.Bought)
	return err
}
