package member

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// Subject is one peer in one channel, its one conversation, and the member it
// belongs to at the moment.
type Subject struct {
	ID           int64
	Member       int64
	Conversation int64
	Key          seal.Key
	TakesText    bool // whether the question that waits there takes any text
}

// peerKind is what a peer's own id is sealed as.
const peerKind = "peer"

// Peers are people of one channel on their way to being subjects.
type Peers struct {
	service *Service
	channel chat.Channel
	peers   []string
	indexes [][]byte
	known   *[]subjectRow

	aliases [][]byte // where one person may come under several ids: another one of each, nil = none
	named   *[]namedRow
}

// Peers looks up in load which peers have been here before.
func (s *Service) Peers(load *storage.Batch, channel chat.Channel, peers []string) *Peers {
	indexes := s.peerIndexes(channel, peers)
	return &Peers{
		service: s, channel: channel, peers: peers, indexes: indexes,
		known: storage.Queue[subjectRow](load, qSubjectsByPeer, channel, indexes),
	}
}

// SubjectsTx gives each peer a subject, in their order, and makes those that are
// new: a member, a subject with a key of its own, a conversation and its lane, in
// two more round trips. Two processes that meet a new peer at once get the same
// subject.
func (p *Peers) SubjectsTx(ctx context.Context, tx storage.Tx, now time.Time) ([]Subject, error) {
	if p.named != nil {
		return p.settleTx(ctx, tx, now)
	}
	known, err := p.service.subjects(*p.known)
	if err != nil {
		return nil, err
	}
	if fresh := p.service.freshSubjects(p.peers, p.indexes, known); len(fresh.indexes) > 0 {
		if _, err := tx.Exec(ctx, qSubjectCreate, p.channel, fresh.indexes, fresh.peers, fresh.keys, now); err != nil {
			return nil, fmt.Errorf("create %d subjects: %w", len(fresh.indexes), err)
		}
		if known, err = p.service.knownSubjects(ctx, tx, p.channel, p.indexes); err != nil {
			return nil, err
		}
	}
	subjects := make([]Subject, len(p.peers))
	for i, index := range p.indexes {
		subjects[i] = known[string(index)]
	}
	return subjects, nil
}

// SubjectsTx is Peers and theirs, in one call.
func (s *Service) SubjectsTx(ctx context.Context, tx storage.Tx, now time.Time, channel chat.Channel, peers []string) ([]Subject, error) {
	var load storage.Batch
	names := make([]Name, len(peers))
	for i, peer := range peers {
		names[i].Peer = peer
	}
	p := s.Names(&load, channel, names)
	if err := load.Send(ctx, tx); err != nil {
		return nil, fmt.Errorf("find subjects: %w", err)
	}
	return p.SubjectsTx(ctx, tx, now)
}

// BesideTx says that the chat of a subject is open inside a messenger, beside the chat
// there, see conversation.NotifyTx.
func (s *Service) BesideTx(ctx context.Context, tx storage.Querier, subject, there int64) error {
	if _, err := tx.Exec(ctx, qSubjectBeside, subject, there); err != nil {
		return fmt.Errorf("put subject %d beside %d: %w", subject, there, err)
	}
	return nil
}

// Find is the subject of a peer that has been here before;
// storage.ErrNotFound for anybody else.
func (s *Service) Find(ctx context.Context, channel chat.Channel, peer string) (Subject, error) {
	index := s.peerIndex(channel, peer)
	if chat.CapsOf(channel).Renames {
		known, err := s.castOf(ctx, s.db, channel, [][]byte{index})
		if who, ok := known[string(index)]; ok || err != nil {
			return who.Subject, err
		}
		return Subject{}, storage.ErrNotFound
	}
	known, err := s.knownSubjects(ctx, s.db, channel, [][]byte{index})
	if err != nil {
		return Subject{}, err
	}
	found, ok := known[string(index)]
	if !ok {
		return Subject{}, storage.ErrNotFound
	}
	return found, nil
}

// PeerOf is the messenger's id of a subject: storage.ErrNotFound when they are not of
// that channel, or forgotten.
func (s *Service) PeerOf(ctx context.Context, subject int64, channel chat.Channel) (string, error) {
	r, err := storage.One[peerRow](ctx, s.db, qPeerOf, subject, string(channel))
	if err != nil {
		return "", fmt.Errorf("peer of subject %d: %w", subject, err)
	}
	key, err := s.keys.Unwrap(r.WrappedKey)
	if err != nil {
		return "", fmt.Errorf("peer of subject %d: %w", subject, err)
	}
	peer, err := key.Open(peerKind, r.SealedPeer)
	return string(peer), err
}

type peerRow struct {
	SealedPeer []byte `db:"sealed_peer"`
	WrappedKey []byte `db:"wrapped_key"`
}

func (s *Service) peerIndexes(channel chat.Channel, peers []string) [][]byte {
	indexes := make([][]byte, len(peers))
	for i, peer := range peers {
		indexes[i] = s.peerIndex(channel, peer)
	}
	return indexes
}

func (s *Service) peerIndex(channel chat.Channel, peer string) []byte {
	return s.keys.Index(peerKind+"/"+string(channel), peer)
}

type subjectRow struct {
	ID           int64  `db:"id"`
	Member       int64  `db:"member_id"`
	Conversation int64  `db:"conversation_id"`
	TakesText    bool   `db:"takes_text"`
	PeerIndex    []byte `db:"peer_index"`
	WrappedKey   []byte `db:"wrapped_key"`
}

// knownSubjects are the stored subjects by their peer's index.
func (s *Service) knownSubjects(ctx context.Context, q storage.Querier, channel chat.Channel, indexes [][]byte) (map[string]Subject, error) {
	rows, err := storage.Collect[subjectRow](ctx, q, qSubjectsByPeer, channel, indexes)
	if err != nil {
		return nil, fmt.Errorf("find subjects: %w", err)
	}
	return s.subjects(rows)
}

func (s *Service) subjects(rows []subjectRow) (map[string]Subject, error) {
	known := make(map[string]Subject, len(rows))
	for _, r := range rows {
		key, err := s.keys.Unwrap(r.WrappedKey)
		if err != nil {
			return nil, fmt.Errorf("key of subject %d: %w", r.ID, err)
		}
		known[string(r.PeerIndex)] = Subject{ID: r.ID, Member: r.Member, Conversation: r.Conversation, Key: key, TakesText: r.TakesText}
	}
	return known, nil
}

// freshRows are subjects to create, column by column for one insert.
type freshRows struct{ indexes, peers, keys [][]byte }

func (s *Service) freshSubjects(peers []string, indexes [][]byte, known map[string]Subject) freshRows {
	var fresh freshRows
	seen := map[string]bool{}
	for i, index := range indexes {
		if _, ok := known[string(index)]; ok || seen[string(index)] {
			continue
		}
		seen[string(index)] = true
		key, wrapped := s.keys.NewKey()
		fresh.indexes = append(fresh.indexes, index)
		fresh.peers = append(fresh.peers, key.Seal(peerKind, []byte(peers[i])))
		fresh.keys = append(fresh.keys, wrapped)
	}
	return fresh
}
