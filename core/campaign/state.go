package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// State is where a campaign stands, whatever its file says.
type State string

// The states. A campaign is begun when its file is first published, unless it was
// declared a draft before.
const (
	Draft    State = "draft"    // earns nothing; can be simulated
	Active   State = "active"   // takes the purchases of its versions
	Paused   State = "paused"   // what is credited meanwhile earns nothing by it
	Archived State = "archived" // over for ever
)

// States are all of them.
var States = []State{Draft, Active, Paused, Archived}

// next is where a campaign may go by a person's word. Nothing leads back to a draft:
// an award has named its versions.
var next = map[State][]State{
	Draft:  {Active, Archived},
	Active: {Paused, Archived},
	Paused: {Active, Archived},
}

// ErrNoWay refuses a state that the campaign cannot go to from where it is.
var ErrNoWay = errors.New("a campaign goes from draft to active, between active and paused, and from any of them to archived, where it stays")

// SetStateTx moves a campaign to a state and returns the one it had; the state that
// it has already changes nothing. A campaign that nobody has published is not found,
// except that it may be declared a draft: its file is then published as one. Of two
// people at once the second sees what the first has done.
func (s *Service) SetStateTx(ctx context.Context, tx storage.Tx, now time.Time, id string, to State) (from State, err error) {
	if from, err = setState(ctx, tx, now, id, to); err != nil {
		return from, fmt.Errorf("campaign %s to %s: %w", id, to, err)
	}
	return from, nil
}

func setState(ctx context.Context, tx storage.Tx, now time.Time, id string, to State) (from State, err error) {
	if to == Draft {
		if _, err := tx.Exec(ctx, qDeclare, id, now); err != nil {
			return "", err
		}
	}
	if from, err = storage.Value[State](ctx, tx, qHoldState, id); err != nil {
		return "", err
	}
	if from == to {
		return from, nil
	}
	if !slices.Contains(next[from], to) {
		return from, ErrNoWay
	}
	_, err = tx.Exec(ctx, qState, id, to, now)
	return from, err
}

// Move is a person's word about a campaign.
type Move struct {
	Campaign string
	To       State
	Reason   string // in words: it stays in the audit log
	By       staff.Person
}

// ErrOnlyPauses refuses a move that brings new terms into force, or ends them for ever,
// to who may pause campaigns and not publish them.
var ErrOnlyPauses = errors.New("you may pause a campaign and let it go on; to begin or archive it takes the permission " + string(staff.Publish))

// MoveTx is SetStateTx by a person, kept in the audit log.
func (s *Service) MoveTx(ctx context.Context, tx storage.Tx, now time.Time, m Move) (from State, err error) {
	if from, err = s.SetStateTx(ctx, tx, now, m.Campaign, m.To); err != nil {
		return from, err
	}
	if !m.By.May(staff.Publish) && !pauses(from, m.To) {
		return from, ErrOnlyPauses
	}
	return from, staff.AuditTx(ctx, tx, now, staff.Act{
		Staff: m.By.ID, Act: "campaigns.state", Object: "campaign/" + m.Campaign,
		Detail: map[string]any{"from": from, "to": m.To, "reason": m.Reason},
	})
}

// pauses says whether a move is a pause or its end, or none at all.
func pauses(from, to State) bool {
	return (from == Active || from == Paused) && (to == Active || to == Paused)
}

// Item is a campaign as staff see it in a list.
type Item struct {
	ID      string     `db:"id" json:"id"`
	State   State      `db:"state" json:"state"`
	Changed *time.Time `db:"changed_at" json:"changed,omitempty"` // when a person last changed its state
	Version int        `db:"version" json:"version"`              // the latest; 0 when its file was never published
	Since   *time.Time `db:"valid_from" json:"since,omitempty"`   // of the version
	Until   *time.Time `db:"valid_to" json:"until,omitempty"`     // when its file was taken out of the programme
	Begins  *time.Time `db:"begins" json:"begins,omitempty"`      // the period, its end exclusive
	Ends    *time.Time `db:"ends" json:"ends,omitempty"`
}

// List is up to limit campaigns by id, behind the one called after ("": from the
// first).
func List(ctx context.Context, q storage.Querier, after string, limit int) ([]Item, error) {
	items, err := storage.Collect[Item](ctx, q, qList, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	return items, nil
}
