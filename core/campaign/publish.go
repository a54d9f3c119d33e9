package campaign

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/prize"
	"besedka/core/product"
	"besedka/storage"
)

// Service knows the campaigns. Its zero value is ready, without goods and segments; it
// remembers versions it has read, which never change.
type Service struct {
	Products  *product.Service // nil: no goods are known
	Prizes    *prize.Service   // nil: gifts are always gone
	Programme func() Programme // in force; nil: nothing is known of members' answers

	mu   sync.Mutex
	read map[reading]*rules.Campaign
}

// edition is what makes two versions the same: their text, and whose days it
// speaks of.
type edition struct {
	hash [sha256.Size]byte
	zone string
}

// reading is an edition and the terms that it was published with.
type reading struct {
	edition
	terms string
}

// Source is the text of one campaign in a release.
type Source struct {
	ID   string
	File string // campaigns/<id>.yaml
	Text []byte
}

// PublishTx makes the campaigns of a release the present ones. A campaign gets a
// new version, valid from now, only when its own text or zone changed; one that
// the release no longer has ends now. Texts must have passed the check with these
// terms.
func (s *Service) PublishTx(ctx context.Context, tx storage.Tx, now time.Time, terms rules.Terms, sources []Source) error {
	kept, err := marshalTerms(terms)
	if err != nil {
		return fmt.Errorf("publish campaigns: %w", err)
	}
	current, err := storage.Collect[versionRow](ctx, tx, qLockCurrent)
	if err != nil {
		return fmt.Errorf("publish campaigns: %w", err)
	}
	for _, src := range sources {
		if err := s.publish(ctx, tx, now, release{terms, kept}, src, current); err != nil {
			return fmt.Errorf("publish campaign %s: %w", src.ID, err)
		}
	}
	var b storage.Batch
	for _, v := range current {
		if !slices.ContainsFunc(sources, func(s Source) bool { return s.ID == v.Campaign }) {
			b.ExecN(1, qEndCurrent, v.Campaign, now)
		}
	}
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("end campaigns: %w", err)
	}
	return nil
}

// release is what a version is published with.
type release struct {
	rules.Terms
	kept []byte
}

func (s *Service) publish(ctx context.Context, tx storage.Tx, now time.Time, r release, src Source, current []versionRow) error {
	e := edition{hash: sha256.Sum256(src.Text), zone: r.Zone.String()}
	c, err := s.parse(reading{e, string(r.kept)}, r.Terms, src.File, src.Text)
	if err != nil {
		return err
	}
	begins, ends := c.Period()
	for _, v := range current {
		if v.Campaign == src.ID && v.edition() == e {
			_, err := tx.Exec(ctx, qPeriod, src.ID, v.Version, begins, storage.OrNull(ends), c.Earns())
			return err
		}
	}
	var b storage.Batch
	b.Exec(qContent, e.hash[:], src.Text)
	b.Exec(qCampaign, src.ID)
	b.Exec(qEndCurrent, src.ID, now)
	b.ExecN(1, qNewVersion, src.ID, e.hash[:], e.zone, now, begins, storage.OrNull(ends), string(r.kept), c.Earns())
	return b.Send(ctx, tx)
}

// parse reads a version once in the life of the process.
func (s *Service) parse(r reading, terms rules.Terms, file string, text []byte) (*rules.Campaign, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.read[r]; c != nil {
		return c, nil
	}
	c, problems := rules.Parse(file, text, terms)
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = p
		}
		return nil, errors.Join(errs...)
	}
	if s.read == nil {
		s.read = map[reading]*rules.Campaign{}
	}
	s.read[r] = c
	return c, nil
}

// version is a campaign as it was at some instant.
type version struct {
	campaign string
	number   int
	rules    *rules.Campaign
}

// versionsAt are the versions of the active campaigns under which a purchase of
// that instant falls, by campaign. The first version of a campaign holds from
// the beginning of its period, so one published on its third day still serves
// the receipts of its first; a version that came later does not reach back.
func (s *Service) versionsAt(ctx context.Context, q storage.Querier, bought time.Time) ([]version, error) {
	rows, err := storage.Collect[versionRow](ctx, q, qVersionsAt, bought)
	if err != nil {
		return nil, fmt.Errorf("look for campaigns: %w", err)
	}
	return s.covering(ctx, q, rows, bought)
}

// covering reads those of versions whose periods cover the instant.
func (s *Service) covering(ctx context.Context, q storage.Querier, rows []versionRow, bought time.Time) ([]version, error) {
	var found []version
	for _, r := range rows {
		c, err := s.load(ctx, q, r)
		if err != nil {
			return nil, fmt.Errorf("campaign %s version %d: %w", r.Campaign, r.Version, err)
		}
		if c.Covers(bought) {
			found = append(found, version{r.Campaign, r.Version, c})
		}
	}
	return found, nil
}

func (s *Service) load(ctx context.Context, q storage.Querier, r versionRow) (*rules.Campaign, error) {
	s.mu.Lock()
	c := s.read[r.reading()]
	s.mu.Unlock()
	if c != nil {
		return c, nil
	}
	text, err := storage.Value[[]byte](ctx, q, qText, r.Hash)
	if err != nil {
		return nil, err
	}
	terms, err := s.terms(r.Zone, r.Terms)
	if err != nil {
		return nil, err
	}
	return s.parse(r.reading(), terms, "campaigns/"+r.Campaign+".yaml", text)
}
