package support

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// Canned is what one of the staff, or the whole team, keeps ready to say.
type Canned struct {
	ID    int64  `db:"id" json:"id"`
	Owner int64  `db:"owner" json:"-"` // of the staff; 0: the team's
	Team  bool   `db:"team" json:"team"`
	Name  string `db:"name" json:"name"` // it is called by, behind a slash
	Text  string `db:"text" json:"text"` // as texts of scripts are written: {balance}
}

// MaxCanned is how many replies the team, and each of the staff, keep ready.
const MaxCanned = 200

// What is wrong with a canned reply.
var (
	ErrCannedName  = errors.New("a name is one word of 1 to 32 letters, digits, - and _")
	ErrCannedTwice = errors.New("there is a reply of this name already")
	ErrCannedMany  = fmt.Errorf("there are %d replies already", MaxCanned)
)

var cannedName = regexp.MustCompile(`^[\p{L}\p{Nd}_-]{1,32}$`)

// Canneds are the replies that one of the staff has at hand, by name: their own and the
// team's.
func Canneds(ctx context.Context, q storage.Querier, staff int64) ([]Canned, error) {
	all, err := storage.Collect[Canned](ctx, q, qCanneds, staff)
	if err != nil {
		err = fmt.Errorf("canned replies: %w", err)
	}
	return all, err
}

// KeepTx keeps a reply, a new one or (with its ID) another text for one that by has at
// hand, and returns its ID. storage.ErrNotFound when it is another's, or gone.
func KeepTx(ctx context.Context, tx storage.Tx, now time.Time, by int64, c Canned) (int64, error) {
	c.Name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(c.Name), "/"))
	if !cannedName.MatchString(c.Name) {
		return 0, ErrCannedName
	}
	if c.Owner = by; c.Team {
		c.Owner = 0
	}
	if err := room(ctx, tx, c); err != nil {
		return 0, err
	}
	if c.ID == 0 {
		return storage.Value[int64](ctx, tx, qCannedAdd, c.Owner, c.Name, c.Text, now)
	}
	return storage.Value[int64](ctx, tx, qCannedChange, c.ID, by, c.Owner, c.Name, c.Text, now)
}

// room says whether a reply may be kept under its name. Who keeps one of the same owner
// meanwhile waits for the end of tx.
func room(ctx context.Context, tx storage.Tx, c Canned) error {
	if _, err := tx.Exec(ctx, qCannedLock, c.Owner); err != nil {
		return fmt.Errorf("canned replies: %w", err)
	}
	has, err := storage.One[cannedRoom](ctx, tx, qCannedRoom, c.Owner, c.Name, c.ID)
	switch {
	case err != nil:
		return fmt.Errorf("canned replies: %w", err)
	case has.Twice:
		return ErrCannedTwice
	case has.Others >= MaxCanned:
		return ErrCannedMany
	}
	return nil
}

type cannedRoom struct {
	Twice  bool  `db:"twice"`
	Others int64 `db:"others"`
}

// DropTx forgets a reply that by has at hand, and says whether it was the team's;
// storage.ErrNotFound when there is none.
func DropTx(ctx context.Context, tx storage.Tx, by, id int64) (team bool, err error) {
	return storage.Value[bool](ctx, tx, qCannedDrop, id, by)
}

// CannedAct is the row of the audit log about a canned reply: keep or drop.
func CannedAct(by int64, act string, id int64, team bool) staff.Act {
	return staff.Act{Staff: by, Act: "canned." + act, Object: fmt.Sprintf("canned/%d", id), Detail: map[string]any{"team": team}}
}
