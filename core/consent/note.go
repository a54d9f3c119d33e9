package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// Note is what a member said of a document to somebody of the staff, who says on what
// occasion.
type Note struct {
	Given
	Member int64
	Reason string
}

// ErrStands is the answer to a word that is what stands already.
var ErrStands = errors.New("the member's word is the same already")

// NoteTx keeps it, with what stood before in the audit log. The caller holds the member.
func NoteTx(ctx context.Context, tx storage.Tx, now time.Time, n Note) error {
	was, err := Of(ctx, tx, n.Member)
	if err != nil {
		return err
	}
	if was[n.Kind].Granted == n.Granted {
		return ErrStands
	}
	n.At = now
	var b storage.Batch
	Queue(&b, []Given{n.Given})
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("note consent %s of member %d: %w", n.Kind, n.Member, err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{
		Staff: n.Staff, Act: "members.consent", Object: fmt.Sprintf("member/%d", n.Member),
		Detail: map[string]any{"kind": n.Kind, "version": n.Version, "before": was[n.Kind].Granted, "after": n.Granted, "reason": n.Reason},
	})
}
