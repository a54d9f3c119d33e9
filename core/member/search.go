package member

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"besedka/core/fiscal"
	"besedka/storage"
)

// SearchRows is how many members a search answers with at most.
const SearchRows = 20

// maxSought is how long a text may be that is looked for, in bytes: a QR code, and no novel.
const maxSought = 512

// By is what a search knew a member by.
type By string

// What there is, in the order of an answer.
const (
	ByNumber  By = "member"
	ByPhone   By = "phone"
	ByCard    By = "card"
	ByReceipt By = "receipt"
	ByCoupon  By = "coupon"
	ByName    By = "name"
	ByClaim   By = "claim" // a phone that they typed, which may be another's
)

// Found is a member whom a search came upon, as staff may see them.
type Found struct {
	Member
	By   By
	Name string // masked, "" when they told none
}

// Search finds members by what somebody of the staff was told: a member's number, a phone, a
// card, a coupon, a receipt by its QR code or as fn/fd/fp, or the first letters of the words of
// a name. A text may be several of them; what is surest comes first, SearchRows at most, and
// more says that there are others. Names are what members told to nameFields of the profile,
// seen by Namesakes. By a receipt, and by a coupon that it brought, who works for some partners
// finds when it was made at one of them; no partners are all. Who searches has to note it in the audit log, without the text.
func (s *Service) Search(ctx context.Context, text string, nameFields, partners []string) (found []Found, more bool, err error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxSought {
		return nil, false, nil
	}
	hits, err := s.hits(ctx, text, partners)
	if err != nil {
		return nil, false, fmt.Errorf("search members: %w", err)
	}
	more = len(hits) > SearchRows
	found, err = s.describe(ctx, hits[:min(len(hits), SearchRows)], nameFields)
	if err != nil {
		return nil, false, fmt.Errorf("search members: %w", err)
	}
	return found, more, nil
}

type hit struct {
	member int64
	by     By
}

type hitRow struct {
	Member int64 `db:"member"`
}

type receiptHitRow struct {
	hitRow
	Turn int `db:"turn"`
}

// hits are whom the text may mean, each member once, by the surest.
func (s *Service) hits(ctx context.Context, text string, partners []string) (hits []hit, err error) {
	take := func(by By, rows []hitRow) {
		for _, r := range rows {
			if !slices.ContainsFunc(hits, func(h hit) bool { return h.member == r.Member }) {
				hits = append(hits, hit{r.Member, by})
			}
		}
	}
	if key, ok := receiptKey(text); ok {
		rows, err := storage.Collect[receiptHitRow](ctx, s.db, qSearchReceipt, key.FN, key.FD, key.FP, SearchRows+1, partners)
		for _, r := range rows {
			take(ByReceipt, []hitRow{r.hitRow})
		}
		return hits, err
	}
	for _, look := range s.looks(text, partners) {
		rows, err := storage.Collect[hitRow](ctx, s.db, look.sql, look.args...)
		if err != nil {
			return nil, err
		}
		take(look.by, rows)
	}
	return hits, nil
}

// look is one way to read a text.
type look struct {
	by   By
	sql  string
	args []any
}

const maxMemberDigits = 9

var (
	digits   = regexp.MustCompile(`^[0-9]{1,18}$`)
	numbered = regexp.MustCompile(`^(№|#)\s*([0-9]{1,9})$`)
)

func (s *Service) looks(text string, partners []string) (all []look) {
	if m := numbered.FindStringSubmatch(text); m != nil {
		number, _ := strconv.ParseInt(m[2], 10, 64) // nine digits fit
		return []look{{ByNumber, qSearchNumber, []any{number}}}
	}
	if marks := s.soughtMarks(text); len(marks) > 0 {
		return []look{{ByName, qSearchName, []any{marks, SearchRows + 1}}}
	}
	bare := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(text)
	number, isNumber := int64(0), digits.MatchString(bare)
	if isNumber {
		number, _ = strconv.ParseInt(bare, 10, 64) // eighteen digits fit
	}
	if isNumber && len(bare) <= maxMemberDigits {
		all = append(all, look{ByNumber, qSearchNumber, []any{number}})
	}
	e164, err := E164(text)
	if err == nil {
		all = append(all, look{ByPhone, qSearchPhone, []any{s.phoneIndex(e164)}})
	}
	if isNumber {
		all = append(all, look{ByCard, qSearchCard, []any{bare}}, look{ByCoupon, qSearchCoupon, []any{number, SearchRows + 1, partners}})
	}
	if err == nil {
		all = append(all, look{ByClaim, qSearchClaim, []any{s.phoneIndex(e164), SearchRows + 1}})
	}
	return all
}

// printedKey is a fiscal key as the dossier of a receipt and its paper have it.
var printedKey = regexp.MustCompile(`^([0-9]{16})[/\s,;]+([0-9]{1,10})[/\s,;]+([0-9]{1,10})$`)

func receiptKey(text string) (fiscal.Key, bool) {
	if m := printedKey.FindStringSubmatch(text); m != nil {
		fd, _ := strconv.ParseInt(m[2], 10, 64)
		fp, _ := strconv.ParseInt(m[3], 10, 64)
		return fiscal.Key{FN: m[1], FD: fd, FP: fp}, true
	}
	qr, err := fiscal.Parse(text)
	return qr.Key(), err == nil
}
