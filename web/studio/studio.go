package studio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// Studio works on what there is in a database.
type Studio struct {
	DB         *storage.DB
	Releases   *release.Service
	Press      Press
	Vocabulary flows.Vocabulary
}

// By is who acts, when, and on which draft as it was shown.
type By struct {
	Staff          int64
	At             time.Time
	Draft, Version int64
}

// MaxReason is how many letters a reason may have.
const MaxReason = 500

// Reason is a reason as it is kept; false for none, or too long a one.
func Reason(text string) (string, bool) {
	line := strings.Join(strings.Fields(text), " ")
	n := utf8.RuneCountInString(line)
	return line, n > 0 && n <= MaxReason && utf8.ValidString(line) && !strings.ContainsRune(line, 0)
}

// OpenTx begins a draft of what is in force.
func (s *Studio) OpenTx(ctx context.Context, tx storage.Tx, by By) (int64, error) {
	id, err := draft.OpenTx(ctx, tx, by.At, by.Staff)
	if err != nil {
		return 0, err
	}
	return id, by.auditTx(ctx, tx, "drafts.open", id, nil)
}

// ErrSame is the answer to who publishes what is in force already: nothing would be
// changed, and nothing be written of who did it.
var ErrSame = errors.New("it is in force already: nothing would change")

// PublishTx puts a draft in force as it was shown, over the release it was shown with.
func (s *Studio) PublishTx(ctx context.Context, tx storage.Tx, by By, o release.Order) error {
	d, err := draft.LockTx(ctx, tx, by.Draft, by.Version)
	if err != nil {
		return err
	}
	if d.Base != o.Live {
		return fmt.Errorf("draft %d is of %.12s: %w", d.ID, d.Base, release.ErrMoved)
	}
	files, err := d.Whole(ctx, tx)
	if err != nil {
		return err
	}
	if problems := misplaced(files); len(problems) > 0 {
		return &Unpublishable{problems}
	}
	folder, err := release.Folder(files)
	if err != nil {
		return err
	}
	if err := draft.CloseTx(ctx, tx, by.At, d); err != nil {
		return err
	}
	return s.pressTx(ctx, tx, o, folder, false)
}

// pressTx puts a folder in force that is not so already.
func (s *Studio) pressTx(ctx context.Context, tx storage.Tx, o release.Order, folder fs.FS, again bool) error {
	changed, err := s.Press.PublishTx(ctx, tx, o, folder, again)
	if err == nil && !changed {
		err = ErrSame
	}
	return err
}

// RebaseTx moves a draft onto the release live, see draft.RebaseTx.
func (s *Studio) RebaseTx(ctx context.Context, tx storage.Tx, by By, live string, choices map[string]string) error {
	d, err := draft.LockTx(ctx, tx, by.Draft, by.Version)
	if err != nil {
		return err
	}
	if err := draft.RebaseTx(ctx, tx, by.At, d, by.Staff, live, choices); err != nil {
		return err
	}
	return by.auditTx(ctx, tx, "drafts.rebase", d.ID, map[string]any{"from": d.Base, "onto": live})
}

// CloseTx throws a draft away.
func (s *Studio) CloseTx(ctx context.Context, tx storage.Tx, by By) error {
	d, err := draft.LockTx(ctx, tx, by.Draft, by.Version)
	if err != nil {
		return err
	}
	if err := draft.CloseTx(ctx, tx, by.At, d); err != nil {
		return err
	}
	return by.auditTx(ctx, tx, "drafts.close", d.ID, nil)
}

// GoBackTx puts the release of an earlier publication in force anew.
func (s *Studio) GoBackTx(ctx context.Context, tx storage.Tx, o release.Order, publication int64) error {
	is, err := release.PublicationOf(ctx, tx, publication)
	if err != nil {
		return err
	}
	files, err := release.Files(ctx, tx, is.Release)
	if err != nil {
		return err
	}
	folder, err := release.Folder(files)
	if err != nil {
		return err
	}
	return s.pressTx(ctx, tx, o, folder, true)
}

func (by By) auditTx(ctx context.Context, tx storage.Tx, act string, id int64, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, by.At, staff.Act{Staff: by.Staff, Act: act, Object: fmt.Sprintf("draft/%d", id), Detail: detail})
}

// Between tells two releases apart; "" is a release without files.
func (s *Studio) Between(ctx context.Context, from, to string) ([]release.FileDiff, error) {
	var ends [2]map[string][]byte
	for i, id := range []string{from, to} {
		if id == "" {
			continue
		}
		var err error
		if ends[i], err = release.Files(ctx, s.DB, id); err != nil {
			return nil, err
		}
	}
	return release.Diff(ends[0], ends[1]), nil
}
