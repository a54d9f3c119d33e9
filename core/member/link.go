package member

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Limits of links from one chat to another.
const (
	LinkTTL          = 10 * time.Minute // for each step: to open, to accept, to confirm
	LinksPerHour     = 6                // issued by one subject
	LinkTriesPerHour = 10               // codes tried by one subject
	linkBytes        = 10               // 80 bits, 16 letters
)

// Refusals. The transaction they come from is sound and should be committed:
// the try counts.
var (
	ErrLinkUnknown = errors.New("no such link waits: mistyped, too old, used or refused")
	ErrLinkOwn     = errors.New("both chats are one member already")
	ErrLinkLimit   = errors.New("too many links for one hour")
)

// Link joins two chats: one asked for it, the other opened it.
type Link struct{ Issuer, Opener Side }

// Side is one of the two chats of a link.
type Side struct {
	Subject      int64
	Conversation int64
	Channel      chat.Channel
}

// linkCoding is Crockford's base32: no letter in it looks like another.
var linkCoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// IssueLinkTx makes a one-time code that, opened in another chat, offers to
// join it to this one. It replaces the subject's earlier code. More than
// LinksPerHour are ErrLinkLimit.
func (s *Service) IssueLinkTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (string, error) {
	raw := make([]byte, linkBytes)
	rand.Read(raw) // never fails, see crypto/rand
	code := linkCoding.EncodeToString(raw)
	hash := s.linkHash(code)
	tag, err := tx.Exec(ctx, qLinkIssue, hash, subject, now, now.Add(LinkTTL), now.Add(-time.Hour), LinksPerHour)
	if err != nil {
		return "", fmt.Errorf("issue link of subject %d: %w", subject, err)
	}
	if tag.RowsAffected() == 0 {
		return "", ErrLinkLimit
	}
	if _, err := tx.Exec(ctx, qLinkReplace, hash, subject, now); err != nil {
		return "", fmt.Errorf("replace link of subject %d: %w", subject, err)
	}
	return code, nil
}

// OpenLinkTx is the second chat's first step: it uses the code up. The chats
// are not joined before AcceptLinkTx and ConfirmLinkTx. It refuses with
// ErrLinkUnknown, ErrLinkOwn or ErrLinkLimit.
func (s *Service) OpenLinkTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64, code string) (Link, error) {
	tag, err := tx.Exec(ctx, qLinkTry, subject, now, now.Add(-time.Hour), LinkTriesPerHour)
	if err != nil {
		return Link{}, fmt.Errorf("count links tried by subject %d: %w", subject, err)
	}
	if tag.RowsAffected() == 0 {
		return Link{}, ErrLinkLimit
	}
	hash := s.linkHash(code)
	own, err := storage.Value[bool](ctx, tx, qLinkOwn, hash, subject, now)
	if err != nil {
		return Link{}, fmt.Errorf("open link: %w", err)
	}
	if own {
		return Link{}, ErrLinkOwn
	}
	return linkStep(ctx, tx, qLinkOpen, hash, subject, now, now.Add(LinkTTL))
}

// AcceptLinkTx is the tap «Да, это тоже я» in the chat that opened the link.
func (s *Service) AcceptLinkTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (Link, error) {
	return linkStep(ctx, tx, qLinkAccept, subject, now, now.Add(LinkTTL))
}

// ConfirmLinkTx is the consent of the chat that issued the link: the two become
// one member.
func (s *Service) ConfirmLinkTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (Link, Owner, error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return Link{}, Owner{}, err
	}
	link, err := linkStep(ctx, tx, qLinkConfirm, subject, now)
	if err != nil {
		return Link{}, Owner{}, err
	}
	sides, err := storage.Collect[idRow](ctx, tx, qMembersOfSubjects, []int64{link.Issuer.Subject, link.Opener.Subject})
	if err != nil {
		return Link{}, Owner{}, fmt.Errorf("members of a link: %w", err)
	}
	if len(sides) == 1 { // joined meanwhile, by a phone
		return link, Owner{Member: sides[0].ID}, nil
	}
	into, err := s.MergeTx(ctx, tx, now, sides[0].ID, sides[1].ID, "link")
	return link, Owner{Member: into, Joined: true}, err
}

// RefuseLinkTx is the no of either chat; the link is dead.
func (s *Service) RefuseLinkTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) (Link, error) {
	return linkStep(ctx, tx, qLinkRefuse, subject, now)
}

type linkRow struct {
	Issuer             int64        `db:"issuer"`
	IssuerConversation int64        `db:"issuer_conversation"`
	IssuerChannel      chat.Channel `db:"issuer_channel"`
	Opener             int64        `db:"opener"`
	OpenerConversation int64        `db:"opener_conversation"`
	OpenerChannel      chat.Channel `db:"opener_channel"`
}

// linkStep moves a link by one guarded statement; when the guard holds it back
// there is no such link for this subject, at this time, in this state.
func linkStep(ctx context.Context, tx storage.Tx, move string, args ...any) (Link, error) {
	hash, err := storage.Value[[]byte](ctx, tx, move, args...)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Link{}, ErrLinkUnknown
	case err != nil:
		return Link{}, fmt.Errorf("move link: %w", err)
	}
	r, err := storage.One[linkRow](ctx, tx, qLink, hash)
	if err != nil {
		return Link{}, fmt.Errorf("read link: %w", err)
	}
	return Link{
		Issuer: Side{Subject: r.Issuer, Conversation: r.IssuerConversation, Channel: r.IssuerChannel},
		Opener: Side{Subject: r.Opener, Conversation: r.OpenerConversation, Channel: r.OpenerChannel},
	}, nil
}

// linkHash is what is stored of a code: a copy of the database opens no link.
func (s *Service) linkHash(code string) []byte {
	return s.keys.Index("link", strings.ToLower(strings.TrimSpace(code))) // a phone's keyboard begins with a capital
}
