package runner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/encoding/json"

	"besedka/core/expr"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/flows"
)

// facts are what scripts may read about the member; see actions.Vocabulary for
// their kinds. A fact is made when it is read, for a turn reads few of them, and
// kept: the record of the turn is what it read.
type facts struct {
	*Runner
	row       *row
	programme *flows.Programme
	now       time.Time
	vouched   string // the person's own number, see dialogs.Session

	told map[string]member.Told // answers, once one was asked for
	read dialogs.Facts
	err  error // the first one met; the turn must not stand
}

// look finds a fact; one that is not known yet is not found.
func (f *facts) look(name string) (expr.Value, bool) {
	if v, ok := f.read[name]; ok {
		return v, true
	}
	v, err := f.find(name)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("fact %s: %w", name, err)
	}
	if !v.Known() {
		return v, false
	}
	if f.read == nil {
		f.read = dialogs.Facts{}
	}
	f.read[name] = v
	return v, true
}

func (f *facts) find(name string) (expr.Value, error) {
	if field, ok := strings.CutPrefix(name, flows.ProfilePrefix); ok {
		return f.answer(field)
	}
	if kind, ok := strings.CutPrefix(name, flows.ConsentPrefix); ok {
		return expr.BoolOf(slices.Contains(f.row.Consents, kind)), nil
	}
	if page, ok := strings.CutPrefix(name, flows.LinkPrefix); ok {
		if url, known := f.Pages[page]; known {
			return expr.TextOf(url), nil
		}
		return expr.Value{}, nil
	}
	return f.plain(name), nil
}

// plain is a fact that is neither an answer, nor a consent, nor an address.
func (f *facts) plain(name string) expr.Value {
	switch w := f.row; name {
	case "registered":
		return expr.BoolOf(w.RegisteredAt != nil)
	case "balance":
		return expr.PointsOf(w.Balance)
	case "held":
		return expr.PointsOf(w.Held)
	case "pending":
		return expr.PointsOf(w.Pending)
	case "pending_from":
		return f.day(w.PendingFrom)
	case "receipts":
		return expr.CountOf(w.Receipts)
	case "checking":
		return expr.CountOf(w.Checking)
	case "joined":
		return expr.CountOf(int64(len(w.Others)))
	case "channel":
		return expr.TextOf(w.Channel)
	case "vouched":
		if f.vouched == "" {
			return expr.Value{}
		}
		return expr.TextOf(member.Mask(f.vouched))
	case "demo":
		return expr.BoolOf(f.Demo)
	case "today":
		return f.day(&f.now)
	case "last_receipt":
		return f.day(w.LastReceiptAt)
	case "expires_next":
		return f.lastDay(w.ExpiresAt)
	case "expires_points":
		if w.ExpiresAt == nil {
			return expr.Value{}
		}
		return expr.PointsOf(w.ExpiresPoints)
	case "tier", "tier_title", "tier_until":
		return f.tier(name)
	}
	return expr.Value{}
}

// lastDay is the one before an exclusive end.
func (f *facts) lastDay(end *time.Time) expr.Value {
	if end == nil {
		return expr.Value{}
	}
	return expr.DateOf(end.In(f.programme.Location).AddDate(0, 0, -1))
}

func (f *facts) day(at *time.Time) expr.Value {
	if at == nil {
		return expr.Value{}
	}
	return expr.DateOf(at.In(f.programme.Location))
}

// answer is a field of the profile. One that the release no longer knows, or
// whose key was destroyed, is not known; nor is one given when the field was of
// another type, for a marketer's edit must not stop those who answered before it.
func (f *facts) answer(name string) (expr.Value, error) {
	if f.told == nil {
		if err := json.Unmarshal(f.row.Answers, &f.told); err != nil {
			return expr.Value{}, err
		}
	}
	told, answered := f.told[name]
	field, known := f.programme.Profile.Field(name)
	key := f.row.keyOf(told.By)
	if !answered || !known || key == nil {
		return expr.Value{}, nil
	}
	text, err := told.Text(f.Keys, name, key)
	if err != nil {
		return expr.Value{}, err
	}
	v, err := expr.ParseValue(field.Kind, text)
	if err != nil {
		f.Log.Warn("an answer is of another type than its field and counts as unknown", "field", name, "subject", told.By, "err", err)
		delete(f.told, name) // warned once a turn
	}
	return v, nil
}

// keyOf is the wrapped key of one of the member's subjects; nil once erased.
func (r *row) keyOf(subject int64) []byte {
	if subject == r.Subject {
		return r.WrappedKey
	}
	if i := slices.Index(r.Others, subject); i >= 0 {
		return r.OtherKeys[i]
	}
	return nil
}
