package family

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
)

// InviteTTL is how long an invitation waits.
const InviteTTL = 7 * 24 * time.Hour

const (
	liveInvites = 10 // of one chat at a time
	codeBytes   = 10 // 80 bits, 16 letters
)

// Refusals. Whatever was to be done is not, and the invitation waits on.
var (
	ErrNone      = errors.New("the programme has no families")
	ErrUnknown   = errors.New("no such invitation waits: mistyped, too old or used")
	ErrOwn       = errors.New("both are one member, or one family already")
	ErrNotHead   = errors.New("the head of a family invites, and nobody else of it")
	ErrTaken     = errors.New("who was invited is of a family already")
	ErrFull      = errors.New("the family has as many members as the programme allows")
	ErrStranger  = errors.New("one of the two has not registered yet")
	ErrSuspended = errors.New("one of the two is suspended, or their card is")
	ErrLimit     = errors.New("too many invitations wait already")
)

// coding is Crockford's base32: no letter in it looks like another.
var coding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Invite is an invitation with the members that the two chats belong to.
type Invite struct {
	Code    []byte `db:"code_hash"`
	Subject int64  `db:"subject_id"` // who invites
	Head    int64  `db:"head"`       // their member
	Guest   int64  `db:"guest"`
}

// InviteTx makes a code by which somebody may become one of the family of a subject's
// member, who is its head from then on. It refuses with ErrNone, ErrNotHead, ErrFull,
// ErrStranger, ErrSuspended or ErrLimit.
func (s *Service) InviteTx(ctx context.Context, tx storage.Tx, now time.Time, subject, member int64) (string, error) {
	who, err := storage.One[standing](ctx, tx, qStanding, member)
	if err == nil {
		err = s.mayInvite(who)
	}
	if err != nil {
		return "", fmt.Errorf("invite into the family of member %d: %w", member, err)
	}
	raw := make([]byte, codeBytes)
	rand.Read(raw) // never fails, see crypto/rand
	code := coding.EncodeToString(raw)
	tag, err := tx.Exec(ctx, qInvite, s.hash(code), subject, now, now.Add(InviteTTL), liveInvites)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrLimit
	}
	if err != nil {
		return "", fmt.Errorf("invite into the family of member %d: %w", member, err)
	}
	return code, nil
}

// OpenTx shows an invitation to the chat that was given its code: from then on it is
// that chat's. It refuses with ErrUnknown, and with whatever AcceptTx would.
func (s *Service) OpenTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64, code string) error {
	if s.Terms().Max == 0 {
		return ErrNone
	}
	if _, err := tx.Exec(ctx, qOpen, s.hash(code), subject, now); err != nil {
		return fmt.Errorf("open an invitation: %w", err)
	}
	i, err := find(ctx, tx, now, subject, s.hash(code))
	if err != nil {
		return err
	}
	return s.check(ctx, tx, i)
}

// AcceptTx is the yes of the chat that opened an invitation: the points of its member
// come to lie with those of the head. Beside ErrUnknown it refuses with ErrOwn,
// ErrNotHead, ErrTaken, ErrFull, ErrStranger, ErrSuspended or ledger.ErrOwes.
func (s *Service) AcceptTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (Invite, error) {
	i, err := s.lock(ctx, tx, now, subject)
	if err == nil {
		err = s.JoinTx(ctx, tx, now, i.Head, i.Guest)
	}
	if err == nil {
		_, err = tx.Exec(ctx, qUse, i.Code, now)
	}
	if err != nil {
		return i, fmt.Errorf("accept an invitation: %w", err)
	}
	return i, nil
}

// JoinTx takes guest into the family of head without an invitation, at the word of both;
// it refuses as AcceptTx does. The caller holds the two.
func (s *Service) JoinTx(ctx context.Context, tx storage.Tx, now time.Time, head, guest int64) error {
	err := s.check(ctx, tx, Invite{Head: head, Guest: guest})
	if err == nil {
		err = ledger.ShareTx(ctx, tx, now, guest, head)
	}
	if err == nil {
		err = s.look(ctx, tx, now, guest)
	}
	if err != nil {
		return fmt.Errorf("member %d joins the family of %d: %w", guest, head, err)
	}
	return nil
}

// RefuseTx is the no: the invitation is dead.
func (s *Service) RefuseTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) error {
	i, err := find(ctx, tx, now, subject, nil)
	if err == nil {
		_, err = tx.Exec(ctx, qUse, i.Code, now)
	}
	if err != nil {
		return fmt.Errorf("refuse an invitation: %w", err)
	}
	return nil
}

// lock is the invitation that a subject has open, its members' rows locked: who they
// are by now is read again under the locks.
func (s *Service) lock(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (Invite, error) {
	for {
		i, err := find(ctx, tx, now, subject, nil)
		if err != nil {
			return i, err
		}
		if _, err := tx.Exec(ctx, qLockPair, i.Head, i.Guest); err != nil {
			return i, err
		}
		again, err := find(ctx, tx, now, subject, nil)
		if err != nil || again.Head == i.Head && again.Guest == i.Guest {
			return again, err
		}
	}
}

// find is the invitation of a code that a subject has opened, or, without one, the last.
func find(ctx context.Context, tx storage.Tx, now time.Time, subject int64, code []byte) (Invite, error) {
	i, err := storage.One[Invite](ctx, tx, qOpened, subject, now, code)
	if errors.Is(err, storage.ErrNotFound) {
		err = ErrUnknown
	}
	return i, err
}

// standing is how a member is placed for families.
type standing struct {
	Master     *int64 `db:"master_id"`
	Others     int    `db:"others"` // whose head they are
	Registered bool   `db:"registered"`
	Suspended  bool   `db:"suspended"`
}

func (s *Service) mayInvite(who standing) error {
	terms := s.Terms()
	switch {
	case terms.Max == 0:
		return ErrNone
	case who.Master != nil:
		return ErrNotHead
	case who.Others+1 >= terms.Max:
		return ErrFull
	}
	return who.sound()
}

func (who standing) sound() error {
	switch {
	case !who.Registered:
		return ErrStranger
	case who.Suspended:
		return ErrSuspended
	}
	return nil
}

func (s *Service) check(ctx context.Context, tx storage.Tx, i Invite) error {
	head, err := storage.One[standing](ctx, tx, qStanding, i.Head)
	if err != nil {
		return err
	}
	guest, err := storage.One[standing](ctx, tx, qStanding, i.Guest)
	switch {
	case err != nil:
		return err
	case i.Head == i.Guest, guest.Master != nil && *guest.Master == i.Head:
		return ErrOwn
	case guest.Master != nil, guest.Others > 0:
		return ErrTaken
	}
	if err := s.mayInvite(head); err != nil {
		return err
	}
	return guest.sound()
}

// hash is what is stored of a code: a copy of the database joins nobody.
func (s *Service) hash(code string) []byte {
	return s.Keys.Index("family", strings.ToLower(strings.TrimSpace(code)))
}
