package members

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"besedka/core/member"
	"besedka/storage"
	"besedka/web/console"
)

// errNumber is the answer to an erasure that does not name the member by their number.
var errNumber = errors.New("the number is not the member's")

func (p *pages) showErase(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	one, err := p.person(v, m, nil)
	if err != nil {
		return err
	}
	return v.Show(erasePage(v.View, one))
}

// erase forgets for ever who a member is. Whoever asks has to write the number: there is no
// way back.
func (p *pages) erase(ctx context.Context, tx storage.Tx, a asked) error {
	ground := member.Ground(a.R.PostForm.Get("ground"))
	if !slices.Contains(member.Grounds, ground) {
		return errChoice
	}
	if strings.TrimSpace(a.R.PostForm.Get("number")) != strconv.FormatInt(a.id, 10) {
		return errNumber
	}
	return p.Erase(ctx, tx, a.Now, member.Erasing{Member: a.id, Staff: a.By.ID, Ground: ground})
}

// certificate is the certificate of an erasure, for whoever asked for it. It can be fetched
// as often as it is wanted, and each time stays in the log.
func (p *pages) certificate(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	c, err := p.Members.CertificateOf(v.R.Context(), id)
	if err != nil {
		return err
	}
	doc, err := certificatePDF(v.View, c)
	if err != nil {
		return fmt.Errorf("certificate %d: %w", c.ID, err)
	}
	if err := p.note(v, "members.certificate", object(c.Member), map[string]any{"certificate": c.ID}); err != nil {
		return err
	}
	h := v.Writer().Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="certificate-%d.pdf"`, c.ID))
	_, err = v.Writer().Write(doc)
	return err
}
