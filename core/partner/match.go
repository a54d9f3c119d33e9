package partner

import (
	"context"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/core/partner/book"
	"besedka/core/review"
	"besedka/storage"
)

// MatchTx finds where a verified receipt was made, stores what was found and puts a
// place that it is unsure of before a person. A programme without partners asks
// nobody anything. Done again for the same receipt it changes nothing. The receipt
// must be held by the transaction.
func (s *Service) MatchTx(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, r fiscal.Receipt) error {
	if err := s.match(ctx, tx, now, receipt, r); err != nil {
		return fmt.Errorf("find the place of receipt %d: %w", receipt, err)
	}
	return nil
}

func (s *Service) match(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, r fiscal.Receipt) error {
	e, err := s.current(ctx, tx)
	if err != nil || e.Book == nil {
		return err
	}
	key := book.KeyOf(r)
	found, err := e.recognise(ctx, tx, key, r)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, qInsert, append([]any{receipt, key.INN, key.Address, e.hash[:], now}, row(found)...)...)
	if err != nil || tag.RowsAffected() == 0 || found.Verdict != book.Unsure {
		return err
	}
	return open(ctx, tx, now, receipt, key)
}

// open asks a person about an address, unless that is being done.
func open(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, key book.Key) error {
	_, err := review.OpenTx(ctx, tx, now, review.Ask{
		Kind: review.Place, About: about(key), Receipt: receipt, Reason: "unsure", Detail: Question{key.INN, key.Address},
	})
	return err
}

// recognise matches with what people have taught. The key of a receipt that it is
// unsure of is locked before it looks once more: a person may be deciding it just
// now, and would not see a row that is not there yet.
func (e edition) recognise(ctx context.Context, tx storage.Tx, key book.Key, r fiscal.Receipt) (book.Match, error) {
	known, err := taught(ctx, tx, key)
	if err != nil {
		return book.Match{}, err
	}
	found := e.Match(r, known)
	if found.Verdict != book.Unsure {
		return found, nil
	}
	if _, err := tx.Exec(ctx, qShareKey, key.INN, key.Address); err != nil {
		return found, err
	}
	known, err = taught(ctx, tx, key)
	return e.Match(r, known), err
}

// Question is the detail of a task of the kind review.Place: which store is at this
// address of the taxpayer?
type Question struct {
	INN     string `json:"inn"`
	Address string `json:"address"` // as it is remembered
}

// about names the question: one for an address of a taxpayer, however many receipts
// wait for the answer.
func about(k book.Key) string { return k.INN + "/" + k.Address }
