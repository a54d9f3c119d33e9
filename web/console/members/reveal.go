package members

import (
	"errors"
	"slices"

	"besedka/core/member"
	"besedka/web/console"
)

// reveal shows a member's name and phones in clear, and what the staff have changed of them,
// to who gives a reason. It stays in the log before anything is shown.
func (p *pages) reveal(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	if err := v.R.ParseForm(); err != nil {
		return errors.Join(console.Refusal{Status: 400, Key: "bad_form"}, err)
	}
	one, err := p.person(v, m, nil)
	if err != nil {
		return err
	}
	ground := v.R.PostForm.Get("ground")
	reason, err := reasonOf(v)
	if err != nil || !slices.Contains(member.Needs, ground) {
		one.Trouble = "reason"
		return v.ShowAgain(cardPage(v.View, one))
	}
	if err := p.note(v, "members.reveal", object(m.ID), map[string]any{"ground": ground, "reason": reason}); err != nil {
		return err
	}
	plain, err := p.Members.Reveal(v.R.Context(), m.ID)
	if err != nil {
		return err
	}
	one.Plain = &plain
	return v.Show(cardPage(v.View, one))
}
