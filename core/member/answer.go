package member

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Answer is what a subject said about its member, for one profile field.
type Answer struct {
	subject int64
	field   string
	plain   *string
	sealed  *string // in base64
	telling bool    // see Telling
}

// Telling is an answer by which its member may turn out to be another one, see Namesakes: a
// name, or a day.
func (a Answer) Telling() Answer {
	a.telling = true
	return a
}

// PlainAnswer is an answer that segments may read: a fact about nobody in
// particular.
func PlainAnswer(subject int64, field, text string) Answer {
	return Answer{subject: subject, field: field, plain: &text}
}

// SealedAnswer is an answer that identifies its member.
func SealedAnswer(subject int64, key seal.Key, field, text string) Answer {
	sealed := base64.StdEncoding.EncodeToString(key.Seal(answerKind(field), []byte(text)))
	return Answer{subject: subject, field: field, sealed: &sealed}
}

// NoAnswer takes the answer to a field back: nobody knows it any more.
func NoAnswer(subject int64, field string) Answer { return Answer{subject: subject, field: field} }

// answerKind is what an answer is sealed as: bound to its field, so that a name
// never opens as a city.
func answerKind(field string) string { return "answer/" + field }

// Told is an answer as its member's row keeps it, by field.
type Told struct {
	By     int64  `json:"by"` // subject
	Plain  string `json:"plain"`
	Sealed []byte `json:"sealed"` // under the subject's key, when it is not plain
}

// Text is the answer to a field; wrapped is the key of the subject it is by.
func (t Told) Text(keys *seal.Keyring, field string, wrapped []byte) (string, error) {
	if t.Sealed == nil {
		return t.Plain, nil
	}
	key, err := keys.Unwrap(wrapped)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(answerKind(field), t.Sealed)
	return string(plain), err
}

// QueueAnswers keeps answers, the last one of each member and field. They go to
// the members whom the subjects belong to when b is sent; the caller holds the
// subjects' conversations, so nobody joins them meanwhile.
func QueueAnswers(b *storage.Batch, now time.Time, answers []Answer) {
	if len(answers) == 0 {
		return
	}
	subjects, fields := make([]int64, len(answers)), make([]string, len(answers))
	plain, sealed := make([]*string, len(answers)), make([]*string, len(answers))
	var telling []int64
	for i, a := range answers {
		subjects[i], fields[i], plain[i], sealed[i] = a.subject, a.field, a.plain, a.sealed
		if a.telling {
			telling = append(telling, a.subject)
		}
	}
	b.Exec(qAnswersSave, subjects, fields, plain, sealed, now)
	if len(telling) > 0 {
		b.Exec(qNamesakeDue, telling)
	}
}

type answerRow struct {
	Field      string `db:"field"`
	Told       Told   `db:"told"`
	WrappedKey []byte `db:"wrapped_key"`
}

// AnswersOf is what a member told so far, by profile field.
func (s *Service) AnswersOf(ctx context.Context, member int64) (map[string]string, error) {
	rows, err := storage.Collect[answerRow](ctx, s.db, qAnswersOf, member)
	if err != nil {
		return nil, fmt.Errorf("answers of member %d: %w", member, err)
	}
	answers := make(map[string]string, len(rows))
	for _, r := range rows {
		if answers[r.Field], err = r.Told.Text(s.keys, r.Field, r.WrappedKey); err != nil {
			return nil, fmt.Errorf("answer %s of member %d: %w", r.Field, member, err)
		}
	}
	return answers, nil
}

// open unwraps a subject's key and opens one of its texts.
func (s *Service) open(wrapped []byte, kind string, sealed []byte) (string, error) {
	key, err := s.keys.Unwrap(wrapped)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(kind, sealed)
	return string(plain), err
}
