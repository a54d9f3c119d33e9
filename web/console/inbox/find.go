package inbox

import (
	"context"
	"errors"
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

// find shows a member's conversations, by the member's number or a phone that they have
// proved.
func (p *pages) find(v *console.Visit) error {
	sought := strings.TrimSpace(v.R.URL.Query().Get("q"))
	id, err := p.memberOf(v.R.Context(), sought)
	if errors.Is(err, storage.ErrNotFound) {
		return v.Show(foundPage(v.View, sought, nil))
	}
	if err != nil {
		return err
	}
	found, err := conversation.OfMember(v.R.Context(), p.DB, id)
	if err != nil {
		return err
	}
	err = p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error { // a phone tells whose it is
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: "members.find", Object: fmt.Sprintf("member/%d", id)})
	})
	if err != nil {
		return err
	}
	return v.Show(foundPage(v.View, sought, found))
}

// maxMemberDigits tells numbers of members from phones.
const maxMemberDigits = 9

func (p *pages) memberOf(ctx context.Context, sought string) (int64, error) {
	if id, err := strconv.ParseInt(sought, 10, 64); err == nil && len(sought) <= maxMemberDigits {
		return id, nil
	}
	id, err := p.Members.FindByPhone(ctx, sought)
	if errors.Is(err, member.ErrNotAPhone) {
		err = fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return id, err
}
