package member

import (
	"context"
	"fmt"
	"strings"

	"besedka/storage"
)

type foundPhoneRow struct {
	Member int64 `db:"member"`
	phoneRow
}

// describe reads those who were found, in their order, with phones and names masked.
func (s *Service) describe(ctx context.Context, hits []hit, nameFields []string) ([]Found, error) {
	ids, by := make([]int64, len(hits)), map[int64]By{}
	for i, h := range hits {
		ids[i], by[h.member] = h.member, h.by
	}
	members, err := storage.Collect[Member](ctx, s.db, qFound, ids)
	if err != nil {
		return nil, err
	}
	phones, err := s.foundPhones(ctx, ids)
	if err != nil {
		return nil, err
	}
	names, err := s.namesOf(ctx, ids, nameFields)
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(members))
	for i, m := range members {
		m.Phones = phones[m.ID]
		found[i] = Found{Member: m, By: by[m.ID], Name: MaskName(names[m.ID])}
	}
	return found, nil
}

func (s *Service) foundPhones(ctx context.Context, ids []int64) (map[int64][]Phone, error) {
	rows, err := storage.Collect[foundPhoneRow](ctx, s.db, qFoundPhones, ids)
	if err != nil {
		return nil, err
	}
	phones := map[int64][]Phone{}
	for _, r := range rows {
		e164, err := s.open(r.WrappedKey, phoneKind, r.Sealed)
		if err != nil {
			return nil, err
		}
		phones[r.Member] = append(phones[r.Member], Phone{Masked: Mask(e164), Verified: r.Verified})
	}
	return phones, nil
}

// namesOf are what members told to fields of the profile, one behind the other in the order of
// the fields.
func (s *Service) namesOf(ctx context.Context, ids []int64, fields []string) (map[int64]string, error) {
	rows, err := storage.Collect[likenedRow](ctx, s.db, qNamesakeTold, ids, fields)
	if err != nil {
		return nil, err
	}
	told := map[int64]map[string]string{}
	for _, r := range rows {
		text, err := r.Told.Text(s.keys, r.Field, r.WrappedKey)
		if err != nil {
			return nil, fmt.Errorf("answer %s of member %d: %w", r.Field, r.Member, err)
		}
		if told[r.Member] == nil {
			told[r.Member] = map[string]string{}
		}
		told[r.Member][r.Field] = text
	}
	names := map[int64]string{}
	for _, id := range ids {
		var words []string
		for _, f := range fields {
			words = append(words, told[id][f])
		}
		names[id] = strings.TrimSpace(strings.Join(words, " "))
	}
	return names, nil
}

// FoundDetail is what the audit log keeps of a search: whom it showed, and by what they were
// known. The text may be a phone or a name and stays out of it.
func FoundDetail(found []Found) map[string]any {
	ids, by := []int64{}, []By{}
	for _, f := range found {
		ids, by = append(ids, f.ID), append(by, f.By)
	}
	return map[string]any{"members": ids, "by": by}
}
