package members

import (
	"context"
	"strconv"
	"strings"

	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// search is what the page of a search shows.
type search struct {
	Text  string // as it was asked
	Found []member.Found
	More  bool
	Pairs bool // its reader may say who is one person
}

// showSearch shows where to search.
func (p *pages) showSearch(v *console.Visit) error {
	return v.Show(searchPage(v.View, search{Pairs: v.By.May(staff.ReviewReceipts)}))
}

// toSearch leads who comes back to the address of a search to where it begins.
func (p *pages) toSearch(v *console.Visit) error { return v.Go(home) }

// search looks for members. What is sought comes in the body: an address that holds a phone
// stays with browsers and proxies.
func (p *pages) search(v *console.Visit) (err error) {
	s := search{Text: strings.TrimSpace(v.R.PostFormValue("q")), Pairs: v.By.May(staff.ReviewReceipts)}
	if s.Text == "" {
		return v.Show(searchPage(v.View, s))
	}
	if s.Found, s.More, err = p.Members.Search(v.R.Context(), s.Text, p.Programme().Profile.Names(), v.By.Partners); err != nil {
		return err
	}
	if err := p.note(v, "members.find", "members", member.FoundDetail(s.Found)); err != nil {
		return err
	}
	if len(s.Found) == 1 && s.Found[0].By != member.ByClaim {
		return v.Go(path(s.Found[0].ID, ""))
	}
	return v.Show(searchPage(v.View, s))
}

// note keeps in the log what somebody has seen.
func (p *pages) note(v *console.Visit, act, object string, detail map[string]any) error {
	return p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: act, Object: object, Detail: detail})
	})
}

func object(id int64) string { return "member/" + strconv.FormatInt(id, 10) }
