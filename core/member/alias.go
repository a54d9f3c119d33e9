package member

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Name is how a messenger calls a person: by the id of their chat and, where it
// has two of them today, by the other one.
type Name struct{ Peer, Alias string }

// Rename says that a messenger has a new id of a person.
type Rename struct{ Old, New string }

// Names is Peers for people who may come under several ids.
func (s *Service) Names(load *storage.Batch, channel chat.Channel, names []Name) *Peers {
	peers, aliases := make([]string, len(names)), make([][]byte, len(names))
	for i, n := range names {
		peers[i] = n.Peer
		if n.Alias != "" {
			aliases[i] = s.peerIndex(channel, n.Alias)
		}
	}
	if !chat.CapsOf(channel).Renames {
		return s.Peers(load, channel, peers)
	}
	p := &Peers{service: s, channel: channel, peers: peers, indexes: s.peerIndexes(channel, peers), aliases: aliases}
	p.named = storage.Queue[namedRow](load, qSubjectsByName, channel, p.names())
	return p
}

// names are all ids that are asked for.
func (p *Peers) names() [][]byte {
	all := append([][]byte(nil), p.indexes...)
	for _, a := range p.aliases {
		if a != nil {
			all = append(all, a)
		}
	}
	return all
}

// named is the subject an id names.
type named struct {
	Subject
	current   bool // it is the id they last wrote under
	explained bool // it is known to be theirs by the messenger's word
}

type namedRow struct {
	subjectRow
	Current   bool `db:"current"`
	Explained bool `db:"explained"`
}

// cast is who is who, by the index of each id.
type cast map[string]named

func (s *Service) cast(rows []namedRow) (cast, error) {
	known := make(cast, len(rows))
	for _, r := range rows {
		subjects, err := s.subjects([]subjectRow{r.subjectRow})
		if err != nil {
			return nil, err
		}
		known[string(r.PeerIndex)] = named{subjects[string(r.PeerIndex)], r.Current, r.Explained}
	}
	return known, nil
}

func (s *Service) castOf(ctx context.Context, q storage.Querier, channel chat.Channel, names [][]byte) (cast, error) {
	rows, err := storage.Collect[namedRow](ctx, q, qSubjectsByName, channel, names)
	if err != nil {
		return nil, fmt.Errorf("find subjects by their names: %w", err)
	}
	return s.cast(rows)
}

// settled says whether nothing is new about who writes as i.
func (p *Peers) settled(known cast, i int) bool {
	who, ok := known[string(p.indexes[i])]
	return ok && who.current && (p.aliases[i] == nil || known[string(p.aliases[i])].ID == who.ID)
}

// settleTx is SubjectsTx where one person may come under several ids. Whenever
// something is new one process at a time decides who is who: the lock of names is
// taken before that of identity, and nothing else that is locked.
func (p *Peers) settleTx(ctx context.Context, tx storage.Tx, now time.Time) ([]Subject, error) {
	known, err := p.service.cast(*p.named)
	if err != nil {
		return nil, err
	}
	fresh := false
	for i := range p.peers {
		fresh = fresh || !p.settled(known, i)
	}
	if fresh {
		if known, err = p.decide(ctx, tx, now); err != nil {
			return nil, err
		}
	}
	subjects := make([]Subject, len(p.peers))
	for i, index := range p.indexes {
		if subjects[i] = known[string(index)].Subject; subjects[i].ID == 0 {
			return nil, fmt.Errorf("a peer was erased meanwhile: %w", storage.ErrMoved)
		}
	}
	return subjects, nil
}

func (p *Peers) decide(ctx context.Context, tx storage.Tx, now time.Time) (cast, error) {
	if err := lockNames(ctx, tx, p.channel); err != nil {
		return nil, err
	}
	known, err := p.service.castOf(ctx, tx, p.channel, p.names())
	for i := range p.peers {
		if err != nil {
			return nil, err
		}
		if p.settled(known, i) {
			continue
		}
		if err := p.place(ctx, tx, now, known, i); err != nil {
			return nil, fmt.Errorf("decide who a peer is: %w", err)
		}
		known, err = p.service.castOf(ctx, tx, p.channel, p.names()) // one tells something about the next
	}
	return known, err
}

func lockNames(ctx context.Context, tx storage.Tx, channel chat.Channel) error {
	if _, err := tx.Exec(ctx, qNamesLock, channel); err != nil {
		return fmt.Errorf("wait for others to decide who is who: %w", err)
	}
	return nil
}

// place finds a peer under either of its ids or makes it a subject. An id that
// somebody else had by the messenger's word is theirs no more: numbers are given
// to other people after a while. One that was only known from messages is this
// very person's, who has then been two members until now.
func (p *Peers) place(ctx context.Context, tx storage.Tx, now time.Time, known cast, i int) error {
	who, ok := known[string(p.indexes[i])]
	other, had := known[string(p.aliases[i])] // no index is empty
	switch {
	case ok:
	case had && !other.explained:
		who = other
	default:
		return p.create(ctx, tx, now, i)
	}
	if !who.current || !ok {
		if err := p.service.address(ctx, tx, now, p.channel, who, p.peers[i]); err != nil {
			return err
		}
	}
	if had && !other.explained && other.ID != who.ID {
		if _, err := p.service.MergeTx(ctx, tx, now, other.Member, who.Member, "alias"); err != nil {
			return err
		}
	}
	return p.alias(ctx, tx, now, i, who.ID)
}

func (p *Peers) create(ctx context.Context, tx storage.Tx, now time.Time, i int) error {
	key, wrapped := p.service.keys.NewKey()
	_, err := tx.Exec(ctx, qSubjectCreate, p.channel, [][]byte{p.indexes[i]}, [][]byte{key.Seal(peerKind, []byte(p.peers[i]))}, [][]byte{wrapped}, now)
	if err != nil || p.aliases[i] == nil {
		return err
	}
	_, err = tx.Exec(ctx, qAliasOfPeer, p.channel, p.aliases[i], p.indexes[i], now)
	return err
}

func (p *Peers) alias(ctx context.Context, tx storage.Tx, now time.Time, i int, subject int64) error {
	if p.aliases[i] == nil {
		return nil
	}
	_, err := tx.Exec(ctx, qAliasPut, p.channel, p.aliases[i], subject, now)
	return err
}

// address makes peer the id under which who is written to. The one they had stays
// theirs.
func (s *Service) address(ctx context.Context, tx storage.Tx, now time.Time, channel chat.Channel, who named, peer string) error {
	var b storage.Batch
	b.Exec(qAliasKeep, who.ID, now)
	b.Exec(qSubjectAddress, who.ID, channel, s.peerIndex(channel, peer), who.Key.Seal(peerKind, []byte(peer)))
	return b.Send(ctx, tx)
}

// RenameTx is told that a person has a new id. Who has written under both by then
// was two members until now. To be told twice does no harm.
func (s *Service) RenameTx(ctx context.Context, tx storage.Tx, now time.Time, channel chat.Channel, r Rename) error {
	if err := lockNames(ctx, tx, channel); err != nil {
		return err
	}
	was, is := s.peerIndex(channel, r.Old), s.peerIndex(channel, r.New)
	known, err := s.castOf(ctx, tx, channel, [][]byte{was, is})
	if err != nil {
		return err
	}
	who, ok := known[string(was)]
	other, had := known[string(is)]
	switch {
	case !ok, had && other.ID == who.ID && other.current:
		return nil
	case had && other.ID != who.ID:
		if _, err := s.MergeTx(ctx, tx, now, who.Member, other.Member, "alias"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, qAliasPut, channel, was, other.ID, now)
		return err
	}
	return s.address(ctx, tx, now, channel, who, r.New)
}
