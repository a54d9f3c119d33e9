package campaign

import (
	"context"
	"fmt"

	"besedka/core/campaign/rules"
	"besedka/locales"
	"besedka/storage"
)

// Why words the stored explanations of a receipt for its own member: of what is left of
// it, when goods came back. Of a receipt that is not theirs, or not credited, there is
// nothing to say: storage.ErrNotFound.
func Why(ctx context.Context, q storage.Querier, member, receipt int64, p *locales.Printer) (string, error) {
	text, err := why(ctx, q, member, receipt, p)
	if err != nil {
		return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
	}
	return text, nil
}

func why(ctx context.Context, q storage.Querier, member, receipt int64, p *locales.Printer) (string, error) {
	returned, err := storage.One[returnedRow](ctx, q, qReturned, receipt, member)
	switch {
	case err != nil:
		return "", err
	case returned.Whole:
		return p.Text("rules.refund.whole", nil), nil
	}
	rows, err := storage.Collect[standingRow](ctx, q, qTraces, receipt)
	if err == nil && len(rows) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	told := make([]rules.Told, len(rows))
	for i, r := range rows {
		d, err := r.decision()
		if err != nil {
			return "", err
		}
		told[i] = rules.Told{Trace: d.Trace, Gone: d.Brought.Gone}
	}
	text, err := rules.ExplainAll(told, p)
	if err != nil || returned.Sum == 0 {
		return text, err
	}
	return p.Text("rules.refund.part", locales.Args{"sum": locales.Money(returned.Sum)}) + "\n" + text, nil
}
