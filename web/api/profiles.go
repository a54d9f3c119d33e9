package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// profile is the body of POST /members/{id}/profile: answers by field, null to forget one.
type profile struct {
	Answers map[string]*string `json:"answers"`
}

// editedProfile is its answer: what was changed, and not to what.
type editedProfile struct {
	Member int64    `json:"member"`
	Fields []string `json:"fields"`
}

// editProfile writes answers for a member, at their wish.
func (a *api) editProfile(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in profile
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	out := editedProfile{Member: id, Fields: []string{}}
	e := member.Edit{Staff: c.by.ID}
	today := c.now.In(a.Programme().Location)
	for _, f := range a.Programme().Profile.Written() {
		text, given := in.Answers[f.Name]
		if !given {
			continue
		}
		delete(in.Answers, f.Name)
		w := member.Written{Field: f.Name, Sealed: f.Sealed, Telling: f.Telling()}
		if text != nil {
			if w.Text = strings.TrimSpace(*text); w.Text == "" || !f.Takes(w.Text, today) {
				return nil, invalid{fmt.Sprintf("%s is no answer to that field: see its type in profile.yaml", f.Name)}
			}
		}
		e.Changes, out.Fields = append(e.Changes, w), append(out.Fields, f.Name)
	}
	if len(in.Answers) > 0 || len(e.Changes) == 0 {
		return nil, invalid{"answers must name fields of the profile that staff may write: names, days, choices, plain texts"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if e.Member, err = a.Members.HoldToChangeTx(ctx, tx, id); err != nil {
			return nil, err
		}
		out.Member = e.Member
		return out, a.Members.EditTx(ctx, tx, c.now, e)
	}, nil
}

// consentWord is the body of POST /members/{id}/consents.
type consentWord struct {
	Kind    consent.Kind `json:"kind"`
	Granted *bool        `json:"granted"`
	Reason  string       `json:"reason"`
}

// noteConsent keeps a member's yes or no to a document, said to somebody of the staff.
func (a *api) noteConsent(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in consentWord
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	doc := a.Programme().Consents[string(in.Kind)]
	if doc == nil || in.Granted == nil {
		return nil, invalid{"kind must be a document of the programme's, granted true or false"}
	}
	if err := inWords(in.Reason); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		owner, err := a.Members.HoldToChangeTx(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		n := consent.Note{Member: owner, Reason: in.Reason}
		n.Given = consent.Given{Channel: member.Desk, Staff: c.by.ID, Kind: in.Kind, Version: doc.Version, Granted: *in.Granted}
		if n.Subject, err = a.Members.SignerTx(ctx, tx, owner); err != nil {
			return nil, err
		}
		return map[string]any{"member": owner, "kind": in.Kind, "granted": in.Granted, "version": doc.Version}, consent.NoteTx(ctx, tx, c.now, n)
	}, nil
}

// looking is the body of POST /members/{id}/reveal.
type looking struct {
	Ground string `json:"ground"`
	Reason string `json:"reason"`
}

// reveal keeps why somebody wants to see who a member is; showPlain shows it.
func (a *api) reveal(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in looking
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains(member.Needs, in.Ground) {
		return nil, invalid{"ground must be one of " + strings.Join(member.Needs, ", ")}
	}
	if err := inWords(in.Reason); err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return struct{}{}, staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.reveal", Object: fmt.Sprintf("member/%d", m.ID), Detail: map[string]any{"ground": in.Ground, "reason": in.Reason},
		})
	}, nil
}

// plainMember is a member unmasked.
type plainMember struct {
	ID      int64             `json:"id"`
	Phones  []plainPhone      `json:"phones"`
	Answers map[string]string `json:"answers"`
}

type plainPhone struct {
	Number   string `json:"number"`
	Verified bool   `json:"verified"`
}

func (a *api) showPlain(c call, _ []byte) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	plain, err := a.Members.Reveal(c.ctx, m.ID)
	out := plainMember{m.ID, []plainPhone{}, plain.Answers}
	for _, p := range plain.Phones {
		out.Phones = append(out.Phones, plainPhone{p.Number, p.Verified})
	}
	return out, err
}
