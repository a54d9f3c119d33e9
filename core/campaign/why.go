package campaign

import (
	"context"
	"fmt"

	"besedka/core/campaign/rules"
	"besedka/locales"
	"besedka/storage"
)

// Why words the stored explanations of a receipt for its own member. Of a receipt that
// is not theirs, or not credited, there is nothing to say: storage.ErrNotFound.
func Why(ctx context.Context, q storage.Querier, member, receipt int64, p *locales.Printer) (string, error) {
	rows, err := storage.Collect[standingRow](ctx, q, qTraces, receipt, member)
	if err == nil && len(rows) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
	}
	told := make([]rules.Told, len(rows))
	for i, r := range rows {
		d, err := r.decision()
		if err != nil {
			return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
		}
		told[i] = rules.Told{Trace: d.Trace, Gone: d.Brought.Gone}
	}
	text, err := rules.ExplainAll(told, p)
	if err != nil {
		return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
	}
	return text, nil
}
