package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/core/member"
	"besedka/storage"
)

// storyPage is a page of what happened to a member, the newest first.
type storyPage struct {
	Events []member.Event `json:"events"`
	Next   string         `json:"next,omitempty"` // the before of the page behind it
}

// showStory tells what happened to a member.
func (a *api) showStory(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	before, err := member.ParseStoryCursor(c.r.URL.Query().Get("before"))
	if err != nil {
		return nil, invalid{"before must be the next of the page before"}
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	events, next, err := a.Members.Story(c.ctx, m.ID, before, c.by.Partners...)
	if err != nil {
		return nil, err
	}
	out := storyPage{Events: events}
	if next != nil {
		out.Next = next.String()
	}
	return out, nil
}

// erasing is the body of POST /members/{id}/erasure.
type erasing struct {
	Ground member.Ground `json:"ground"`
}

// erased is its answer.
type erased struct {
	Member   int64     `json:"member"`
	ErasedAt time.Time `json:"erasedAt"`
}

// eraseMember forgets for ever who a member is.
func (a *api) eraseMember(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in erasing
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains(member.Grounds, in.Ground) {
		return nil, invalid{"ground must be letter, consent or order"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		e := member.Erasing{Member: id, Staff: c.by.ID, Ground: in.Ground}
		return erased{id, c.now}, a.Erase(ctx, tx, c.now, e)
	}, nil
}

// showCertificate is the certificate of an erasure.
func (a *api) showCertificate(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	k, err := a.Members.CertificateOf(c.ctx, id)
	if err != nil {
		return nil, err
	}
	return k, a.looked(c, "members.certificate", fmt.Sprintf("member/%d", k.Member))
}
