package member

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Ground is why somebody was erased.
type Ground string

// The grounds. The first of them are the law's: 152-ФЗ, articles 9.2, 14.1, 21.
const (
	GroundChat    Ground = "chat"    // they asked for it in a chat
	GroundLetter  Ground = "letter"  // they asked for it in writing
	GroundConsent Ground = "consent" // they took their consent back
	GroundOrder   Ground = "order"   // an authority ordered it
	GroundReplay  Ground = "replay"  // a restored copy had brought them back
	GroundLine    Ground = "line"    // somebody at the server's command line
)

// Grounds are those that somebody of the staff may give.
var Grounds = []Ground{GroundLetter, GroundConsent, GroundOrder}

// Erasing is who erases a member, and why. Staff is 0 when nobody of them did.
type Erasing struct {
	Member int64
	Staff  int64
	Ground Ground
}

// Certificate tells that a member was erased, and not who they were. What it counts as kept
// stands under the member's number, which leads to nobody any more.
type Certificate struct {
	ID       int64     `db:"id" json:"id"`
	Member   int64     `db:"member_id" json:"member"`
	ErasedAt time.Time `db:"erased_at" json:"erasedAt"`
	Staff    int64     `db:"staff_id" json:"staff,omitempty"`
	By       string    `db:"by" json:"by,omitempty"` // of the staff, by name
	Ground   Ground    `db:"ground" json:"ground"`
	Chats    int64     `db:"chats" json:"chats"` // whose keys were destroyed
	Photos   int64     `db:"photos" json:"photos"`
	Turns    int64     `db:"turns" json:"turns"`
	Receipts int64     `db:"receipts" json:"receipts"` // kept
	Postings int64     `db:"postings" json:"postings"` // kept
	Consents int64     `db:"consents" json:"consents"` // kept: that and when they agreed
}

// CertifyTx writes the certificate of a member who is erased in the same transaction. A second
// one of the same member is the first.
func CertifyTx(ctx context.Context, tx storage.Tx, now time.Time, e Erasing) error {
	if _, err := tx.Exec(ctx, qCertify, e.Member, now, e.Staff, e.Ground); err != nil {
		return fmt.Errorf("certify that member %d is erased: %w", e.Member, err)
	}
	return nil
}

// CertificateOf is the certificate of the member that id is by now; storage.ErrNotFound while
// they are not erased.
func (s *Service) CertificateOf(ctx context.Context, id int64) (Certificate, error) {
	c, err := storage.One[Certificate](ctx, s.db, qCertificate, id)
	if err != nil {
		return Certificate{}, fmt.Errorf("certificate of member %d: %w", id, err)
	}
	return c, nil
}
