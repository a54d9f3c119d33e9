package inbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// listOf reads the name of a list in the stream, see watch.
func (p *pages) listOf(ctx context.Context, of string) (list, error) {
	by, rest, _ := strings.Cut(of, "-")
	open, show, _ := strings.Cut(rest, "-")
	viewer, err := strconv.ParseInt(by, 10, 64)
	if err != nil {
		return list{}, fmt.Errorf("list %q: %w", of, storage.ErrNotFound)
	}
	shown, err := strconv.ParseInt(open, 10, 64)
	if err != nil {
		return list{}, fmt.Errorf("list %q: %w", of, storage.ErrNotFound)
	}
	return p.listFrom(ctx, p.readShared, show, viewer, shown)
}

// found is a member whom a search came upon, with their conversations.
type found struct {
	member.Found
	Talks []conversation.Held
}

// toList leads who comes back to the address of a search to where it begins.
func (p *pages) toList(v *console.Visit) error { return v.Go(home) }

// find shows the conversations of whoever a text may mean, see member.Service.Search. It
// comes in the body: an address that holds a phone stays with browsers and proxies.
func (p *pages) find(v *console.Visit) error {
	sought := strings.TrimSpace(v.R.PostFormValue("q"))
	members, more, err := p.Members.Search(v.R.Context(), sought, p.Programme().Profile.Names(), v.By.Partners)
	if err != nil {
		return err
	}
	all := make([]found, len(members))
	for i, m := range members {
		all[i].Found = m
		if all[i].Talks, err = conversation.OfMember(v.R.Context(), p.DB, m.ID); err != nil {
			return err
		}
	}
	err = p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error { // a phone tells whose it is
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: "members.find", Object: "members", Detail: member.FoundDetail(members)})
	})
	if err != nil {
		return err
	}
	return v.Show(foundPage(v.View, sought, all, more))
}
