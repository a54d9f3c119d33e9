package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"besedka/core/prize"
	"besedka/storage"
)

// demoStock is how many of each prize a demonstration brings in when it has none.
const demoStock = 20

// stockDemo fills the empty shelves of a demonstration: without pieces and codes its
// showcase would sell nothing.
func (a *app) stockDemo(ctx context.Context) error {
	return a.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		shelves, err := a.prizes.Shelves(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range shelves {
			if err := a.fill(ctx, tx, s); err != nil {
				return fmt.Errorf("stock prize %s of the demonstration: %w", s.Prize, err)
			}
		}
		return nil
	})
}

func (a *app) fill(ctx context.Context, tx storage.Tx, s prize.Shelf) (err error) {
	switch {
	case s.Stock > 0 || s.Name == "":
	case s.Pool == "":
		_, err = a.prizes.StockTx(ctx, tx, s.Prize, demoStock)
	default:
		codes := make([]string, demoStock)
		for i := range codes {
			codes[i] = "DEMO-" + rand.Text()[:8]
		}
		_, err = a.prizes.AddCodesTx(ctx, tx, a.now(), s.Pool, codes)
	}
	return err
}
