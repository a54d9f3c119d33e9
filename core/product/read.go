package product

import (
	"context"
	"fmt"

	"besedka/core/product/catalogue"
	"besedka/storage"
)

// Line is what was found of one line of a receipt.
type Line struct {
	Place    int               `db:"line"`    // in the contents, from 0
	Product  string            `db:"product"` // of an unsure line the nearest one; "" when it is other
	Score    int               `db:"score"`   // of 100
	Verdict  catalogue.Verdict `db:"verdict"`
	Decision int64             `db:"decision_id"` // a person's, that stands for its name now; 0 for none
	Pieces   int64             `db:"pieces"`
	Sum      int64             `db:"sum"` // kopecks
	Trace    []byte            `db:"trace"`
	Task     int64             `db:"task_id"` // that asks a person about its name; 0 for none
}

// Lines are the lines of goods of a receipt in order; none before it is verified.
func Lines(ctx context.Context, q storage.Querier, receipt int64) ([]Line, error) {
	lines, err := storage.Collect[Line](ctx, q, qLines, receipt)
	if err != nil {
		return nil, fmt.Errorf("lines of receipt %d: %w", receipt, err)
	}
	return lines, nil
}

// Goods is how much of a product a receipt has.
type Goods struct {
	Product string `json:"product"`
	Pieces  int64  `json:"pieces"`
	Sum     int64  `json:"sum"` // kopecks
}

// Sum adds up the accepted lines of each product, in the order in which they come:
// marked goods stand in a receipt as many lines of one piece.
func Sum(lines []Line) (all []Goods) {
	place := map[string]int{}
	for _, l := range lines {
		if l.Verdict != catalogue.Accepted {
			continue
		}
		i, seen := place[l.Product]
		if !seen {
			i = len(all)
			place[l.Product], all = i, append(all, Goods{Product: l.Product})
		}
		all[i].Pieces += l.Pieces
		all[i].Sum += l.Sum
	}
	return all
}
