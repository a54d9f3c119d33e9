package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"besedka/core/product"
	"besedka/core/product/catalogue"
	"besedka/core/staff"
	"besedka/storage"
)

// goods is the answer of GET /receipts/{id}/goods.
type goods struct {
	Lines []goodsLine     `json:"lines"`
	Goods []product.Goods `json:"goods"` // of the lines that are accepted
}

// goodsLine is a line of goods and what was found of it.
type goodsLine struct {
	Line     int               `json:"line"`
	Name     string            `json:"name"`
	Product  string            `json:"product,omitempty"`
	Score    int               `json:"score"`
	Verdict  catalogue.Verdict `json:"verdict"`
	Why      string            `json:"why"`
	Pieces   int64             `json:"pieces"`
	Sum      int64             `json:"sum"`
	Decision int64             `json:"decision,omitempty"`
	Review   int64             `json:"review,omitempty"`
}

// showGoods tells which products were found in a receipt, and why.
func (a *api) showGoods(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	lines, err := product.Lines(c.ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	out := goods{Lines: make([]goodsLine, len(lines)), Goods: append([]product.Goods{}, product.Sum(lines)...)}
	p := a.Texts.Printer(a.Programme().Base())
	for i, l := range lines {
		asked, err := catalogue.Asked(l.Trace)
		if err != nil {
			return nil, err
		}
		why, err := catalogue.Explain(l.Trace, p)
		if err != nil {
			return nil, err
		}
		out.Lines[i] = goodsLine{l.Place, asked.Name, l.Product, l.Score, l.Verdict, why, l.Pieces, l.Sum, l.Decision, l.Task}
	}
	return out, nil
}

// naming is the body of POST /reviews/{id}/product: which product a name is. Null
// says none, and must be written.
type naming struct {
	Product json.RawMessage `json:"product"`
	Reason  string          `json:"reason"`
}

// named is its answer: how many lines the decision has settled.
type named struct {
	Settled int `json:"settled"`
}

// read is the product that is named, "" for none.
func (n naming) read() (product string, err error) {
	if n.Product == nil || json.Unmarshal(n.Product, &product) != nil || (product == "") != (string(n.Product) == "null") {
		return "", invalid{"product is a name of the catalogue, or null for none of it"}
	}
	if n.Reason == "" || !storable(n.Reason) {
		return "", invalid{"give the reason of the decision in words: it stays in the record"}
	}
	return product, nil
}

// decideName records what a reviewer says a line's name is.
func (a *api) decideName(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in naming
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	chosen, err := in.read()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		d := product.Decision{Task: id, Staff: c.by.ID, Product: chosen, Note: in.Reason}
		settled, err := a.Products.DecideTx(ctx, tx, c.now, d)
		return a.named(ctx, tx, c, settled, err, staff.Act{Act: "products.decide", Object: fmt.Sprintf("review/%d", id), Detail: map[string]any{"product": chosen}})
	}, nil
}

// correction is the body of POST /receipts/{id}/goods.
type correction struct {
	naming
	Line     *int  `json:"line"`
	Decision int64 `json:"decision"` // as the line shows it
}

// correctLine records what a reviewer says a line is that nobody was asked about.
func (a *api) correctLine(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in correction
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Line == nil || *in.Line < 0 {
		return nil, invalid{"say which line of the receipt, as its goods number it"}
	}
	chosen, err := in.read()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		settled, err := a.Products.CorrectTx(ctx, tx, c.now, product.Correction{
			Receipt: id, Line: *in.Line, Replaces: in.Decision, Staff: c.by.ID, Product: chosen, Note: in.Reason,
		})
		detail := map[string]any{"line": *in.Line, "product": chosen}
		return a.named(ctx, tx, c, settled, err, staff.Act{Act: "products.correct", Object: fmt.Sprintf("receipt/%d", id), Detail: detail})
	}, nil
}

// named answers a decision about a name and keeps it in the log.
func (a *api) named(ctx context.Context, tx storage.Tx, c call, settled int, err error, done staff.Act) (any, error) {
	for _, mistake := range []error{product.ErrNoProduct, product.ErrNotAName, product.ErrNameless, product.ErrBarcode} {
		if errors.Is(err, mistake) {
			return nil, invalid{mistake.Error()}
		}
	}
	if err != nil {
		return nil, err
	}
	done.Staff = c.by.ID
	return named{settled}, staff.AuditTx(ctx, tx, c.now, done)
}
